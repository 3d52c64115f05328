import { eventsOf, type WatchSession } from '../titles/session-rules.ts';
import type { EpisodeWatch, MovieSession, TitleReference, TitleState } from '../titles/title-rules.ts';
import type { ImportEvent } from './event-rules.ts';

/**
 * A title whose TMDB id has changed: its state under the new id, and events to merge into viewings that exist there.
 */
export interface MovedTitle {
  state: TitleState;
  events: ImportEvent[];
}

/**
 * Moves a title to the TMDB id in `reference`. Its items are rewritten (`rev` 0) and its metadata is fetched again,
 * since the old id may have been another title's. Days with viewings under both ids are merged event by event.
 */
export function movedTitle(target: TitleState, old: TitleState, reference: TitleReference): MovedTitle {
  const { tmdbId } = reference;
  const moved = <T extends MovieSession | EpisodeWatch>(record: T): T => ({
    ...record,
    tmdbId,
    durationSeconds: null,
    rev: 0,
  });
  const days = new Set([...target.sessions, ...target.watches].map(dayOf));
  const isFree = (record: MovieSession | EpisodeWatch) => !days.has(dayOf(record));
  const taken = [...old.sessions, ...old.watches].filter((record) => !isFree(record));
  const { title } = target;
  return {
    state: {
      title: title
        ? { ...title, ownStatus: title.ownStatus ?? old.title?.ownStatus ?? null }
        : old.title && { ...old.title, tmdbId, tvdbId: null, imdbId: null, durationSeconds: null, rev: 0 },
      sessions: [...target.sessions, ...old.sessions.filter(isFree).map(moved)],
      watches: [...target.watches, ...old.watches.filter(isFree).map(moved)],
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
