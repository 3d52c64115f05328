import { eventsOf } from './session-rules.ts';
import type { EpisodeWatch, MovieSession } from './title-rules.ts';
import type { ImportedSession } from '../viewings/ports.ts';

/** What an import told of a film or episode on one day, as viewings are made of it. */
export function importedSession(session: MovieSession | EpisodeWatch, batchId: string | null = null): ImportedSession {
  const { tmdbId, day, source, watchedAt, plays, durationSeconds, isTrusted } = session;
  const told = {
    tmdbId,
    day,
    source,
    watchedAt,
    plays,
    durationSeconds,
    isTrusted,
    batchId,
    events: eventsOf(session),
  };
  if (session.type === 'movie_session') return { ...told, place: null, name: null, shownDay: null };
  const { seasonNumber, episodeNumber, name, dateSource, shownDay } = session;
  return { ...told, place: { seasonNumber, episodeNumber }, name, shownDay: dateSource === 'air' ? shownDay : null };
}
