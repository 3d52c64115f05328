import {
  choice,
  count,
  day,
  ids,
  instant,
  instants,
  optional,
  otherwise,
  said,
  type ValuesOf,
} from '../core/field-rules.ts';

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
  /** When each of the events was; null, or none at all, where only the day's earliest instant was kept. */
  instants: instants('instants'),
  /** The person took Trakt's dates as they are. */
  isTrusted: said('dates', 'trakt'),
};

/** The viewings of one film or episode on one local day. */
export type WatchSession = ValuesOf<typeof sessionFields>;

/** One viewing as Trakt reports it. */
export interface Viewing {
  eventId: string;
  /** Epoch seconds; null where the date is unknown. */
  watchedAt: number | null;
}

/** Ends the name of an event that came without an id and a date: one of those that have an id may be the same. */
const NO_DATE = '@unknown';

export interface JoinedSessions {
  /** All sessions, by day, those without a date first. */
  sessions: WatchSession[];
  /** Those of them that are new or differ from before. */
  changed: WatchSession[];
  /** How many are new. */
  added: number;
}

/** The events of a session, each with its instant as far as that was kept. */
export const eventsOf = ({ eventIds, instants }: Pick<WatchSession, 'eventIds' | 'instants'>) =>
  eventIds.map((id, index) => ({ id, at: instants[index] ?? null }));

/**
 * Adds viewings to what is known of one film or episode, one session a day. The order of arrival does not matter,
 * and an event that a session holds already changes nothing. A manual session takes the day's first event for itself.
 * An event in the same second as another names the same play once more. `isTrusted` marks the sessions of all events,
 * and nothing takes the mark away.
 */
export function joinSessions(
  known: readonly WatchSession[],
  viewings: readonly Viewing[],
  { dayOf, isTrusted = false }: { dayOf: (epochSeconds: number) => string; isTrusted?: boolean },
): JoinedSessions {
  const byDay = new Map(known.map((session) => [session.day, session]));
  const held = new Set(known.flatMap((session) => session.eventIds));
  const changed = new Set<string | null>();
  for (const viewing of viewings) {
    const day = viewing.watchedAt === null ? null : dayOf(viewing.watchedAt);
    const session = byDay.get(day);
    if (isTrusted && session && !session.isTrusted) {
      byDay.set(day, { ...session, isTrusted });
      changed.add(day);
    }
    if (held.has(viewing.eventId)) continue;
    held.add(viewing.eventId);
    const before = byDay.get(day);
    byDay.set(day, before ? joined(before, viewing) : { ...newSession(day, viewing), isTrusted });
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

const newSession = (day: string | null, { eventId, watchedAt }: Viewing): WatchSession => ({
  day,
  watchedAt,
  plays: 1,
  source: 'trakt',
  eventIds: [eventId],
  instants: [watchedAt],
  isTrusted: false,
});

function joined(session: WatchSession, { eventId, watchedAt }: Viewing): WatchSession {
  const isAdopted = session.source === 'manual' && session.eventIds.length === 0;
  const isKnown = watchedAt !== null && session.instants.includes(watchedAt);
  const events = [...eventsOf(session), { id: eventId, at: watchedAt }].sort((a, b) => compare(a.id, b.id));
  const named = events.filter(({ id }) => !id.endsWith(NO_DATE)).length;
  const isNamedLater = watchedAt === null && named < events.length;
  return {
    ...session,
    watchedAt: earliest(session.watchedAt, watchedAt),
    plays: isAdopted || isKnown ? session.plays : isNamedLater ? Math.max(session.plays, named) : session.plays + 1,
    eventIds: events.map(({ id }) => id),
    instants: events.map(({ at }) => at),
  };
}

const earliest = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : Math.min(a, b);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
