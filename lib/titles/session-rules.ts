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
import { IMPORT_SOURCES, serviceOfEvent } from '../viewings/viewing-rules.ts';

export const sessionFields = {
  /** `YYYY-MM-DD` in the user's zone; null if unknown. */
  day: optional(day('day')),
  /** The day's earliest instant, epoch seconds. */
  watchedAt: optional(instant('timestamp')),
  plays: withDefault(count('plays', { minimum: 1, maximum: 10_000 }), 1),
  source: choice('source', IMPORT_SOURCES),
  /** The services' event ids, sorted as text. */
  eventIds: ids('trakt_ids'),
  /** Each event's instant; null or missing if only the day's earliest was stored. */
  instants: instants('instants'),
  /** The user trusts Trakt's dates. */
  isTrusted: attributeIs('dates', 'trakt'),
};

/** The viewings of one film or episode on one local day. */
export type WatchSession = ValuesOf<typeof sessionFields>;

/** As reported by a service. */
export interface Viewing {
  eventId: string;
  /** Epoch seconds; null if unknown. */
  watchedAt: number | null;
}

/** Two services that state a date tell of one viewing within this time. */
const SAME_VIEWING_SECONDS = 24 * 60 * 60;
/** Suffix of generated ids for events without an id and a date, which may duplicate an event with an id. */
const NO_DATE = '@unknown';

export interface JoinedSessions {
  /** Sorted by day, those without a date first. Excludes sessions whose only event moved to another day. */
  sessions: WatchSession[];
  /** New and changed sessions. */
  changed: WatchSession[];
  /** Number of sessions gained. */
  added: number;
}

/** A session's events with their instants, if stored. */
export const eventsOf = ({ eventIds, instants }: Pick<WatchSession, 'eventIds' | 'instants'>) =>
  eventIds.map((id, index) => ({ id, at: instants[index] ?? null }));

/**
 * Adds viewings to the sessions of one film or episode, one per day. The result doesn't depend on their order, and
 * known events change nothing unless their date was corrected. A manual session adopts the day's first event. Events in
 * the same second are the same play, as are events of two services within a day. All viewings are of one service.
 * `isTrusted` permanently marks the sessions of these events.
 */
export function joinSessions(
  known: readonly WatchSession[],
  viewings: readonly Viewing[],
  {
    dayOf,
    isTrusted = false,
    serviceOf = serviceOfEvent,
  }: { dayOf: (epochSeconds: number) => string; isTrusted?: boolean; serviceOf?: (eventId: string) => string },
): JoinedSessions {
  const byDay = new Map(known.map((session) => [session.day, session]));
  const held = new Map(
    known.flatMap((session) => eventsOf(session).map(({ id, at }) => [id, { day: session.day, at }] as const)),
  );
  const changed = new Set<string | null>();
  const instantOf = createTwins(known, viewings, serviceOf);
  for (const stated of viewings) {
    const viewing = { ...stated, watchedAt: instantOf(stated) };
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

/** The instant of an event: that of another service's play within a day, which is the same play and has no other event. */
function createTwins(
  known: readonly WatchSession[],
  [first]: readonly Viewing[],
  serviceOf: (eventId: string) => string,
): (viewing: Viewing) => number | null {
  const isOwn = (id: string) => first !== undefined && serviceOf(id) === serviceOf(first.eventId);
  const events = known.flatMap((session) => eventsOf(session));
  const others = events.flatMap(({ id, at }) => (at === null || isOwn(id) ? [] : at));
  if (others.length === 0) return ({ watchedAt }) => watchedAt;
  const takenBy = new Map(events.flatMap(({ id, at }) => (isOwn(id) ? [[at, id] as const] : [])));
  return ({ eventId, watchedAt }) => {
    if (watchedAt === null) return null;
    const distance = (at: number) => Math.abs(at - watchedAt);
    const [twin] = others
      .filter((at) => distance(at) <= SAME_VIEWING_SECONDS && (takenBy.get(at) ?? eventId) === eventId)
      .sort((a, b) => distance(a) - distance(b));
    if (twin !== undefined) takenBy.set(twin, eventId);
    return twin ?? watchedAt;
  };
}

/** Epoch seconds; null without a date. */
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
  source: serviceOfEvent(eventId),
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

/** An event without its instant may be from any time of its day. */
const isCorrected = ({ day, at }: { day: string | null; at: number | null }, { watchedAt }: Viewing): boolean =>
  at !== watchedAt && (at !== null || day === null);

/** Undefined if nothing is left. */
function withoutEvent(session: WatchSession, eventId: string): WatchSession | undefined {
  const removed = eventsOf(session).find(({ id }) => id === eventId);
  const events = eventsOf(session).filter(({ id }) => id !== eventId);
  const isManual = session.source === 'manual';
  if (events.length === 0 && !isManual) return undefined;
  const isShared = removed?.at != null && events.some(({ at }) => at === removed.at);
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
