import { DateTime } from 'luxon';
import { choice, count, day, ids, instant, optional, otherwise, type ValuesOf } from '../core/field-rules.ts';

/** The fields of a session, as items and lines hold them. */
export const sessionFields = {
  /** `YYYY-MM-DD` in the person's zone; null where the date is unknown. */
  day: optional(day('day')),
  /** The earliest instant of the day, epoch seconds. */
  watchedAt: optional(instant('timestamp')),
  plays: otherwise(count('plays', { minimum: 1, maximum: 10_000 }), 1),
  source: choice('source', ['trakt', 'manual']),
  /** The events of Trakt that it holds, in their order as text. */
  eventIds: ids('trakt_ids'),
};

/** The viewings of one film or episode on one local day. */
export type WatchSession = ValuesOf<typeof sessionFields>;

/** One viewing as Trakt reports it. */
export interface Viewing {
  eventId: string;
  /** Epoch seconds; null where the date is unknown. */
  watchedAt: number | null;
}

export interface JoinedSessions {
  /** All sessions, by day, those without a date first. */
  sessions: WatchSession[];
  /** Those of them that are new or differ from before. */
  changed: WatchSession[];
  /** How many are new. */
  added: number;
}

/** The calendar day of an instant (epoch seconds) in a zone, as `YYYY-MM-DD`. */
export const localDay = (epochSeconds: number, zone: string): string =>
  DateTime.fromSeconds(epochSeconds, { zone }).toFormat('yyyy-MM-dd');

/**
 * Adds viewings to what is known of one film or episode, one session a day. The order of arrival does not matter,
 * and an event that a session holds already changes nothing. A manual session takes the day's first event for itself.
 */
export function joinSessions(
  known: readonly WatchSession[],
  viewings: readonly Viewing[],
  zone: string,
): JoinedSessions {
  const byDay = new Map(known.map((session) => [session.day, session]));
  const held = new Set(known.flatMap((session) => session.eventIds));
  const changed = new Set<string | null>();
  for (const { eventId, watchedAt } of viewings) {
    if (held.has(eventId)) continue;
    held.add(eventId);
    const day = watchedAt === null ? null : localDay(watchedAt, zone);
    const session = byDay.get(day);
    byDay.set(day, session ? joined(session, { eventId, watchedAt }) : newSession(day, { eventId, watchedAt }));
    changed.add(day);
  }
  const sessions = [...byDay.values()].sort((a, b) => compare(a.day ?? '', b.day ?? ''));
  return {
    sessions,
    changed: sessions.filter(({ day }) => changed.has(day)),
    added: byDay.size - known.length,
  };
}

/** The first and the last dated viewing, epoch seconds; null where no date is known. */
export function watchSpan(sessions: readonly WatchSession[]): { first: number | null; last: number | null } {
  const instants = sessions.flatMap(({ watchedAt }) => watchedAt ?? []);
  if (instants.length === 0) return { first: null, last: null };
  return {
    first: instants.reduce((a, b) => Math.min(a, b)),
    last: instants.reduce((a, b) => Math.max(a, b)),
  };
}

function newSession(day: string | null, { eventId, watchedAt }: Viewing): WatchSession {
  return { day, watchedAt, plays: 1, source: 'trakt', eventIds: [eventId] };
}

function joined(session: WatchSession, { eventId, watchedAt }: Viewing): WatchSession {
  const isAdopted = session.source === 'manual' && session.eventIds.length === 0;
  return {
    ...session,
    watchedAt: earliest(session.watchedAt, watchedAt),
    plays: isAdopted ? session.plays : session.plays + 1,
    eventIds: [...session.eventIds, eventId].sort(compare),
  };
}

const earliest = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : Math.min(a, b);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
