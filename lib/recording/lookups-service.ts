import pMap from 'p-map';
import { ImmersionError, ProviderError, UnprocessableError } from '../core/errors.ts';

const LOOKUPS_AT_ONCE = 4;

/** An id unknown to the provider, and why it isn't recorded. */
export interface UnknownId {
  id: string;
  reason: string;
  /** It may exist later. */
  retry?: boolean;
}

/** Lookups stop after the first failure. */
export interface Lookups<Key, Found> {
  found: Map<Key, Found>;
  /** Invalid responses that affect single items. */
  invalid: Map<Key, ImmersionError>;
  failure: { error: unknown } | undefined;
}

/**
 * Looks up items concurrently, after a first one alone: a provider that is down gets only one request. Results before a
 * failure are kept. If every response is invalid, that is a failure, too.
 */
export async function lookUpEach<Key, Found>(
  keys: Iterable<Key>,
  lookUp: (key: Key) => Promise<Found | undefined>,
): Promise<Lookups<Key, Found>> {
  const found = new Map<Key, Found>();
  const invalid = new Map<Key, ImmersionError>();
  let failure: Lookups<Key, Found>['failure'];
  const ask = async (key: Key) => {
    if (failure) return;
    try {
      const one = await lookUp(key);
      if (one !== undefined) found.set(key, one);
    } catch (error) {
      if (error instanceof ProviderError && error.code.endsWith('_bad_answer')) invalid.set(key, error);
      else failure ??= { error };
    }
  };
  const [first, ...others] = keys;
  if (first === undefined) return { found, invalid, failure };
  await ask(first);
  await pMap(others, ask, { concurrency: LOOKUPS_AT_ONCE });
  if (invalid.size === others.length + 1) failure ??= { error: invalid.get(first) };
  return { found, invalid, failure };
}

/** Other texts aren't looked up: a comma would make it two ids. */
export const isProviderId = (id: string): boolean => /^[\w-]{1,64}$/.test(id);

/** Adds to a failure how many items were recorded anyway (`added`), and which weren't. */
export function withOutcome(error: unknown, added: Record<string, number>, notRecorded: readonly string[]): unknown {
  if (error instanceof ImmersionError) Object.assign(error.extra, added, { not_recorded: notRecorded });
  return error;
}

/** Throws if ids are unknown. The rest is already recorded, as `added` states. */
export function refuseUnknown(unknown: readonly UnknownId[], added: Record<string, unknown>): void {
  if (unknown.length === 0) return;
  const ids = unknown.length === 1 ? `The id ${unknown[0]?.id} is` : `${unknown.length} ids are`;
  throw new UnprocessableError(`${ids} not known to the provider; everything else is recorded.`, {
    code: 'unknown_ids',
    details: [...unknown],
    extra: added,
  });
}
