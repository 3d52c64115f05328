import { ProviderError } from '../core/errors.ts';
import type { JobEvents } from './events-service.ts';
import type { Trakt, TraktCall, TraktWatched } from './ports.ts';
import type { TitlePlanner } from './title-plan-service.ts';
import type { Work } from './work-service.ts';

/** With more titles than this, reading all plays is faster than title by title. */
const MOST_SINGLE_TITLES = 100;
/** In place of a Trakt id: all titles. */
export const ALL_TITLES = 0;

/** Finds plays logged late, dated before the window of a sync, by Trakt's list of changed titles. */
export interface LatePlays {
  /**
   * Trakt ids of titles whose plays must be reread: those changed since `from`. If Trakt doesn't say when, or an import
   * was incomplete (`isUnfinished`), those with more plays on Trakt than here.
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
  /** The event ids read by this job so far, by TMDB id. */
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

/** No pages if Trakt returns 404, as for a title merged into another. */
export async function* whereFound<T>(pages: AsyncIterable<T>): AsyncIterable<T> {
  try {
    yield* pages;
  } catch (error) {
    if (!(error instanceof ProviderError) || error.code !== 'trakt_not_found') throw error;
  }
}
