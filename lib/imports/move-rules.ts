import { eventsOf, type WatchSession } from '../titles/session-rules.ts';
import type { EpisodeWatch, MovieSession, TitleReference, TitleState } from '../titles/title-rules.ts';
import type { ImportEvent } from './event-rules.ts';

/** A title whose id at TMDB has changed: what is there under the new one, and what joins viewings there. */
export interface MovedTitle {
  state: TitleState;
  events: ImportEvent[];
}

/**
 * What was known of a title under another TMDB id, moved to the id in `reference`. Its items are written again
 * (`rev` 0) and described again: the old id may have been that of another title. Days with viewings under both ids are
 * merged event by event.
 */
export function movedTitle(there: TitleState, old: TitleState, reference: TitleReference): MovedTitle {
  const { tmdbId } = reference;
  const here = <T extends MovieSession | EpisodeWatch>(record: T): T => ({
    ...record,
    tmdbId,
    durationSeconds: null,
    rev: 0,
  });
  const days = new Set([...there.sessions, ...there.watches].map(dayOf));
  const isFree = (record: MovieSession | EpisodeWatch) => !days.has(dayOf(record));
  const taken = [...old.sessions, ...old.watches].filter((record) => !isFree(record));
  const { title } = there;
  return {
    state: {
      title: title
        ? { ...title, ownStatus: title.ownStatus ?? old.title?.ownStatus ?? null }
        : old.title && { ...old.title, tmdbId, tvdbId: null, imdbId: null, durationSeconds: null, rev: 0 },
      sessions: [...there.sessions, ...old.sessions.filter(isFree).map(here)],
      watches: [...there.watches, ...old.watches.filter(isFree).map(here)],
    },
    events: taken.flatMap((record) => eventsOf(record).map((event) => toEvent(record, event, reference))),
  };
}

function toEvent(
  record: MovieSession | EpisodeWatch,
  { id: eventId, at }: ReturnType<typeof eventsOf>[number],
  title: TitleReference,
): ImportEvent {
  const event = { title, eventId, watchedAt: at ?? record.watchedAt };
  if (record.type === 'movie_session') return { kind: 'movie_watched', ...event };
  const { seasonNumber, episodeNumber, tvdbId: episodeTvdbId } = record;
  return { kind: 'episode_watched', ...event, seasonNumber, episodeNumber, episodeTvdbId };
}

const dayOf = (record: (MovieSession | EpisodeWatch) & Pick<WatchSession, 'day'>): string =>
  record.type === 'movie_session' ? `${record.day}` : `${record.seasonNumber}x${record.episodeNumber} ${record.day}`;
