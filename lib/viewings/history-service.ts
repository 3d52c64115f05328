import { InvalidInputError } from '../core/errors.ts';
import type { Clock } from '../core/ports.ts';
import type { Days } from './day-rules.ts';
import { viewingId } from './entry-items.ts';
import { compareViewings, fits, isBehind, nextOf, placeOfNext, type ViewingFilter } from './page-rules.ts';
import type { Tallies } from './tallies-service.ts';
import type { Tally } from './tally-rules.ts';
import type { Viewing } from './viewing-rules.ts';
import type { ViewingRange, Viewings } from './viewings-service.ts';
import { parseWhen } from './when-rules.ts';

/** `since` and `until` as users write them (see `parseWhen`). */
export interface HistoryRequest extends ViewingFilter {
  user: string;
  limit: number;
  since?: string | undefined;
  until?: string | undefined;
  /** `next` of the previous page. */
  cursor?: string | undefined;
}

/** A viewing with its short id, local day and local time (ISO 8601 with offset). */
export interface ListedViewing extends Viewing {
  id: string;
  day: string | null;
  localAt: string | null;
}

export interface History {
  /** A page, newest first; viewings without a date come last. */
  page(request: HistoryRequest): Promise<{ viewings: ListedViewing[]; next: string | null }>;
  /** The newest viewings of a run. */
  ofBatch(request: { user: string; batchId: string; limit: number }): Promise<ListedViewing[]>;
}

export function createHistory({
  viewings,
  tallies,
  clock,
}: {
  viewings: Viewings;
  tallies: Tallies;
  clock: Clock;
}): History {
  async function first(user: string, limit: number, range: ViewingRange, isWanted: (viewing: Viewing) => boolean) {
    const tally = createFirstTally(limit);
    for await (const viewing of viewings.viewingsOf(user, range)) if (isWanted(viewing)) tally.add(viewing);
    return tally.result();
  }

  return {
    async page({ user, limit, since, until, cursor, ...filter }) {
      const days = await viewings.daysOf(user);
      const when = (name: 'since' | 'until', text: string) =>
        parseWhen(text, { now: clock.now(), days }) ?? refuseTime(name, text);
      const range = {
        ...(since !== undefined && { since: when('since', since).from }),
        ...(until !== undefined && { until: when('until', until).until }),
      };
      const after = cursor === undefined ? undefined : (placeOfNext(cursor) ?? refuseCursor());
      const isNewest = [since, until, cursor, ...Object.values(filter)].every((one) => one === undefined);
      const found = isNewest
        ? await tallies.of(user, `newest ${limit}`, async () => createFirstTally(limit + 1))
        : await first(
            user,
            limit + 1,
            range,
            (viewing) => (!after || isBehind(viewing, after)) && fits(viewing, filter),
          );
      const page = await viewings.withPlaces(user, found.slice(0, limit));
      const last = page.at(-1);
      return {
        viewings: page.map((one) => listed(one, days)),
        next: found.length > limit && last ? nextOf(last) : null,
      };
    },

    async ofBatch({ user, batchId, limit }) {
      const days = await viewings.daysOf(user);
      const found = await first(user, limit, { batchId }, () => true);
      return (await viewings.withPlaces(user, found)).map((one) => listed(one, days));
    },
  };
}

/** The first `limit` viewings, using little memory for a long history. */
function createFirstTally(limit: number): Tally<readonly Viewing[]> {
  let kept: Viewing[] = [];
  const trim = () => (kept = kept.sort(compareViewings).slice(0, limit));
  return {
    add(viewing) {
      kept.push(viewing);
      if (kept.length > Math.max(1000, 4 * limit)) trim();
    },
    moveTo: () => true,
    until: () => Infinity,
    result: () => [...trim()],
  };
}

const listed = (viewing: Viewing, days: Days): ListedViewing => ({
  ...viewing,
  id: viewingId(viewing.references[0]),
  day: viewing.at === null ? null : days.dayOf(viewing.at),
  localAt: viewing.at === null ? null : days.localOf(viewing.at),
});

function refuseTime(path: string, text: string): never {
  throw new InvalidInputError(`“${text}” is not a date or time.`, {
    code: 'invalid_request',
    details: [{ path, message: 'must be a date or time' }],
    suggestions: ['Use a form such as 7d, yesterday, monday, 2026-10-01 or 2026-10-01T18:30:00Z.'],
  });
}

function refuseCursor(): never {
  throw new InvalidInputError('Unknown cursor.', {
    code: 'invalid_request',
    details: [{ path: 'cursor', message: 'must come from the previous page' }],
  });
}
