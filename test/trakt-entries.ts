import type { FakeRequest } from '../lib/demo/fake-server.ts';
import type { FakeTraktEntry } from './fakes/fake-trakt.ts';

export const NOON = Date.parse('2026-11-21T12:00:00Z');
export const DAY_MS = 24 * 60 * 60 * 1000;

let nextId = 8_000_000_000;

/** A film's viewing in Trakt's format. */
export const movieWatched = (tmdbId: number, watchedAt: string | null, more: FakeTraktEntry = {}): FakeTraktEntry => ({
  id: (nextId += 1),
  watched_at: watchedAt,
  action: 'watch',
  type: 'movie',
  movie: { title: `Film ${tmdbId}`, year: 2001, ids: idsOf(tmdbId) },
  ...more,
});

/** An episode's viewing in Trakt's format. */
export const episodeWatched = (
  [tmdbId, season, number]: readonly [tmdbId: number, season: number, number: number],
  watchedAt: string | null,
  more: FakeTraktEntry = {},
): FakeTraktEntry => ({
  id: (nextId += 1),
  watched_at: watchedAt,
  action: 'scrobble',
  type: 'episode',
  episode: {
    season,
    number,
    title: null,
    ids: { trakt: tmdbId * 1000 + season * 100 + number, tvdb: tmdbId * 1000 + number, imdb: null, tmdb: null },
  },
  show: { title: `Series ${tmdbId}`, year: 2001, ids: { ...idsOf(tmdbId), tvdb: tmdbId + 70_000 } },
  ...more,
});

export const rated = (kind: 'movie' | 'show', tmdbId: number, rating: number): FakeTraktEntry => ({
  rated_at: '2026-10-01T10:00:00.000Z',
  rating,
  type: kind,
  [kind]: { title: `Film ${tmdbId}`, year: 2001, ids: idsOf(tmdbId) },
});

export const planned = (kind: 'movie' | 'show', tmdbId: number): FakeTraktEntry => ({
  id: (nextId += 1),
  rank: 1,
  listed_at: '2026-10-01T10:00:00.000Z',
  notes: null,
  type: kind,
  [kind]: { title: `Film ${tmdbId}`, year: 2001, ids: idsOf(tmdbId) },
});

const idsOf = (tmdbId: number) => ({
  trakt: tmdbId + 500_000,
  slug: `title-${tmdbId}`,
  imdb: `tt${String(tmdbId).padStart(7, '0')}`,
  tmdb: tmdbId,
});

/** 1000, 1001, … */
export const ids = (count: number): number[] => Array.from({ length: count }, (_, index) => 1000 + index);

/** This long before the tests' noon. */
export const agoIso = (milliseconds: number): string => new Date(NOON - milliseconds).toISOString();

/** The id of a requested film; 0 for other requests. */
export const filmId = ({ path }: FakeRequest): number => Number(/^\/3\/movie\/(\d+)$/.exec(path)?.[1] ?? 0);

/** Films on TMDB with these ids. */
export const filmsAt = (ids: readonly number[]) => ids.map((id) => ({ id, title: `Film ${id}`, runtime: 100 }));
