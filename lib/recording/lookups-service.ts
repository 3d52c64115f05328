import pMap from 'p-map';
import { ImmersionError, UnprocessableError } from '../core/errors.ts';

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
  failure: { error: unknown } | undefined;
}

/** Looks things up a few at a time. What was found before a failure is not lost: the provider may be asked little. */
export async function lookUpEach<Key, Found>(
  keys: Iterable<Key>,
  lookUp: (key: Key) => Promise<Found | undefined>,
): Promise<Lookups<Key, Found>> {
  const found = new Map<Key, Found>();
  let failure: Lookups<Key, Found>['failure'];
  await pMap(
    keys,
    async (key) => {
      if (failure) return;
      try {
        const one = await lookUp(key);
        if (one !== undefined) found.set(key, one);
      } catch (error) {
        failure ??= { error };
      }
    },
    { concurrency: LOOKUPS_AT_ONCE },
  );
  return { found, failure };
}

/** Whether a text can be the id of a video or a podcast episode. Others are not even asked for: a comma would ask for two. */
export const isProviderId = (id: string): boolean => /^[\w-]{1,64}$/.test(id);

/** The failure of a provider, with how many things were recorded all the same (`added`) and which were not. */
export function withOutcome(error: unknown, added: Record<string, number>, notRecorded: readonly string[]): unknown {
  if (error instanceof ImmersionError) Object.assign(error.extra, added, { not_recorded: notRecorded });
  return error;
}

/** Throws when there are unknown ids. The rest of the request is recorded by then; `added` says so in the answer. */
export function refuseUnknown(unknown: readonly UnknownId[], added: Record<string, number>): void {
  if (unknown.length === 0) return;
  const ids = unknown.length === 1 ? `The id ${unknown[0]?.id} is` : `${unknown.length} ids are`;
  throw new UnprocessableError(`${ids} not known to the provider; everything else is recorded.`, {
    code: 'unknown_ids',
    details: [...unknown],
    extra: added,
  });
}
