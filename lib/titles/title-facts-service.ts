import { episodeWatchOf, LIBRARY_PREFIXES, movieSessionOf, titleOf, watchPrefix } from './title-items.ts';
import { runsOfEvents } from './run-items.ts';
import type { EpisodeWatch, MovieSession } from './title-rules.ts';
import { importedSession } from './imported-session-rules.ts';
import { batchIdOf, partitionOf } from '../viewings/record-items.ts';
import type { ImportedSession, TitleFacts } from '../viewings/ports.ts';
import type { Item, Store } from '../core/store/store.ts';

/** Titles and imported sessions, for viewings. */
export function createTitleFacts({
  store,
  posterUrl,
}: {
  store: Pick<Store, 'query'>;
  posterUrl: (path: string) => string | null;
}): TitleFacts {
  const read = (user: string, prefix: string) => store.query(partitionOf(user), { prefix, consistent: true });
  return {
    async *titles(user) {
      for await (const item of read(user, LIBRARY_PREFIXES.title)) {
        const { kind, tmdbId, tvdbId, title: name, posterPath, durationSeconds } = titleOf(item);
        const image = posterPath === null ? null : posterUrl(posterPath);
        yield { kind: kind === 'tv' ? 'series' : 'film', tmdbId, tvdbId, name, image, durationSeconds };
      }
    },
    async *sessions(user, work) {
      if (work?.kind !== 'series') {
        const prefix = work ? watchPrefix('movie', work.tmdbId) : LIBRARY_PREFIXES.movie_session;
        for await (const item of read(user, prefix)) yield withRuns(movieSessionOf(item), item);
      }
      if (work?.kind !== 'film') {
        const prefix = work ? watchPrefix('tv', work.tmdbId) : LIBRARY_PREFIXES.episode_watch;
        for await (const item of read(user, prefix)) yield withRuns(episodeWatchOf(item), item);
      }
    },
  };
}

function withRuns(session: MovieSession | EpisodeWatch, item: Item): ImportedSession {
  const batchIds = runsOfEvents(item);
  return { ...importedSession(session, batchIdOf(item)), ...(batchIds && { batchIds }) };
}
