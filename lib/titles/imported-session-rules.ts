import { eventsOf } from './session-rules.ts';
import type { EpisodeWatch, MovieSession } from './title-rules.ts';
import type { ImportedSession } from '../viewings/ports.ts';

/** Converts a stored session for use in viewings. */
export function importedSession(session: MovieSession | EpisodeWatch, batchId: string | null = null): ImportedSession {
  const { tmdbId, day, source, watchedAt, plays, durationSeconds, isTrusted } = session;
  const shared = {
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
  if (session.type === 'movie_session') return { ...shared, place: null, name: null, shownDay: null };
  const { seasonNumber, episodeNumber, name, dateSource, shownDay } = session;
  return { ...shared, place: { seasonNumber, episodeNumber }, name, shownDay: dateSource === 'air' ? shownDay : null };
}
