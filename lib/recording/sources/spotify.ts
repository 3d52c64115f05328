import type { Spotify, SpotifyEpisode, SpotifyShow } from '../ports.ts';
import * as z from 'zod';
import { NotConfiguredError, ProviderError } from '../../core/errors.ts';
import type { Clock } from '../../core/ports.ts';
import {
  createProviderHttp,
  isoSeconds,
  type Provider,
  type ProviderAnswer,
  type ProviderFault,
  type ProviderHttp,
  providerError,
  readBody,
} from '../../core/http/http.ts';
import { createTokens, type Token } from '../../core/http/tokens.ts';

export interface SpotifyCredentials {
  clientId?: string | undefined;
  clientSecret?: string | undefined;
}

export interface SpotifyOptions {
  secret: () => Promise<SpotifyCredentials>;
  /** Where tokens come from: `https://accounts.spotify.com`. */
  accountsBaseUrl: string;
  /** Scheme, host and version prefix: `https://api.spotify.com/v1`. */
  apiBaseUrl: string;
  /** Two capital letters. Without a market Spotify calls every episode unknown. */
  market: string;
  clock: Clock;
  http?: ProviderHttp;
}

const SPOTIFY: Provider = { code: 'spotify', name: 'Spotify', faultOf };

const EPISODES_PER_PAGE = 50;
const RENEW_EARLIER_MS = 60_000;

const imagesSchema = z.array(z.object({ url: z.string() })).nullish();
const tokenSchema = z.object({ access_token: z.string().min(1), expires_in: z.number() });
const showSchema = z.object({ id: z.string(), name: z.string().nullish(), images: imagesSchema });
const simpleEpisodeSchema = z.object({
  id: z.string(),
  name: z.string().nullish(),
  duration_ms: z.number(),
  release_date: z.string().nullish(),
});
const episodeSchema = simpleEpisodeSchema.extend({ show: showSchema });
const pageSchema = z.object({ items: z.array(simpleEpisodeSchema.nullable()), next: z.string().nullish() });
const errorSchema = z.object({ error: z.object({ message: z.string().optional(), reason: z.string().optional() }) });

/** Spotify's Web API with client credentials. While Spotify wants to be left alone, nothing is sent. */
export function createSpotify(options: SpotifyOptions): Spotify {
  const { secret, accountsBaseUrl, apiBaseUrl, market, clock, http = createProviderHttp({ clock }) } = options;
  const tokens = createTokens<Required<SpotifyCredentials>>({ clock, login });
  let pause: { clientId: string | undefined; until: number } | undefined;

  async function login({ clientId, clientSecret }: SpotifyCredentials): Promise<Token> {
    const request = { provider: SPOTIFY, subject: 'the login' };
    const { status, body } = await http.request({
      ...request,
      method: 'POST',
      url: `${accountsBaseUrl}/api/token`,
      headers: { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` },
      form: { grant_type: 'client_credentials' },
      expect: [400, 401],
    });
    if (status !== 200) throw credentialsRefused();
    const token = readBody(request, tokenSchema, body);
    return { value: token.access_token, renewAt: clock.now() + token.expires_in * 1000 - RENEW_EARLIER_MS };
  }

  async function getWithToken(
    path: string,
    call: SpotifyCall,
    credentials: Required<SpotifyCredentials>,
  ): Promise<ProviderAnswer> {
    for (let attempts = 1; attempts <= 2; attempts += 1) {
      const token = await tokens.get(credentials);
      const answer = await http.request({
        provider: SPOTIFY,
        subject: call.subject,
        url: `${apiBaseUrl}${path}`,
        query: { market, ...call.query },
        headers: { authorization: `Bearer ${token}` },
        expect: [400, 401, 404],
      });
      if (answer.status !== 401) return answer;
      tokens.drop(token);
    }
    throw credentialsRefused();
  }

  /** Remembers for how long Spotify refuses: it may be hours, and asking meanwhile makes it longer. */
  async function get(path: string, call: SpotifyCall): Promise<ProviderAnswer> {
    const credentials = await readCredentials(secret);
    if (pause !== undefined && pause.clientId === credentials.clientId && clock.now() < pause.until) {
      throw providerError(
        { provider: SPOTIFY, subject: call.subject },
        {
          what: 'rate_limited',
          reason: `too many requests; retry after ${isoSeconds(pause.until)}`,
          retryAfterSeconds: Math.ceil((pause.until - clock.now()) / 1000),
        },
      );
    }
    try {
      return await getWithToken(path, call, credentials);
    } catch (error) {
      const isLimit =
        error instanceof ProviderError && ['spotify_rate_limited', 'spotify_quota_exceeded'].includes(error.code);
      if (isLimit && error.retryAfterSeconds !== undefined) {
        pause = { clientId: credentials.clientId, until: clock.now() + error.retryAfterSeconds * 1000 };
      }
      throw error;
    }
  }

  return {
    async episode(episodeId): Promise<SpotifyEpisode | undefined> {
      const subject = `episode ${episodeId}`;
      const { status, body } = await get(`/episodes/${encodeURIComponent(episodeId)}`, { subject });
      if (isUnknown(status, body, subject)) return undefined;
      const { show, ...episode } = readBody({ provider: SPOTIFY, subject }, episodeSchema, body);
      return episodeOf(episode, {
        showId: show.id,
        name: show.name || show.id,
        artworkUrl: show.images?.[0]?.url || null,
      });
    },

    async *showEpisodes(show): AsyncIterable<SpotifyEpisode> {
      const subject = `the episodes of show ${show.showId}`;
      let offset = 0;
      for (;;) {
        const query = { limit: EPISODES_PER_PAGE, offset };
        const { status, body } = await get(`/shows/${encodeURIComponent(show.showId)}/episodes`, { subject, query });
        if (isUnknown(status, body, subject)) return;
        const { items, next } = readBody({ provider: SPOTIFY, subject }, pageSchema, body);
        for (const episode of items) {
          if (episode !== null) yield episodeOf(episode, show);
        }
        if (!next || items.length === 0) return;
        // Not `next` itself: the token must not follow an address that came in an answer.
        offset += items.length;
      }
    },
  };
}

interface SpotifyCall {
  subject: string;
  query?: Record<string, number>;
}

async function readCredentials(secret: SpotifyOptions['secret']): Promise<Required<SpotifyCredentials>> {
  const { clientId, clientSecret } = await secret();
  const missing = [!clientId?.trim() && 'SPOTIFY_CLIENT_ID', !clientSecret?.trim() && 'SPOTIFY_CLIENT_SECRET'].filter(
    Boolean,
  );
  if (missing.length > 0) {
    const names = missing.join(' and ');
    throw new NotConfiguredError(`${names} ${missing.length > 1 ? 'are' : 'is'} not set, so Spotify is unavailable.`, {
      code: 'spotify_not_configured',
      suggestions: [
        `Create an app at https://developer.spotify.com/dashboard (its owner needs Premium) and set ${names}.`,
      ],
    });
  }
  return { clientId: clientId?.trim(), clientSecret: clientSecret?.trim() };
}

function credentialsRefused(): ProviderError {
  return providerError(
    { provider: SPOTIFY, subject: 'the login' },
    {
      what: 'key_refused',
      reason: 'rejected the client id and secret',
      suggestions: ['Check SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET.'],
    },
  );
}

/** An id of the wrong form is 400, one that exists nowhere (or not in the market) 404. */
function isUnknown(status: number, body: unknown, subject: string): boolean {
  if (status === 400 && !/\bid\b/i.test(errorSchema.safeParse(body).data?.error.message ?? '')) {
    throw providerError(
      { provider: SPOTIFY, subject },
      { what: 'bad_answer', reason: 'status 400', suggestions: ['Check SPOTIFY_MARKET: two capital letters.'] },
    );
  }
  return status === 400 || status === 404;
}

function episodeOf(episode: z.infer<typeof simpleEpisodeSchema>, show: SpotifyShow): SpotifyEpisode {
  const { id, name, duration_ms: durationMs, release_date: releaseDate } = episode;
  return {
    episodeId: id,
    title: name || id,
    durationSeconds: Math.floor(durationMs / 1000),
    // Spotify writes an unknown date as 0000.
    releaseDate: releaseDate && !releaseDate.startsWith('0000') ? releaseDate : null,
    show,
  };
}

function faultOf({ status, body }: ProviderAnswer): ProviderFault | undefined {
  const { message = '', reason } = errorSchema.safeParse(body).data?.error ?? {};
  if (status === 429 && reason === 'QUOTA_EXCEEDED') {
    return { what: 'quota_exceeded', reason: 'the developer account’s quota is used up' };
  }
  if (status === 403 && /premium/i.test(message)) {
    return {
      what: 'premium_required',
      reason: 'the owner of the Spotify app has no Premium subscription',
      suggestions: ['Spotify serves apps in development mode only while their owner has a Premium subscription.'],
    };
  }
  if (status === 403) return { what: 'forbidden', reason: 'the app isn’t allowed to request that' };
  return undefined;
}
