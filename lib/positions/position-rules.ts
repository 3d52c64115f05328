import { declare, withDefault, place, text, type ValuesOf } from '../core/field-rules.ts';

/** Limits of positions. */
export const MAXIMUM_SEASON = 1000;
export const MAXIMUM_EPISODE = 10_000;
export const MAXIMUM_POSITION_NAME_CHARACTERS = 256;

export const positionRecord = declare('position', {
  username: { ...text('username'), isInternal: true },
  tvShow: text('tv_show', 2 * MAXIMUM_POSITION_NAME_CHARACTERS, 1),
  season: place('season', MAXIMUM_SEASON),
  episode: place('episode', MAXIMUM_EPISODE),
  /** In the format of `lastUpdatedAt`; other programs may omit it. */
  lastUpdated: withDefault(text('last_updated', 40), ''),
});

/** The last episode watched of a show. */
export type Position = ValuesOf<typeof positionRecord.fields>;

/** Microseconds since the epoch as ISO 8601 in UTC without a zone and with six digits: `2025-01-15T10:30:00.123456`. */
export function lastUpdatedAt(microseconds: number): string {
  const seconds = new Date(Math.floor(microseconds / 1000)).toISOString().slice(0, -1);
  return `${seconds}${String(microseconds % 1000).padStart(3, '0')}`;
}

/** Parses a `last_updated`, including other programs'; undefined if invalid. */
export function microsecondsOf(lastUpdated: string): number | undefined {
  const [, seconds, fraction = ''] =
    /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,6})\d*)?(?:Z|\+00:00)?$/.exec(lastUpdated) ?? [];
  const milliseconds = Date.parse(`${seconds}Z`);
  return Number.isNaN(milliseconds) ? undefined : milliseconds * 1000 + Number(fraction.padEnd(6, '0'));
}

/** Ties are sorted by title. */
export const newestFirst = (one: Position, other: Position): number =>
  compare(other.lastUpdated, one.lastUpdated) || compare(one.tvShow, other.tvShow);

/** `S02E05`, `s2e5`, `2x05` */
export function parseSeasonAndEpisode(text: string): { season: number; episode: number } | undefined {
  const [, season, episode] = /^\s*(?:s(?=\d+\s*e))?(\d{1,4})\s*[ex]\s*(\d{1,5})\s*$/i.exec(text) ?? [];
  return season && episode ? { season: Number(season), episode: Number(episode) } : undefined;
}

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
