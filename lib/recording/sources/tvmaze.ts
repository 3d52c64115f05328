import { type SeriesSearchResult, type TvdbSeries, type SeriesSource } from '../ports.ts';
import * as z from 'zod';
import { ProviderError } from '../../core/errors.ts';
import {
  createProviderHttp,
  type Provider,
  type ProviderHttp,
  type ProviderHttpOptions,
  providerError,
  readBody,
} from '../../core/http/http.ts';
import { idNumber, listOf, optionalMinutes, optionalObject, optionalText } from '../../core/http/tolerant-fields.ts';
import type { Clock } from '../../core/ports.ts';
import type { Store } from '../../core/store/store.ts';
import type { PaceWindow } from './pace-rules.ts';
import { seasonsOf } from './season-count-rules.ts';
import { createSharedPacer } from './shared-pacer.ts';
import { isSameName, originalNameOf, plainText, redirectTarget } from './tvmaze-rules.ts';

export interface TvmazeOptions {
  /** `https://api.tvmaze.com` */
  baseUrl: string;
  clock: Clock;
  http?: ProviderHttp;
}

const TVMAZE: Provider = { code: 'tvmaze', name: 'TVmaze' };

/** TVmaze allows 20 calls in 10 seconds per address; leaves a margin for network latency. */
export const TVMAZE_PACE = { window: { starts: 18, milliseconds: 11_000 }, longestWaitMs: 30_000 };

const REDIRECTS = [301, 302, 303, 307, 308];
const MAXIMUM_REDIRECTS = 3;

/**
 * Alternative names cost a call per series, so they are only fetched for the best results, when names are ambiguous.
 */
const HITS_WITH_NAMES = 3;

/** Caches search results for the choice that follows. */
const CACHED_MS = 10 * 60_000;

const showSchema = z.object({
  id: idNumber,
  name: z.string().nullish(),
  averageRuntime: optionalMinutes,
  premiered: optionalText,
  externals: optionalObject({ thetvdb: idNumber.nullish() }),
  image: optionalObject({ medium: optionalText, original: optionalText }),
  summary: optionalText,
});
const hitsSchema = listOf(z.object({ show: showSchema }));
const episodesSchema = listOf(z.object({ season: z.int().positive() }));
const akasSchema = listOf(z.object({ name: z.string(), country: z.looseObject({}).nullish() }));

type Show = z.infer<typeof showSchema>;

/** HTTP within TVmaze's limits, shared by all processes with one store. Waits over 30 seconds fail. */
export function createTvmazeHttp({
  clock,
  store,
  window = TVMAZE_PACE.window,
  ...options
}: ProviderHttpOptions & { clock: Clock; store: Store; window?: PaceWindow }): ProviderHttp {
  const { sleep } = options;
  const { longestWaitMs } = TVMAZE_PACE;
  return createProviderHttp({
    retryAfterCapMs: longestWaitMs,
    rateLimitPauseMs: 5000,
    totalMs: 90_000,
    jitter: Math.random,
    pacer: createSharedPacer({ store, name: 'TVMAZE', clock, sleep, window, longestWaitMs }),
    ...options,
    clock,
  });
}

/** Series from TVmaze, by TVDB id; needs no key. */
export function createTvmaze({ baseUrl, clock, http = createProviderHttp({ clock }) }: TvmazeOptions): SeriesSource {
  const cached = new Map<number, { show: Show; until: number }>();

  async function get<T>(path: string, { subject, schema, query }: Call<T>): Promise<T | undefined> {
    const request = { provider: TVMAZE, subject };
    let next = { url: `${baseUrl}${path}`, ...(query && { query }) };
    for (let redirects = 0; redirects <= MAXIMUM_REDIRECTS; redirects += 1) {
      const answer = await http.request({ ...request, ...next, ignoreBodyOf: [...REDIRECTS, 404] });
      const { status, headers, body } = answer;
      if (status === 404) return undefined;
      if (!REDIRECTS.includes(status)) return readBody(request, schema, body);
      const url = redirectTarget(next.url, headers['location']);
      if (url === undefined) {
        throw providerError(request, {
          what: 'bad_answer',
          reason: `status ${status} with a redirect to another host`,
        });
      }
      next = { url };
    }
    throw providerError(request, { what: 'bad_answer', reason: 'too many redirects' });
  }

  function cacheShow(tvdbId: number, show: Show): void {
    const now = clock.now();
    for (const [id, { until }] of cached) if (until <= now) cached.delete(id);
    cached.set(tvdbId, { show, until: now + CACHED_MS });
  }

  async function showOf(tvdbId: number): Promise<Show | undefined> {
    const known = cached.get(tvdbId);
    if (known && known.until > clock.now()) return known.show;
    const query = { thetvdb: String(tvdbId) };
    return get('/lookup/shows', { subject: `TVDB series ${tvdbId}`, schema: showSchema, query });
  }

  async function withNames(hit: SeriesSearchResult, showId: number): Promise<SeriesSearchResult> {
    try {
      const akas = await get(`/shows/${showId}/akas`, { subject: `the names of “${hit.name}”`, schema: akasSchema });
      const aliases = [...new Set((akas ?? []).map(({ name }) => name))];
      return { ...hit, originalName: originalNameOf(akas ?? [], hit.name), aliases };
    } catch (error) {
      // Still useful without them.
      if (error instanceof ProviderError) return hit;
      throw error;
    }
  }

  return {
    async series(tvdbId) {
      const show = await showOf(tvdbId);
      return show && seriesOf(tvdbId, show);
    },
    async idByImdb(imdbId) {
      const subject = `the series ${imdbId}`;
      const show = await get('/lookup/shows', { subject, schema: showSchema, query: { imdb: imdbId } });
      return show?.externals?.thetvdb ?? undefined;
    },
    async seasons(tvdbId) {
      const show = await showOf(tvdbId);
      if (!show) return [];
      const subject = `the episodes of TVDB series ${tvdbId}`;
      const episodes = await get(`/shows/${show.id}/episodes`, { subject, schema: episodesSchema });
      return seasonsOf((episodes ?? []).map(({ season }) => season));
    },
    async searchSeries(query) {
      const subject = `the search for “${query}”`;
      const found = (await get('/search/shows', { subject, schema: hitsSchema, query: { q: query } })) ?? [];
      const hits = found.map(({ show }) => ({ show, hit: searchResult(show) }));
      for (const { show, hit } of hits) if (hit.tvdbId !== null) cacheShow(hit.tvdbId, show);
      if (hits.some(({ hit }) => isSameName(hit.name, query))) return hits.map(({ hit }) => hit);
      const choosable = hits.filter(({ hit }) => hit.tvdbId !== null);
      const unsettled = new Set(choosable.slice(0, HITS_WITH_NAMES));
      return Promise.all(hits.map(async (one) => (unsettled.has(one) ? withNames(one.hit, one.show.id) : one.hit)));
    },
  };
}

interface Call<T> {
  subject: string;
  schema: z.ZodType<T>;
  query?: Record<string, string>;
}

function seriesOf(tvdbId: number, { name, image, averageRuntime }: Show): TvdbSeries {
  return {
    tvdbId,
    name: name || `TVDB series ${tvdbId}`,
    image: imageOf(image),
    averageRuntimeSeconds: averageRuntime ? Math.round(averageRuntime * 60) : null,
  };
}

function searchResult({ id, name, premiered, externals, image, summary }: Show): SeriesSearchResult {
  const tvdbId = externals?.thetvdb ?? 0;
  const year = /^(\d{4})-/.exec(premiered ?? '')?.[1];
  return {
    tvdbId: tvdbId > 0 ? tvdbId : null,
    name: name || `TVmaze series ${id}`,
    originalName: null,
    year: year === undefined ? null : Number(year),
    image: imageOf(image),
    overview: plainText(summary),
  };
}

const imageOf = (image: Show['image']): string | null => image?.original || image?.medium || null;
