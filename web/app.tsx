import { useCallback, useEffect, useState } from 'preact/hooks';
import { ApiError, type Session } from './api.ts';
import { Dashboard } from './dashboard.tsx';
import { LoginForm } from './login-form.tsx';
import { firstSession, storeSession } from './session.ts';

const EXPIRED = 'Your login no longer works. Log in again.';

/** Shows the login, then the dashboard. */
export function App({ secret }: { secret: string | undefined }) {
  const [session, setSession] = useState<Session | null>(null);
  const [isStarting, setStarting] = useState(true);
  const [notice, setNotice] = useState<string | null>(null);

  const enter = useCallback((entered: Session) => {
    storeSession(entered);
    setNotice(null);
    setSession(entered);
  }, []);
  const leave = useCallback((why: string | null) => {
    storeSession(undefined);
    setNotice(why);
    setSession(null);
  }, []);
  const expire = useCallback(() => leave(EXPIRED), [leave]);

  useEffect(() => {
    firstSession(secret)
      .then((first) => first && enter(first))
      .catch((error: unknown) => setNotice(error instanceof ApiError ? error.message : String(error)))
      .finally(() => setStarting(false));
  }, [secret, enter]);

  if (isStarting) return <p class="starting">Loading…</p>;
  if (!session) return <LoginForm notice={notice} onLogin={enter} />;
  return <Dashboard session={session} onExpired={expire} onLogOut={() => leave(null)} />;
}
