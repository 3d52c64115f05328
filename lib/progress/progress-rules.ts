import { createCalendar } from '../viewings/calendar-rules.ts';
import { endOfDay, type Days } from '../viewings/day-rules.ts';
import { createMoment, type Tally } from '../viewings/tally-rules.ts';
import {
  isContractItem,
  isRewatch,
  MEDIA,
  placeText,
  type Medium,
  type Viewing,
  type ViewingCollection,
  type Work,
} from '../viewings/viewing-rules.ts';

const DAYS_OF_ACTIVITY = 7;
const DAYS_BEFORE_TREND = 14;
const DAY_SECONDS = 24 * 60 * 60;
const WEEK_SECONDS = 7 * DAY_SECONDS;

/** Names follow the contract's `GET /progress`, in camel case. */
export interface Progress {
  totalEpisodesWatched: number;
  totalMoviesWatched: number;
  totalHoursWatched: number;
  episodesWatchedToday: number;
  moviesWatchedToday: number;
  youtubeVideosWatched: number;
  youtubeVideosWatchedToday: number;
  spotifyEpisodesWatched: number;
  spotifyEpisodesWatchedToday: number;
  /** Whole 24-hour periods since the earliest record. */
  daysSinceFirstEpisode: number;
  /** The last 7×24 hours compared with the average week, in percent; null in the first 14 days. */
  weeklyTrendPercentage: number | null;
  /** Seven entries, oldest first. */
  dailyActivity: { daysAgo: number; minutesWatched: number }[];
  /** One entry per calendar quarter from the first to the last with a record. */
  allTimeProgress: { label: string; cumulativeHours: number }[];
  /** Entries of lists without new viewings stay the same objects. */
  shows: readonly ShowProgress[];
  youtubeChannels: readonly {
    channelId: string;
    channelName: string | null;
    artworkUrl: string | null;
    videosWatched: number;
  }[];
  spotifyShows: readonly {
    showId: string;
    showName: string | null;
    artworkUrl: string | null;
    episodesWatched: number;
  }[];
  movies: readonly { movieId: string; name: string | null; artworkUrl: string | null }[];
}

/** Folders of a series are merged by TVDB id; a folder without a series is listed by name. */
export interface ShowProgress {
  showId: string | null;
  name: string | null;
  artworkUrl: string | null;
  episodesWatched: number;
  /** Only if the runtime is known for all folders. */
  minutesWatched?: number;
  /** Only without an id; null for episodes without a show. */
  folderName?: string | null;
  /** Only if known. */
  tmdbId?: number;
}

const NONE = Object.fromEntries(MEDIA.map((medium) => [medium, 0])) as Record<Medium, number>;

/** A show and what it consists of. */
interface ShowGroup {
  parts: { collection: ViewingCollection; work: Work | null }[];
  episodesWatched: number;
  /** NaN if a length is guessed. */
  milliseconds: number;
  shown: ShowProgress | undefined;
}

/** How much of a channel or podcast was watched, and its entry. */
interface Count<Shown> {
  watched: number;
  shown: Shown | undefined;
}

/**
 * Tallies progress at `now` (epoch milliseconds). Rewatches add time, but not episodes or films. Viewings without a
 * date count in totals only; future ones on no day, week or trend. Background time doesn't count.
 */
export function createProgressTally({ now, days }: { now: number; days: Days }): Tally<Progress> {
  const calendar = createCalendar({ now, days, count: DAYS_OF_ACTIVITY });
  const moment = createMoment(now);
  moment.changesAt(endOfDay(days, moment.seconds));
  const todayStart = calendar.dayStarts[0] ?? 0;

  const shows = new Map<string, ShowGroup>();
  const showOf = new Map<ViewingCollection, ShowGroup>();
  const channels = new Map<ViewingCollection, Count<Progress['youtubeChannels'][number]>>();
  const podcasts = new Map<ViewingCollection, Count<Progress['spotifyShows'][number]>>();
  const movies: Progress['movies'][number][] = [];
  const [counts, today] = [{ ...NONE }, { ...NONE }];
  /** What was already counted, in total and today. */
  const [isUnseen, isUnseenToday] = [createSeen(), createSeen()];
  const activity = Array.from({ length: DAYS_OF_ACTIVITY }, () => 0);
  const quarters = new Map<number, number>();
  // In whole milliseconds, so that the sums don't depend on the order.
  const time = { all: 0, undated: 0, past: 0, lastWeek: 0 };
  let earliest = Infinity;
  const daysSinceEarliest = () =>
    Number.isFinite(earliest) ? Math.max(0, Math.floor((moment.seconds - earliest) / DAY_SECONDS)) : 0;

  const countTime = (at: number | null, amount: number) => {
    time.all += amount;
    if (at === null) {
      time.undated += amount;
      return;
    }
    const quarter = calendar.quarterOf(at);
    quarters.set(quarter, (quarters.get(quarter) ?? 0) + amount);
    if (at > moment.seconds) {
      moment.changesAt(at);
      return;
    }
    time.past += amount;
    if (at > moment.seconds - WEEK_SECONDS) {
      time.lastWeek += amount;
      moment.changesAt(at + WEEK_SECONDS);
    }
    const daysAgo = calendar.dayStarts.findIndex((start) => at >= start);
    if (daysAgo >= 0) activity[daysAgo] = (activity[daysAgo] ?? 0) + amount;
  };

  const groupOf = (collection: ViewingCollection, work: Work | null): ShowGroup => {
    const known = showOf.get(collection);
    if (known) return known;
    const key = groupKey(collection, work);
    const group = shows.get(key) ?? { parts: [], episodesWatched: 0, milliseconds: 0, shown: undefined };
    group.parts.push({ collection, work });
    shows.set(key, group);
    showOf.set(collection, group);
    return group;
  };

  return {
    add(viewing) {
      const { at, medium, collection, work } = viewing;
      const amount = viewing.attention === 'background' ? 0 : Math.round(viewing.seconds * 1000);
      const isToday = at !== null && at >= todayStart && at <= moment.seconds;
      if (at !== null && at < earliest) earliest = at;
      countTime(at, amount);

      const isItem = isContractItem(viewing);
      const isAgain = isRewatch(viewing);
      const isNew = !isAgain && (isUnseen(viewing) || isItem);
      if (isToday && !isAgain && (isUnseenToday(viewing) || isItem)) today[medium] += 1;
      if (isNew) counts[medium] += 1;
      if (medium === 'episode' && collection) {
        const group = groupOf(collection, work);
        if (isNew) group.episodesWatched += 1;
        group.shown = undefined;
        group.milliseconds += viewing.secondsSource === 'guess' ? Number.NaN : amount;
      } else if (medium === 'film' && isNew) {
        const [{ ref }] = viewing.references;
        movies.push({
          movieId: isItem ? ref.slice('movies/'.length) : work ? `tmdb:${work.tmdbId}` : ref,
          name: viewing.film ? viewing.film.name : viewing.title,
          artworkUrl: viewing.film?.image ?? null,
        });
      } else if (collection && isItem) {
        countIn(collection.kind === 'channel' ? channels : podcasts, collection);
      }
    },

    moveTo(later) {
      const before = daysSinceEarliest();
      return moment.moveTo(later) && daysSinceEarliest() === before;
    },

    until: () => Math.min(moment.until, earliest + (daysSinceEarliest() + 1) * DAY_SECONDS),

    result() {
      const days = daysSinceEarliest();
      return {
        totalEpisodesWatched: counts.episode,
        totalMoviesWatched: counts.film,
        totalHoursWatched: wholeHours(time.all),
        episodesWatchedToday: today.episode,
        moviesWatchedToday: today.film,
        youtubeVideosWatched: counts.video,
        youtubeVideosWatchedToday: today.video,
        spotifyEpisodesWatched: counts.podcast,
        spotifyEpisodesWatchedToday: today.podcast,
        daysSinceFirstEpisode: days,
        weeklyTrendPercentage: weeklyTrend(days, wholeMinutes(time.lastWeek), wholeMinutes(time.past)),
        dailyActivity: activity
          .map((amount, daysAgo) => ({ daysAgo, minutesWatched: wholeMinutes(amount) }))
          .toReversed(),
        allTimeProgress: quarterlyTotals(quarters, time.undated).map(([quarter, total]) => ({
          label: calendar.quarterLabel(quarter),
          cumulativeHours: wholeHours(total),
        })),
        shows: [...shows.values()]
          .map((group) => (group.shown ??= showProgress(group)))
          .sort(
            (a, b) =>
              b.episodesWatched - a.episodesWatched ||
              compareNames(a.name, b.name) ||
              compareNames(a.showId ?? a.folderName ?? null, b.showId ?? b.folderName ?? null) ||
              (a.tmdbId ?? 0) - (b.tmdbId ?? 0),
          ),
        youtubeChannels: mostWatched(channels, ({ id, name, image }, videosWatched) => ({
          channelId: id,
          channelName: name,
          artworkUrl: image,
          videosWatched,
        })),
        spotifyShows: mostWatched(podcasts, ({ id, name, image }, episodesWatched) => ({
          showId: id,
          showName: name,
          artworkUrl: image,
          episodesWatched,
        })),
        movies: movies.toSorted((a, b) => compareNames(a.name, b.name) || compareNames(a.movieId, b.movieId)),
      };
    },
  };
}

function countIn(counts: Map<ViewingCollection, Count<unknown>>, collection: ViewingCollection): void {
  const count = counts.get(collection);
  if (!count) counts.set(collection, { watched: 1, shown: undefined });
  else Object.assign(count, { watched: count.watched + 1, shown: undefined });
}

/** By count, then name, then id. */
const mostWatched = <Shown>(
  counts: ReadonlyMap<ViewingCollection, Count<Shown>>,
  show: (collection: ViewingCollection, watched: number) => Shown,
): Shown[] =>
  [...counts]
    .sort(
      ([one, a], [other, b]) =>
        b.watched - a.watched || compareNames(one.name, other.name) || compareNames(one.id, other.id),
    )
    .map(([collection, count]) => (count.shown ??= show(collection, count.watched)));

/** Returns whether a viewing has an episode or film not seen before. */
function createSeen(): (viewing: Viewing) => boolean {
  const parts = new Map<Work, Set<string>>();
  const titles = new Set<string>();
  return ({ medium, work, places, title }) => {
    if (medium === 'film' && !work) return isAdded(titles, title);
    if (!work || (medium !== 'film' && places.length === 0)) return true;
    let known = parts.get(work);
    if (!known) parts.set(work, (known = new Set()));
    if (medium === 'film') return isAdded(known, '');
    return places.map((place) => isAdded(known, placeText(place))).includes(true);
  };
}

const isAdded = (set: Set<string>, value: string): boolean => set.size < set.add(value).size;

function groupKey({ id, tvdbId, isRecorded }: ViewingCollection, work: Work | null): string {
  if (tvdbId !== null) return `tvdb ${tvdbId}`;
  if (work && work.tmdbId !== null) return `tmdb ${work.tmdbId}`;
  return isRecorded ? `folder ${id}` : 'missing';
}

function showProgress({ parts, episodesWatched, milliseconds }: ShowGroup): ShowProgress {
  // Folders by name, then series by id, so that the name doesn't depend on the order of viewings.
  const folders = parts
    .map(({ collection }) => collection)
    .filter(({ id }) => !id.startsWith('tmdb:'))
    .sort((a, b) => compareNames(a.id, b.id));
  const works = parts.flatMap(({ work }) => work ?? []).sort((a, b) => (a.tmdbId ?? 0) - (b.tmdbId ?? 0));
  const [folder] = folders;
  const tvdbId = parts[0]?.collection.tvdbId ?? null;
  const known = (name: 'name' | 'image') => [...folders, ...works].find((one) => one[name] !== null)?.[name] ?? null;
  const tmdbId = works.find((work) => work.tmdbId !== null)?.tmdbId;
  return {
    showId: tvdbId?.toString() ?? null,
    name: known('name'),
    artworkUrl: known('image'),
    episodesWatched,
    ...(Number.isNaN(milliseconds) ? {} : { minutesWatched: wholeMinutes(milliseconds) }),
    ...(tvdbId === null && folder ? { folderName: folder.isRecorded ? folder.id : null } : {}),
    ...(typeof tmdbId === 'number' ? { tmdbId } : {}),
  };
}

/** As computed by the original service: whole minutes of the last week against the average week. */
function weeklyTrend(days: number, lastWeekMinutes: number, totalMinutes: number): number | null {
  if (days < DAYS_BEFORE_TREND) return null;
  const average = (totalMinutes / days) * 7;
  return average === 0 ? null : ((lastWeekMinutes - average) / average) * 100;
}

/** Running totals per quarter, starting with viewings without a date, including empty quarters. */
function quarterlyTotals(
  quarters: Map<number, number>,
  undated: number,
): [quarter: number, cumulativeMilliseconds: number][] {
  if (quarters.size === 0) return [];
  const first = Math.min(...quarters.keys());
  const last = Math.max(...quarters.keys());
  let total = undated;
  return Array.from({ length: last - first + 1 }, (_, index) => {
    total += quarters.get(first + index) ?? 0;
    return [first + index, total];
  });
}

const wholeHours = (milliseconds: number): number => Math.floor(milliseconds / 3_600_000);
const wholeMinutes = (milliseconds: number): number => Math.floor(milliseconds / 60_000);

/** By code units, null last. */
function compareNames(a: string | null, b: string | null): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  return a < b ? -1 : 1;
}
