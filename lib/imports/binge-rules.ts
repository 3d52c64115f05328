/** More distinct episodes of a series on one day than this were not all watched that day, but ticked off. */
const MOST_EPISODES_A_DAY = 4;

/** One viewing day of one episode. */
export interface EpisodeViewing {
  seasonNumber: number;
  episodeNumber: number;
  /** Epoch seconds; null where the date is unknown. */
  watchedAt: number | null;
}

/** A viewing with the day that is shown for it; the real instant stays beside it. */
export type ShownViewing<T extends EpisodeViewing> = T & {
  /** `YYYY-MM-DD`; null where no date is known. */
  shownDay: string | null;
  dateSource: 'watched' | 'air';
};

/**
 * The days that a full import shows for all viewings of one series: on a day with more than four distinct episodes each
 * takes its air date, where that is known and not later than the viewing. An incremental sync shows `watchedDays`.
 */
export function shownDays<T extends EpisodeViewing>(
  viewings: readonly T[],
  {
    dayOf,
    airDateOf,
  }: {
    dayOf: (epochSeconds: number) => string;
    airDateOf: (seasonNumber: number, episodeNumber: number) => string | null;
  },
): ShownViewing<T>[] {
  const watched = watchedDays(viewings, dayOf);
  const byDay = Map.groupBy(watched, ({ shownDay }) => shownDay);
  const binges = new Set(
    [...byDay].filter(([, day]) => distinctEpisodes(day) > MOST_EPISODES_A_DAY).map(([day]) => day),
  );
  const shown = (viewing: ShownViewing<T>): ShownViewing<T> => {
    const { shownDay, seasonNumber, episodeNumber } = viewing;
    if (shownDay === null || !binges.has(shownDay)) return viewing;
    const airDate = airDateOf(seasonNumber, episodeNumber);
    if (airDate === null || airDate > shownDay) return viewing;
    return { ...viewing, shownDay: airDate, dateSource: 'air' };
  };
  return watched.map(shown);
}

/** Each viewing on the local day of its instant. */
export const watchedDays = <T extends EpisodeViewing>(
  viewings: readonly T[],
  dayOf: (epochSeconds: number) => string,
): ShownViewing<T>[] =>
  viewings.map((viewing) => ({
    ...viewing,
    shownDay: viewing.watchedAt === null ? null : dayOf(viewing.watchedAt),
    dateSource: 'watched',
  }));

const distinctEpisodes = (viewings: readonly EpisodeViewing[]): number =>
  new Set(viewings.map(({ seasonNumber, episodeNumber }) => `${seasonNumber}x${episodeNumber}`)).size;
