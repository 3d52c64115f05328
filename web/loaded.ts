import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, type Call } from './api.ts';

/** The latest response; null until loaded, or if the API lacks the path. */
export interface Loaded<Answer> {
  data: Answer | null;
  isMissing: boolean;
  error: string | null;
}

/** Fetches a path, again for each new `version`; keeps the previous response meanwhile. No path, no fetch. */
export function useLoaded<Answer>(call: Call, path: string | null, version: number): Loaded<Answer> {
  const [loaded, setLoaded] = useState<Loaded<Answer>>({ data: null, isMissing: false, error: null });
  const latest = useRef(0);
  const load = useCallback(async () => {
    if (path === null) return;
    const turn = ++latest.current;
    const settle = (change: Partial<Loaded<Answer>>) => {
      if (turn === latest.current) setLoaded((before) => ({ ...before, error: null, ...change }));
    };
    try {
      settle({ data: await call<Answer>(path), isMissing: false });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      settle(error.kind === 'missing' ? { data: null, isMissing: true } : { error: error.message });
    }
  }, [call, path]);
  useEffect(() => void load(), [load, version]);
  return loaded;
}
