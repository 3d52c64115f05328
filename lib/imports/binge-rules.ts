/** More distinct episodes of a series than this on one day were marked as watched in bulk. */
const MOST_EPISODES_A_DAY = 4;

export interface EpisodeViewing {
  seasonNumber: number;
  episodeNumber: number;
  /** Epoch seconds; null if unknown. */
  watchedAt: number | null;
}

export type ShownViewing<T extends EpisodeViewing> = T & {
  /** `YYYY-MM-DD`; null if unknown. */
  shownDay: string | null;
  dateSource: 'watched' | 'air';
};

/**
 * The days that a full import shows for a series' viewings: on a day with more than four distinct episodes, each is
 * shown on its air date if that is known and not later. An incremental sync uses `watchedDays`.
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

/** Shows each viewing on its local day. */
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
