import { randomUUID } from 'node:crypto';
import { type FakeAnswer, type FakeProvider, type FakeRequest, type Faults, startFakeProvider } from './fake-server.ts';

export interface FakeSpotifyShow {
  id: string;
  name: string;
  image?: string;
}

export interface FakeSpotifyEpisode {
  id: string;
  name: string;
  showId: string;
  durationMs: number;
  releaseDate: string;
}

export interface FakeSpotifyOptions {
  shows?: FakeSpotifyShow[];
  /** In page order. Null is an empty item. */
  episodes?: (FakeSpotifyEpisode | null)[];
  /** If missing, any credentials are accepted. */
  clientId?: string;
  clientSecret?: string;
  faults?: Faults;
}

export interface FakeSpotify extends FakeProvider {
  /** The Web API's base URL; `url` is the accounts service's. */
  apiUrl: string;
  /** Invalidates all tokens. */
  expireTokens(): void;
}

/** A fake Spotify: client credentials, episodes, and paged episodes of shows. */
export async function createFakeSpotify(options: FakeSpotifyOptions = {}): Promise<FakeSpotify> {
  const { shows = [], episodes = [], clientId, clientSecret, faults } = options;
  const tokens = new Set<string>();

  function login(request: FakeRequest): FakeAnswer {
    const encoded = /^Basic (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const [id, secret] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
    if (new URLSearchParams(request.body).get('grant_type') !== 'client_credentials') {
      return { status: 400, body: { error: 'unsupported_grant_type' } };
    }
    if (!id || !secret || (clientId ?? id) !== id || (clientSecret ?? secret) !== secret) {
      return { status: 400, body: { error: 'invalid_client', error_description: 'Invalid client' } };
    }
    const token = randomUUID();
    tokens.add(token);
    return { status: 200, body: { access_token: token, token_type: 'Bearer', expires_in: 3600 } };
  }

  function page(show: FakeSpotifyShow, { query, path }: FakeRequest): FakeAnswer {
    const limit = Number(query.get('limit') ?? 20);
    const offset = Number(query.get('offset') ?? 0);
    if (!(limit >= 1 && limit <= 50)) return failure(400, 'Invalid limit');
    const own = episodes.filter((episode) => episode === null || episode.showId === show.id);
    const items = own.slice(offset, offset + limit).map((episode) => episode && episodeObject(episode));
    const next =
      offset + limit < own.length ? `https://api.spotify.test${path}?offset=${offset + limit}&limit=${limit}` : null;
    const href = `https://api.spotify.test${path}`;
    return { status: 200, body: { href, items, limit, next, offset, previous: null, total: own.length } };
  }

  function answer(request: FakeRequest): FakeAnswer {
    const { method, path, query } = request;
    if (method === 'POST' && path === '/api/token') return login(request);
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined || !tokens.has(token)) return failure(401, 'The access token expired');
    if (!query.get('market')) return failure(404, 'non existing id');
    const [, kind, id, list] = /^\/v1\/(episodes|shows)\/([^/]+)(\/episodes)?$/.exec(path) ?? [];
    if (kind === 'shows' && list !== undefined) {
      const show = shows.find((show) => show.id === id);
      return show === undefined ? failure(404, 'Resource not found') : page(show, request);
    }
    const episode = kind === 'episodes' ? episodes.find((episode) => episode?.id === id) : undefined;
    const show = shows.find((show) => show.id === episode?.showId);
    if (!episode || show === undefined) return failure(404, 'non existing id');
    return { status: 200, body: { ...episodeObject(episode), show: showObject(show, episodes.length) } };
  }

  const provider = await startFakeProvider(answer, { faults });
  return { ...provider, apiUrl: `${provider.url}/v1`, expireTokens: () => tokens.clear() };
}

function failure(status: number, message: string): FakeAnswer {
  return { status, body: { error: { status, message } } };
}

function thing(type: 'episode' | 'show', { id, name }: { id: string; name: string }) {
  return {
    id,
    name,
    type,
    uri: `spotify:${type}:${id}`,
    href: `https://api.spotify.test/v1/${type}s/${id}`,
    external_urls: {},
    description: '',
    html_description: '',
    explicit: false,
    is_externally_hosted: false,
    languages: ['ja'],
  };
}

function episodeObject({ id, name, durationMs, releaseDate }: FakeSpotifyEpisode) {
  return {
    ...thing('episode', { id, name }),
    duration_ms: durationMs,
    is_playable: true,
    images: [],
    release_date: releaseDate,
    release_date_precision: ['year', 'month', 'day'][releaseDate.split('-').length - 1],
  };
}

function showObject(show: FakeSpotifyShow, totalEpisodes: number) {
  const images = show.image === undefined ? [] : [{ url: show.image, height: null, width: null }];
  return { ...thing('show', show), images, media_type: 'audio', total_episodes: totalEpisodes, copyrights: [] };
}
