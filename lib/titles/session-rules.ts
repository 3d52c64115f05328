import {
  choice,
  count,
  day,
  ids,
  instant,
  instants,
  optional,
  withDefault,
  attributeIs,
  type ValuesOf,
} from '../core/field-rules.ts';

/** The fields of a session, as items and lines hold them. */
export const sessionFields = {
  /** `YYYY-MM-DD` in the person's zone; null where the date is unknown. */
  day: optional(day('day')),
  /** The earliest instant of the day, epoch seconds. */
  watchedAt: optional(instant('timestamp')),
  plays: withDefault(count('plays', { minimum: 1, maximum: 10_000 }), 1),
  source: choice('source', ['trakt', 'manual']),
  /** The events of Trakt that it holds, in their order as text. */
  eventIds: ids('trakt_ids'),
  /** When each of the events was; null, or none at all, where only the day's earliest instant was kept. */
  instants: instants('instants'),
  /** The person took Trakt's dates as they are. */
  isTrusted: attributeIs('dates', 'trakt'),
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
  /** All sessions, by day, those without a date first. A known one whose only event was moved to another day is not among them. */
  sessions: WatchSession[];
  /** Those of them that are new or differ from before. */
  changed: WatchSession[];
  /** How many there are more. */
  added: number;
}

/** The events of a session, each with its instant as far as that was kept. */
export const eventsOf = ({ eventIds, instants }: Pick<WatchSession, 'eventIds' | 'instants'>) =>
  eventIds.map((id, index) => ({ id, at: instants[index] ?? null }));

/**
 * Adds viewings to what is known of one film or episode, one session a day. The order of arrival does not matter,
 * and an event that a session holds already changes nothing, unless its date was corrected. A manual session takes the
 * day's first event for itself.
 * An event in the same second as another names the same play once more. `isTrusted` marks the sessions of all events,
 * and nothing takes the mark away.
 */
export function joinSessions(
  known: readonly WatchSession[],
  viewings: readonly Viewing[],
  { dayOf, isTrusted = false }: { dayOf: (epochSeconds: number) => string; isTrusted?: boolean },
): JoinedSessions {
  const byDay = new Map(known.map((session) => [session.day, session]));
  const held = new Map(
    known.flatMap((session) => eventsOf(session).map(({ id, at }) => [id, { day: session.day, at }] as const)),
  );
  const changed = new Set<string | null>();
  for (const viewing of viewings) {
    const day = viewing.watchedAt === null ? null : dayOf(viewing.watchedAt);
    const session = byDay.get(day);
    if (isTrusted && session && !session.isTrusted) {
      byDay.set(day, { ...session, isTrusted });
      changed.add(day);
    }
    const place = held.get(viewing.eventId);
    if (place && !isCorrected(place, viewing)) continue;
    held.set(viewing.eventId, { day, at: viewing.watchedAt });
    const left = place && byDay.get(place.day);
    if (place && left) {
      const rest = withoutEvent(left, viewing.eventId);
      if (rest) byDay.set(place.day, rest);
      else byDay.delete(place.day);
      changed.add(place.day);
    }
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

/** What was kept of an event without its instant may be of any time of its day. */
const isCorrected = ({ day, at }: { day: string | null; at: number | null }, { watchedAt }: Viewing): boolean =>
  at !== watchedAt && (at !== null || day === null);

/** A session without one of its events; undefined where nothing is left of it. */
function withoutEvent(session: WatchSession, eventId: string): WatchSession | undefined {
  const gone = eventsOf(session).find(({ id }) => id === eventId);
  const events = eventsOf(session).filter(({ id }) => id !== eventId);
  const isManual = session.source === 'manual';
  if (events.length === 0 && !isManual) return undefined;
  const isShared = gone?.at != null && events.some(({ at }) => at === gone.at);
  const instants = events.map(({ at }) => at);
  const known = instants.flatMap((at) => at ?? []);
  return {
    ...session,
    plays: isShared || events.length === 0 ? session.plays : Math.max(1, session.plays - 1),
    eventIds: events.map(({ id }) => id),
    instants,
    watchedAt: isManual || known.length < events.length ? session.watchedAt : Math.min(...known),
  };
}

const earliest = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : Math.min(a, b);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
