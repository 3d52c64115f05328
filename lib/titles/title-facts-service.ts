import { episodeWatchOf, LIBRARY_PREFIXES, movieSessionOf, titleOf, watchPrefix } from './title-items.ts';
import { eventsOf } from './session-rules.ts';
import type { EpisodeWatch, MovieSession } from './title-rules.ts';
import { batchIdOf, partitionOf } from '../viewings/record-items.ts';
import type { ImportedSession, TitleFacts } from '../viewings/ports.ts';
import type { Item, Store } from '../core/store/store.ts';

/** Films, series and what imports told of them, as viewings need them. */
export function createTitleFacts({
  store,
  posterUrl,
}: {
  store: Pick<Store, 'query'>;
  /** The address of a poster of TMDB. */
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
        for await (const item of read(user, prefix)) yield ofFilm(item);
      }
      if (work?.kind !== 'film') {
        const prefix = work ? watchPrefix('tv', work.tmdbId) : LIBRARY_PREFIXES.episode_watch;
        for await (const item of read(user, prefix)) yield ofEpisode(item);
      }
    },
  };
}

const ofFilm = (item: Item): ImportedSession => ({
  ...ofSession(movieSessionOf(item)),
  place: null,
  name: null,
  shownDay: null,
  batchId: batchIdOf(item),
});

function ofEpisode(item: Item): ImportedSession {
  const watch = episodeWatchOf(item);
  return {
    ...ofSession(watch),
    place: { seasonNumber: watch.seasonNumber, episodeNumber: watch.episodeNumber },
    name: watch.name,
    shownDay: watch.dateSource === 'air' ? watch.shownDay : null,
    batchId: batchIdOf(item),
  };
}

function ofSession(session: MovieSession | EpisodeWatch) {
  const { tmdbId, day, source, watchedAt, plays, durationSeconds, isTrusted } = session;
  return { tmdbId, day, source, watchedAt, plays, durationSeconds, isTrusted, events: eventsOf(session) };
}
