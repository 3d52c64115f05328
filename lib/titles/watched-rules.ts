import { IMPORT_SERVICE_IDS, type ImportService, type Viewing } from '../viewings/viewing-rules.ts';

/** A film's viewings on one day. Instants are epoch seconds, days `YYYY-MM-DD`; null is unknown. */
export interface FilmSession {
  day: string | null;
  /** The day's earliest. */
  watchedAt: number | null;
  plays: number;
  source: ImportService | 'file' | 'manual';
  eventIds: string[];
}

export interface WatchedEpisode {
  seasonNumber: number;
  episodeNumber: number;
  day: string | null;
  /** The stated time, whatever day is shown. */
  watchedAt: number | null;
  dateSource: 'watched' | 'air';
}

type DayOf = (epochSeconds: number) => string;

const statedTime = ({ at, statedAt }: Viewing): number | null => at ?? statedAt;

/** One per day, those without a date first. */
export function filmSessions(viewings: readonly Viewing[], dayOf: DayOf): FilmSession[] {
  const byDay = Map.groupBy(viewings, (viewing) => shownDay(viewing, dayOf));
  return [...byDay].map(([day, same]) => ({ day, ...sessionOf(same) })).sort((a, b) => compare(a.day, b.day));
}

function sessionOf(same: readonly Viewing[]): Omit<FilmSession, 'day'> {
  const references = same.flatMap((viewing) => [...viewing.references]);
  const service = IMPORT_SERVICE_IDS.find((one) => references.some(({ source }) => source === one));
  const eventIds = references.flatMap(({ source, ref }) => (source === service ? ref : [])).sort();
  const isFile = references.some(({ source }) => source === 'file');
  const [watchedAt = null] = same.flatMap((viewing) => statedTime(viewing) ?? []).sort((a, b) => a - b);
  return {
    watchedAt,
    plays: same.length,
    source: service ?? (isFile ? 'file' : 'manual'),
    eventIds,
  };
}

/** By season, episode and time; once per day. */
export function watchedEpisodes(viewings: readonly Viewing[], dayOf: DayOf): WatchedEpisode[] {
  const all = viewings.flatMap((viewing) =>
    viewing.places.map(({ seasonNumber, episodeNumber }): WatchedEpisode => ({
      seasonNumber,
      episodeNumber,
      day: shownDay(viewing, dayOf),
      watchedAt: statedTime(viewing),
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
  const at = statedTime(viewing);
  return viewing.shownDay ?? (at === null ? null : dayOf(at));
}

/** Null without a date. */
export function watchedSpan(viewings: readonly Viewing[]): { first: number | null; last: number | null } {
  const instants = viewings.flatMap((viewing) => statedTime(viewing) ?? []).sort((a, b) => a - b);
  return { first: instants[0] ?? null, last: instants.at(-1) ?? null };
}

const compare = (a: string | null, b: string | null): number => ((a ?? '') < (b ?? '') ? -1 : a === b ? 0 : 1);
