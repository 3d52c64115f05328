import { ProviderError } from '../core/errors.ts';
import type { JobEvents } from './events-service.ts';
import type { Trakt, TraktCall, TraktWatched } from './ports.ts';
import type { TitlePlanner } from './title-plan-service.ts';
import type { Work } from './work-service.ts';

/** Up to so many titles are asked for one by one; beyond, all plays are read in less time. */
const MOST_SINGLE_TITLES = 100;
/** In place of a Trakt id: the plays of all titles. */
export const ALL_TITLES = 0;

/** What was logged late, with a date before the window of a sync: Trakt tells which titles changed. */
export interface LatePlays {
  /**
   * Trakt ids of the titles whose plays are to be read whole: those that changed since `from`. Where Trakt does not say
   * when one changed, and where an import did not bring all (`isUnfinished`), those with more plays than are known here.
   */
  changed(work: Work, request: { type: 'movies' | 'shows'; from: number; isUnfinished: boolean }): Promise<number[]>;
}

export function createLatePlays({
  events,
  titles,
  trakt,
  withTokenOf,
}: {
  events: JobEvents;
  titles: Pick<TitlePlanner, 'eventIds'>;
  trakt: Pick<Trakt, 'watched'>;
  withTokenOf: (user: string) => TraktCall['withToken'];
}): LatePlays {
  /** The plays that this job has read so far, by the TMDB id of their title. */
  async function broughtPlays(jobId: string, kind: 'movie' | 'tv'): Promise<Map<number, string[]>> {
    const found = new Map<number, string[]>();
    for await (const { reference, events: brought } of events.titles(jobId, null)) {
      if (reference.type !== kind) continue;
      found.set(
        reference.tmdbId,
        brought.flatMap((event) => ('eventId' in event ? event.eventId : [])),
      );
    }
    return found;
  }

  return {
    async changed({ user, job, signal }, { type, from, isUnfinished }) {
      const kind = type === 'movies' ? 'movie' : 'tv';
      let brought: Map<number, string[]> | undefined;
      const isShort = async ({ tmdbId, plays }: TraktWatched): Promise<boolean> => {
        if (tmdbId === null) return false;
        brought ??= await broughtPlays(job.jobId, kind);
        const known = new Set([...(await titles.eventIds(user, kind, tmdbId)), ...(brought.get(tmdbId) ?? [])]);
        return plays > known.size;
      };
      const found = new Set<number>();
      for await (const page of whereFound(trakt.watched({ type, withToken: withTokenOf(user), signal }))) {
        for (const title of page.events) {
          const { traktId, lastUpdatedAt } = title;
          const isChanged = lastUpdatedAt !== null && lastUpdatedAt >= from;
          if (isChanged || ((isUnfinished || lastUpdatedAt === null) && (await isShort(title)))) found.add(traktId);
        }
      }
      return found.size > MOST_SINGLE_TITLES ? [ALL_TITLES] : [...found];
    },
  };
}

/** The pages of a list; none where Trakt has no such list, as of a title that it has merged with another. */
export async function* whereFound<T>(pages: AsyncIterable<T>): AsyncIterable<T> {
  try {
    yield* pages;
  } catch (error) {
    if (!(error instanceof ProviderError) || error.code !== 'trakt_not_found') throw error;
  }
}
