import type { SyncStage } from './cursor-rules.ts';
import type { ExportShortfall } from './export-source-rules.ts';
import {
  type ImportEvent,
  type ReadEntry,
  readDroppedEntry,
  readHistoryEntry,
  readRatingEntry,
  readWatchlistEntry,
  isOfSeries,
} from './event-rules.ts';

export type ArchiveList = 'history' | 'ratings' | 'watchlist' | 'dropped';

type Shortfall = ExportShortfall & {
  reason: 'missing_pages' | 'missing_plays' | 'partial_export' | 'no_history';
};

/** How each list's files are named and its entries parsed. */
export const ARCHIVE_LISTS: { list: ArchiveList; pattern: RegExp; read: (entry: unknown) => ReadEntry<ImportEvent> }[] =
  [
    { list: 'history', pattern: /^(watched-history)(?:-(?<number>\d+))?\.json$/i, read: readHistoryEntry },
    {
      list: 'ratings',
      pattern: /^(ratings-(?:movies|shows|seasons|episodes|all))(?:-(?<number>\d+))?\.json$/i,
      read: readRatingEntry,
    },
    { list: 'watchlist', pattern: /^(lists-watchlist)(?:-(?<number>\d+))?\.json$/i, read: readWatchlistEntry },
    { list: 'dropped', pattern: /^(hidden-(?:[a-z]+-)?dropped)(?:-(?<number>\d+))?\.json$/i, read: readDroppedEntry },
  ];

/** Files that state how much an export should hold. They sum up the history: importing them would double every play. */
export const ARCHIVE_SUMS = {
  watched: /^watched-(?:movies|shows)(?:-\d+)?\.json$/i,
  stats: /^user-stats\.json$/i,
  errors: /^_errors\.json$/i,
};

const STAGES: Record<ArchiveList, SyncStage[]> = {
  history: ['movies', 'episodes'],
  ratings: ['ratings'],
  watchlist: ['watchlist'],
  dropped: ['episodes'],
};

/** The list that an entry belongs to, also if it can't be imported. */
export function stageOfEntry(list: ArchiveList, entry: unknown): SyncStage {
  if (list === 'ratings' || list === 'watchlist') return list;
  return list === 'dropped' || isOfSeries(entry) ? 'episodes' : 'movies';
}

/** Maps the names in Trakt's error file to lists. */
const NAMED: [RegExp, ArchiveList | undefined][] = [
  [/history|watched/i, 'history'],
  [/rating/i, 'ratings'],
  [/watchlist/i, 'watchlist'],
  [/dropped/i, 'dropped'],
  [/collect|comment|favorit|follow|friend|hidden|like|list|network|note|playback|profile|setting|user/i, undefined],
];

/** The list that an entry belongs to, judged by its own fields. */
export function listOfEntry(entry: unknown): ArchiveList | undefined {
  const has = (name: string) => typeof entry === 'object' && entry !== null && name in entry;
  if (has('watched_at')) return 'history';
  if (has('rating')) return 'ratings';
  return has('listed_at') ? 'watchlist' : undefined;
}

/** `movie 5` or `show 5`; undefined if the entry doesn't have an id. */
export function playedTitle(entry: unknown): string | undefined {
  const { movie, show } = objectOf(entry);
  const id = objectOf(objectOf(movie ?? show)['ids'])['trakt'];
  return typeof id === 'number' ? `${movie === undefined ? 'show' : 'movie'} ${id}` : undefined;
}

/** The play count of an entry of `watched-movies.json` or `watched-shows.json`. */
export const playsOfTitle = (entry: unknown): number => numberOf(objectOf(entry)['plays']);

/** The play counts in `user-stats.json`. */
export const playsOfStats = (stats: unknown): { movies: number; episodes: number } => ({
  movies: numberOf(objectOf(objectOf(stats)['movies'])['plays']),
  episodes: numberOf(objectOf(objectOf(stats)['episodes'])['plays']),
});

/** The lists that Trakt couldn't export completely, according to its error file. That file has no fixed shape. */
export function listsWithErrors(note: unknown, path = ''): ArchiveList[] {
  if (typeof note === 'string') return note.trim() === '' ? [] : namedIn(`${path} ${note}`);
  if (typeof note !== 'object' || note === null) return [];
  const values = Object.entries(note);
  if (values.some(([, value]) => typeof value === 'object' && value !== null) || Array.isArray(note)) {
    return values.flatMap(([key, value]) => (value === null ? [] : listsWithErrors(value, `${path} ${key}`)));
  }
  const { fetchedPages, totalPages } = note as Record<string, unknown>;
  const isWhole = typeof totalPages === 'number' && numberOf(fetchedPages) >= totalPages;
  return isWhole || values.length === 0 ? [] : namedIn(`${path} ${values.flat().join(' ')}`);
}

/** Unknown names are attributed to the history, to be safe. */
function namedIn(text: string): ArchiveList[] {
  const known = NAMED.find(([pattern]) => pattern.test(text.replaceAll(/fetchedPages|totalPages/g, '')));
  const list = known ? known[1] : 'history';
  return list === undefined ? [] : [list];
}

/** Finds what an export lacks. */
export function shortfalls({
  files,
  plays,
  expected,
  missingTitles,
  errors,
}: {
  /** `series` is a file's name without its number. */
  files: readonly { list: ArchiveList; series: string; number: number | null }[];
  /** Plays in the history, and plays according to `user-stats.json`. */
  plays: { movies: number; episodes: number };
  expected: { movies: number; episodes: number };
  /** Titles with fewer plays in the history than in `watched-….json`, as `playedTitle` names them. */
  missingTitles: readonly string[];
  errors: readonly ArchiveList[];
}): Shortfall[] {
  const found = new Map<string, Shortfall>();
  const add = (stages: readonly SyncStage[], reason: Shortfall['reason']) => {
    for (const list of stages) if (!found.has(list)) found.set(list, { list, reason });
  };
  for (const list of errors) add(STAGES[list], 'partial_export');
  for (const [series, parts] of Map.groupBy(files, (file) => file.series)) {
    const list = files.find((file) => file.series === series)?.list;
    if (list && hasGap(parts.map(({ number }) => number ?? 1))) add(STAGES[list], 'missing_pages');
  }
  const hasHistory = files.some(({ list }) => list === 'history');
  if (!hasHistory && missingTitles.length + expected.movies + expected.episodes === 0)
    add(STAGES.history, 'no_history');
  const isShort = (stage: 'movies' | 'episodes', kind: string) =>
    plays[stage] < expected[stage] || missingTitles.some((title) => title.startsWith(kind));
  if (isShort('movies', 'movie')) add(['movies'], 'missing_plays');
  if (isShort('episodes', 'show')) add(['episodes'], 'missing_plays');
  return [...found.values()];
}

/** Pages count from 1, or from 0 if there is a page 0. */
function hasGap(numbers: readonly number[]): boolean {
  const pages = new Set(numbers);
  const last = Math.max(...pages);
  return pages.size < last + (pages.has(0) ? 1 : 0);
}

const objectOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

const numberOf = (value: unknown): number => (typeof value === 'number' && value > 0 ? value : 0);
