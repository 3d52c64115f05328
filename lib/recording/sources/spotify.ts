import type { Spotify, SpotifyEpisode, SpotifyShow } from '../ports.ts';
import * as z from 'zod';
import { NotConfiguredError, type ProviderError } from '../../core/errors.ts';
import type { Clock } from '../../core/ports.ts';
import {
  createProviderHttp,
  type Provider,
  type ProviderAnswer,
  type ProviderFault,
  type ProviderHttp,
  providerError,
  readBody,
} from '../../core/http/http.ts';
import { LONGEST_SECONDS, optionalList, optionalText } from '../../core/http/tolerant-fields.ts';
import { createTokens, type Token } from '../../core/http/tokens.ts';

export interface SpotifyCredentials {
  clientId?: string | undefined;
  clientSecret?: string | undefined;
}

export interface SpotifyOptions {
  secret: () => Promise<SpotifyCredentials>;
  /** The token endpoint's host: `https://accounts.spotify.com`. */
  accountsBaseUrl: string;
  /** With version prefix: `https://api.spotify.com/v1`. */
  apiBaseUrl: string;
  /** Two capital letters. Without a market, Spotify reports every episode as unknown. */
  market: string;
  clock: Clock;
  http?: ProviderHttp;
}

const SPOTIFY: Provider = { code: 'spotify', name: 'Spotify', faultOf };

const EPISODES_PER_PAGE = 50;
const RENEW_EARLIER_MS = 60_000;

const imagesSchema = optionalList(z.object({ url: z.string() }));
const tokenSchema = z.object({ access_token: z.string().min(1), expires_in: z.number() });
const showSchema = z.object({ id: z.string(), name: optionalText, images: imagesSchema });
const simpleEpisodeSchema = z.object({
  id: z.string(),
  name: optionalText,
  duration_ms: z.number().max(LONGEST_SECONDS * 1000),
  release_date: optionalText,
});
const episodeSchema = simpleEpisodeSchema.extend({ show: showSchema });
const pageSchema = z.object({ items: z.array(z.unknown()), next: z.string().nullish() });
const errorSchema = z.object({ error: z.object({ message: z.string().optional(), reason: z.string().optional() }) });

export function createSpotify(options: SpotifyOptions): Spotify {
  const { secret, accountsBaseUrl, apiBaseUrl, market, clock, http = createProviderHttp({ clock }) } = options;
  const tokens = createTokens<Required<SpotifyCredentials>>({ clock, login });

  async function login({ clientId, clientSecret }: Required<SpotifyCredentials>): Promise<Token> {
    const request = { provider: SPOTIFY, subject: 'the login', account: clientId ?? '' };
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
        account: credentials.clientId ?? '',
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

  const get = async (path: string, call: SpotifyCall): Promise<ProviderAnswer> =>
    getWithToken(path, call, await readCredentials(secret));

  return {
    async episode(episodeId): Promise<SpotifyEpisode | undefined> {
      const subject = `episode ${episodeId}`;
      const { status, body } = await get(`/episodes/${encodeURIComponent(episodeId)}`, { subject });
      if (isUnknown(status, body, subject)) return undefined;
      const { show, ...episode } = readBody({ provider: SPOTIFY, subject }, episodeSchema, body);
      return episodeOf(episode, {
        showId: show.id,
        name: show.name || show.id,
        artworkUrl: show.images?.find(({ url }) => url)?.url ?? null,
      });
    },

    async *showEpisodes(show): AsyncIterable<SpotifyEpisode> {
      const subject = `the episodes of show ${show.showId}`;
      let offset = 0;
      let previous = '';
      for (;;) {
        const query = { limit: EPISODES_PER_PAGE, offset };
        const { status, body } = await get(`/shows/${encodeURIComponent(show.showId)}/episodes`, { subject, query });
        const isMissing = isUnknown(status, body, subject);
        if (isMissing && offset === 0) return;
        const { items, next } = isMissing
          ? { items: [], next: 'missing' }
          : readBody({ provider: SPOTIFY, subject }, pageSchema, body);
        for (const item of items) {
          // Skip empty and invalid items.
          const { data: episode } = simpleEpisodeSchema.safeParse(item);
          if (episode) yield episodeOf(episode, show);
        }
        if (!next) return;
        if (items.length === 0) {
          const reason = `the list ends at ${offset} though there is more of it`;
          throw providerError({ provider: SPOTIFY, subject }, { what: 'bad_answer', reason });
        }
        const page = JSON.stringify(items);
        if (page === previous) {
          throw providerError(
            { provider: SPOTIFY, subject },
            { what: 'bad_answer', reason: `the list repeats at ${offset}` },
          );
        }
        previous = page;
        // Not `next` itself: the token must not be sent to an address from a response.
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

/** Invalid ids return 400, unknown ones 404. */
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
    // Spotify writes unknown dates as 0000.
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
