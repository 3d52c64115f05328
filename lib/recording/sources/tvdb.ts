import type { Tvdb, TvdbMovie, TvdbSearchResult, TvdbSeries } from '../ports.ts';
import * as z from 'zod';
import { NotConfiguredError } from '../../core/errors.ts';
import type { Clock } from '../../core/ports.ts';
import { createProviderHttp, type Provider, type ProviderHttp, providerError, readBody } from '../../core/http/http.ts';
import {
  idNumber,
  listOf,
  optionalList,
  optionalMinutes,
  optionalObject,
  optionalText,
} from '../../core/http/tolerant-fields.ts';
import { createTokens, type Token } from '../../core/http/tokens.ts';
import { seasonsOf } from './season-count-rules.ts';

export interface TvdbCredentials {
  apiKey?: string | undefined;
  /** Only user-supported keys need one. */
  pin?: string | undefined;
}

export interface TvdbOptions {
  secret: () => Promise<TvdbCredentials>;
  /** With version prefix: `https://api4.thetvdb.com/v4`. */
  baseUrl: string;
  clock: Clock;
  http?: ProviderHttp;
}

const TVDB: Provider = { code: 'tvdb', name: 'TVDB' };

/** Tokens live for a month; renewed a few days earlier. */
const TOKEN_LIFETIME_MS = 25 * 24 * 60 * 60 * 1000;

const loginSchema = z.object({ status: z.literal('success'), data: z.object({ token: z.string().min(1) }) });
const seriesSchema = z.object({
  status: z.literal('success'),
  data: z.object({ id: idNumber, name: optionalText, image: optionalText, averageRuntime: optionalMinutes }),
});
const movieSchema = z.object({
  status: z.literal('success'),
  data: z.object({ id: idNumber, name: optionalText, image: optionalText, runtime: optionalMinutes }),
});
const texts = z.record(z.string(), optionalText).nullish().catch(null);
const textOrNumber = z.union([z.string(), z.number()]).nullish();
const hitSchema = z.object({
  tvdb_id: textOrNumber,
  type: optionalText,
  name: z.string().nullish(),
  name_translated: optionalText,
  year: textOrNumber.catch(null),
  image_url: optionalText,
  overview: optionalText,
  overviews: texts,
  translations: texts,
  aliases: optionalList(z.string()),
});
const searchSchema = z.object({ status: z.literal('success'), data: listOf(hitSchema).nullish() });

const seasonsSchema = z.object({
  status: z.literal('success'),
  data: z.object({ episodes: listOf(z.object({ seasonNumber: z.int().nonnegative() })).nullish() }),
});

const idSchema = optionalObject({ id: idNumber });
const remoteHitSchema = z.object({ series: idSchema, movie: idSchema });
const remoteSchema = z.object({ status: z.literal('success'), data: listOf(remoteHitSchema).nullish() });

/** TheTVDB v4. Calls share a token; a rejected one is renewed once. */
export function createTvdb({ secret, baseUrl, clock, http = createProviderHttp({ clock }) }: TvdbOptions): Tvdb {
  const tokens = createTokens<Required<TvdbCredentials>>({ clock, login });

  async function login({ apiKey, pin }: TvdbCredentials): Promise<Token> {
    const request = { provider: TVDB, subject: 'the login' };
    const { status, body } = await http.request({
      ...request,
      method: 'POST',
      url: `${baseUrl}/login`,
      json: { apikey: apiKey, ...(pin && { pin }) },
      expect: [400, 401],
    });
    if (status !== 200) throw keyRefused(/\bpin\b/i.test(messageOf(body)));
    return { value: readBody(request, loginSchema, body).data.token, renewAt: clock.now() + TOKEN_LIFETIME_MS };
  }

  async function get<T>(path: string, { subject, schema, query }: Call<T>): Promise<T | undefined> {
    const credentials = await readCredentials(secret);
    const request = { provider: TVDB, subject };
    for (let attempts = 1; attempts <= 2; attempts += 1) {
      const token = await tokens.get(credentials);
      const { status, body } = await http.request({
        ...request,
        url: `${baseUrl}${path}`,
        headers: { authorization: `Bearer ${token}` },
        expect: [401, 404],
        ...(query && { query }),
      });
      if (status === 404) return undefined;
      if (status !== 401) return readBody(request, schema, body);
      tokens.drop(token);
    }
    throw keyRefused(false);
  }

  async function search(type: 'series' | 'movie', query: string): Promise<TvdbSearchResult[]> {
    const answer = await get('/search', {
      subject: `the search for “${query}”`,
      schema: searchSchema,
      query: { query, type },
    });
    return (answer?.data ?? [])
      .filter((hit) => !hit.type || hit.type === type)
      .flatMap((hit) => searchResult(hit) ?? []);
  }

  return {
    async series(tvdbId): Promise<TvdbSeries | undefined> {
      const answer = await get(`/series/${tvdbId}`, { subject: `series ${tvdbId}`, schema: seriesSchema });
      if (answer === undefined) return undefined;
      const { id, name, image, averageRuntime } = answer.data;
      const averageRuntimeSeconds = averageRuntime ? Math.round(averageRuntime * 60) : null;
      return { tvdbId: id, name: name || `TVDB series ${id}`, image: image || null, averageRuntimeSeconds };
    },
    async movie(tvdbId): Promise<TvdbMovie | undefined> {
      const answer = await get(`/movies/${tvdbId}`, { subject: `film ${tvdbId}`, schema: movieSchema });
      if (answer === undefined) return undefined;
      const { id, name, image, runtime } = answer.data;
      const runtimeSeconds = Math.round((runtime ?? 0) * 60);
      return { tvdbId: id, name: name || `TVDB film ${id}`, image: image || null, runtimeSeconds };
    },
    async seasons(tvdbId) {
      const answer = await get(`/series/${tvdbId}/extended`, {
        subject: `the episodes of series ${tvdbId}`,
        schema: seasonsSchema,
        query: { meta: 'episodes', short: 'true' },
      });
      return seasonsOf((answer?.data.episodes ?? []).map((episode) => episode.seasonNumber));
    },
    async idByImdb(imdbId, kind) {
      const subject = `the title ${imdbId}`;
      const answer = await get(`/search/remoteid/${imdbId}`, { subject, schema: remoteSchema });
      return answer?.data?.find((hit) => hit[kind])?.[kind]?.id;
    },
    searchSeries: (query) => search('series', query),
    searchMovies: (query) => search('movie', query),
  };
}

interface Call<T> {
  subject: string;
  schema: z.ZodType<T>;
  query?: Record<string, string>;
}

async function readCredentials(secret: TvdbOptions['secret']): Promise<Required<TvdbCredentials>> {
  const { apiKey, pin } = await secret();
  if (!apiKey?.trim()) {
    throw new NotConfiguredError('TVDB_API_KEY is not set, so TVDB is unavailable.', {
      code: 'tvdb_not_configured',
      suggestions: [
        'Get a key at https://thetvdb.com/api-information and set TVDB_API_KEY (and TVDB_PIN for a user-supported key).',
      ],
    });
  }
  return { apiKey: apiKey.trim(), pin: pin?.trim() };
}

function keyRefused(pinMissing: boolean) {
  return providerError(
    { provider: TVDB, subject: 'the login' },
    {
      what: 'key_refused',
      reason: pinMissing ? 'rejected the API key without its PIN' : 'rejected the API key',
      suggestions: [
        pinMissing ? 'Set TVDB_PIN to the PIN of your subscription.' : 'Check TVDB_API_KEY (and TVDB_PIN).',
      ],
    },
  );
}

function messageOf(body: unknown): string {
  const result = z.object({ message: z.string() }).safeParse(body);
  return result.success ? result.data.message : '';
}

function searchResult(hit: z.infer<typeof hitSchema>): TvdbSearchResult | undefined {
  const tvdbId = Number(hit.tvdb_id);
  if (!hit.tvdb_id || !Number.isSafeInteger(tvdbId)) return undefined;
  const primary = hit.name || `TVDB ${tvdbId}`;
  const name = hit.translations?.['eng'] || primary;
  const year = Number(hit.year);
  const translations = [...new Set([hit.name_translated, ...Object.values(hit.translations ?? {})])].flatMap((other) =>
    other && other !== name && other !== primary ? [other] : [],
  );
  return {
    tvdbId,
    name,
    originalName: name === primary ? null : primary,
    year: Number.isInteger(year) && year > 0 ? year : null,
    image: hit.image_url || null,
    overview: hit.overviews?.['eng'] || hit.overview || null,
    ...(translations.length > 0 && { translations }),
    ...(hit.aliases?.length && { aliases: hit.aliases }),
  };
}
