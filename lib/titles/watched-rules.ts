import type { Viewing } from '../viewings/viewing-rules.ts';

/** The viewings of a film on one day. Instants are epoch seconds, days `YYYY-MM-DD`; null is unknown. */
export interface FilmSession {
  day: string | null;
  /** The earliest of the day. */
  watchedAt: number | null;
  plays: number;
  source: 'trakt' | 'file' | 'manual';
  eventIds: string[];
}

/** An episode on a day on which it was watched, or is shown. */
export interface WatchedEpisode {
  seasonNumber: number;
  episodeNumber: number;
  day: string | null;
  /** When it is said to have been watched, whatever day is shown. */
  watchedAt: number | null;
  dateSource: 'watched' | 'air';
}

type DayOf = (epochSeconds: number) => string;

const saidAt = ({ at, statedAt }: Viewing): number | null => at ?? statedAt;

/** One session a day, those without a date first. */
export function filmSessions(viewings: readonly Viewing[], dayOf: DayOf): FilmSession[] {
  const byDay = Map.groupBy(viewings, (viewing) => shownDay(viewing, dayOf));
  return [...byDay].map(([day, same]) => ({ day, ...sessionOf(same) })).sort((a, b) => compare(a.day, b.day));
}

function sessionOf(same: readonly Viewing[]): Omit<FilmSession, 'day'> {
  const references = same.flatMap((viewing) => [...viewing.references]);
  const eventIds = references.flatMap(({ source, ref }) => (source === 'trakt' ? ref : [])).sort();
  const isFile = references.some(({ source }) => source === 'file');
  const [watchedAt = null] = same.flatMap((viewing) => saidAt(viewing) ?? []).sort((a, b) => a - b);
  return {
    watchedAt,
    plays: same.length,
    source: eventIds.length > 0 ? 'trakt' : isFile ? 'file' : 'manual',
    eventIds,
  };
}

/** By season, episode and time; an episode once a day. */
export function watchedEpisodes(viewings: readonly Viewing[], dayOf: DayOf): WatchedEpisode[] {
  const all = viewings.flatMap((viewing) =>
    viewing.places.map(({ seasonNumber, episodeNumber }): WatchedEpisode => ({
      seasonNumber,
      episodeNumber,
      day: shownDay(viewing, dayOf),
      watchedAt: saidAt(viewing),
      dateSource: viewing.shownDay === null ? 'watched' : 'air',
    })),
  );
  const ordered = all.sort(
    (a, b) =>
      a.seasonNumber - b.seasonNumber ||
      a.episodeNumber - b.episodeNumber ||
      (a.watchedAt ?? Infinity) - (b.watchedAt ?? Infinity) ||
      0,
  );
  const days = Map.groupBy(ordered, (one) => `${one.seasonNumber}x${one.episodeNumber} ${one.day}`);
  return [...days.values()].flatMap(([first]) => first ?? []);
}

function shownDay(viewing: Viewing, dayOf: DayOf): string | null {
  const at = saidAt(viewing);
  return viewing.shownDay ?? (at === null ? null : dayOf(at));
}

/** The first and the last of all; null where no date is known. */
export function watchedSpan(viewings: readonly Viewing[]): { first: number | null; last: number | null } {
  const instants = viewings.flatMap((viewing) => saidAt(viewing) ?? []).sort((a, b) => a - b);
  return { first: instants[0] ?? null, last: instants.at(-1) ?? null };
}

const compare = (a: string | null, b: string | null): number => ((a ?? '') < (b ?? '') ? -1 : a === b ? 0 : 1);
