import pMap from 'p-map';
import { ImmersionError, ProviderError, UnprocessableError } from '../core/errors.ts';

const LOOKUPS_AT_ONCE = 4;

/** An id that a provider does not have, and why it is not recorded. */
export interface UnknownId {
  id: string;
  reason: string;
  /** It may be there later. */
  retry?: boolean;
}

/** What came of looking up many things. After the first failure nothing more is asked. */
export interface Lookups<Key, Found> {
  found: Map<Key, Found>;
  /** What a provider answered oddly, which concerns nothing else. */
  odd: Map<Key, ImmersionError>;
  failure: { error: unknown } | undefined;
}

/**
 * Looks things up a few at a time, behind the first: a provider that is down is not asked by several at once. What was
 * found before a failure is not lost. It is a failure, too, when every answer is odd.
 */
export async function lookUpEach<Key, Found>(
  keys: Iterable<Key>,
  lookUp: (key: Key) => Promise<Found | undefined>,
): Promise<Lookups<Key, Found>> {
  const found = new Map<Key, Found>();
  const odd = new Map<Key, ImmersionError>();
  let failure: Lookups<Key, Found>['failure'];
  const ask = async (key: Key) => {
    if (failure) return;
    try {
      const one = await lookUp(key);
      if (one !== undefined) found.set(key, one);
    } catch (error) {
      if (error instanceof ProviderError && error.code.endsWith('_bad_answer')) odd.set(key, error);
      else failure ??= { error };
    }
  };
  const [first, ...others] = keys;
  if (first === undefined) return { found, odd, failure };
  await ask(first);
  await pMap(others, ask, { concurrency: LOOKUPS_AT_ONCE });
  if (odd.size === others.length + 1) failure ??= { error: odd.get(first) };
  return { found, odd, failure };
}

/** Whether a text can be the id of a video or a podcast episode. Others are not even asked for: a comma would ask for two. */
export const isProviderId = (id: string): boolean => /^[\w-]{1,64}$/.test(id);

/** The failure of a provider, with how many things were recorded all the same (`added`) and which were not. */
export function withOutcome(error: unknown, added: Record<string, number>, notRecorded: readonly string[]): unknown {
  if (error instanceof ImmersionError) Object.assign(error.extra, added, { not_recorded: notRecorded });
  return error;
}

/** Throws when there are unknown ids. The rest of the request is recorded by then; `added` says so in the answer. */
export function refuseUnknown(unknown: readonly UnknownId[], added: Record<string, unknown>): void {
  if (unknown.length === 0) return;
  const ids = unknown.length === 1 ? `The id ${unknown[0]?.id} is` : `${unknown.length} ids are`;
  throw new UnprocessableError(`${ids} not known to the provider; everything else is recorded.`, {
    code: 'unknown_ids',
    details: [...unknown],
    extra: added,
  });
}
