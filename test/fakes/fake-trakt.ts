import { createHash, randomUUID } from 'node:crypto';
import {
  type FakeAnswer,
  type FakeProvider,
  type FakeRequest,
  type Faults,
  startFakeProvider,
} from '../../lib/demo/fake-server.ts';

/** A list entry as Trakt sends it. */
export type FakeTraktEntry = Record<string, unknown>;

export interface FakeTraktOptions {
  /** If missing, any client is accepted. */
  clientId?: string;
  clientSecret?: string;
  /** Newest first, like Trakt. */
  movieHistory?: FakeTraktEntry[];
  episodeHistory?: FakeTraktEntry[];
  ratings?: FakeTraktEntry[];
  watchlist?: FakeTraktEntry[];
  watchedShows?: FakeTraktEntry[];
  watchedMovies?: FakeTraktEntry[];
  activities?: Record<string, Record<string, string>>;
  username?: string;
  /** Maximum page size, whatever is requested. */
  largestPage?: number;
  /** Omits the pagination headers. */
  withoutPagination?: boolean;
  /** Lifetime of access tokens. */
  tokenSeconds?: number;
  /** Polling interval of device logins. */
  pollSeconds?: number;
  /** Epoch milliseconds. */
  now?: () => number;
  faults?: Faults;
}

export interface FakeTrakt extends FakeProvider {
  /** What the user does on the page of an authorize URL. Returns the code. */
  allow(authorizeUrl: string): string;
  /** What the user does with a user code. */
  decide(userCode: string, decision: 'approved' | 'denied' | 'expired' | 'used'): void;
  /** Invalidates access tokens, but not refresh tokens. */
  expireTokens(): void;
  /** Invalidates all tokens and codes. */
  forgetLogins(): void;
  /** Number of revoked tokens. */
  revoked: () => number;
}

interface Code {
  challenge: string | null;
  redirectUri: string | null;
}

const OLDEST_ACTIVITY = '2020-01-01T00:00:00.000Z';

/** A fake Trakt: logins and data at one address, so that `url` serves as both base URLs. */
export async function createFakeTrakt(options: FakeTraktOptions = {}): Promise<FakeTrakt> {
  const {
    clientId,
    clientSecret,
    largestPage = 250,
    tokenSeconds = 604_800,
    pollSeconds = 5,
    now = Date.now,
    faults,
  } = options;
  const codes = new Map<string, Code>();
  const devices = new Map<string, { userCode: string; decision: string }>();
  const accessTokens = new Set<string>();
  const refreshTokens = new Set<string>();
  let revoked = 0;

  function newTokens(): FakeAnswer {
    const access = `access-${randomUUID()}`;
    const refresh = `refresh-${randomUUID()}`;
    accessTokens.add(access);
    refreshTokens.add(refresh);
    return {
      status: 200,
      body: {
        access_token: access,
        token_type: 'Bearer',
        expires_in: tokenSeconds,
        refresh_token: refresh,
        scope: 'public',
        created_at: Math.floor(now() / 1000),
      },
    };
  }

  function exchange(given: Record<string, string>): FakeAnswer {
    if (given['grant_type'] === 'refresh_token') {
      return refreshTokens.delete(given['refresh_token'] ?? '') ? newTokens() : invalidGrant('the token is not known');
    }
    const code = codes.get(given['code'] ?? '');
    codes.delete(given['code'] ?? '');
    const challenge = createHash('sha256')
      .update(given['code_verifier'] ?? '')
      .digest('base64url');
    const fits = code !== undefined && code.challenge === challenge && code.redirectUri === given['redirect_uri'];
    return fits ? newTokens() : invalidGrant('the code is not known');
  }

  function pollDevice(given: Record<string, string>): FakeAnswer {
    const device = devices.get(given['code'] ?? '');
    const statuses: Record<string, number> = { pending: 400, used: 409, expired: 410, denied: 418 };
    if (device === undefined) return { status: 404, body: undefined };
    if (device.decision !== 'approved') return { status: statuses[device.decision] ?? 400, body: undefined };
    device.decision = 'used';
    return newTokens();
  }

  function oauth({ path, body }: FakeRequest): FakeAnswer | undefined {
    const given = JSON.parse(body || '{}') as Record<string, string>;
    const isKnown =
      (clientId === undefined || given['client_id'] === clientId) &&
      (clientSecret === undefined || given['client_secret'] === clientSecret);
    if (!isKnown) return { status: 401, body: { error: 'invalid_client', error_description: 'no such client' } };
    switch (path) {
      case '/oauth/token':
        return exchange(given);
      case '/oauth/device/code': {
        const code = `device-${randomUUID()}`;
        const userCode = randomUUID().slice(0, 8).toUpperCase();
        devices.set(code, { userCode, decision: 'pending' });
        const verification = {
          verification_url: 'https://trakt.test/activate',
          expires_in: 600,
          interval: pollSeconds,
        };
        return { status: 200, body: { device_code: code, user_code: userCode, ...verification } };
      }
      case '/oauth/device/token':
        return pollDevice(given);
      case '/oauth/revoke':
        revoked += accessTokens.delete(given['token'] ?? '') ? 1 : 0;
        return { status: 200, body: {} };
      default:
        return undefined;
    }
  }

  function list(entries: FakeTraktEntry[], query: URLSearchParams): FakeAnswer {
    const page = Number(query.get('page') ?? 1);
    const limit = Math.min(Number(query.get('limit') ?? 10), largestPage);
    const headers = {
      'x-pagination-page': String(page),
      'x-pagination-limit': String(limit),
      'x-pagination-page-count': String(Math.ceil(entries.length / limit)),
      'x-pagination-item-count': String(entries.length),
    };
    const body = entries.slice((page - 1) * limit, page * limit);
    return { status: 200, body, headers: options.withoutPagination ? {} : headers };
  }

  /** The window applies to the date of viewing. */
  const between = (entries: FakeTraktEntry[], query: URLSearchParams) =>
    entries.filter(({ watched_at: watchedAt }) => {
      const at = Date.parse(String(watchedAt));
      const [from, to] = [query.get('start_at'), query.get('end_at')];
      return !(from !== null && at < Date.parse(from)) && !(to !== null && at > Date.parse(to));
    });

  function data({ path, query }: FakeRequest): FakeAnswer | undefined {
    switch (path) {
      case '/sync/history/movies':
        return list(between(options.movieHistory ?? [], query), query);
      case '/sync/history/shows':
        return list(between(options.episodeHistory ?? [], query), query);
      case '/sync/ratings':
        return list(options.ratings ?? [], query);
      case '/sync/watchlist':
        return list(options.watchlist ?? [], query);
      case '/sync/watched/movies':
        return list(options.watchedMovies ?? [], query);
      case '/sync/watched/shows':
        return list(options.watchedShows ?? [], query);
      case '/sync/last_activities':
        return { status: 200, body: activities(options.activities) };
      case '/users/settings':
        return { status: 200, body: settings(options.username ?? 'hana') };
      default:
        return historyOfTitle(path, query);
    }
  }

  function historyOfTitle(path: string, query: URLSearchParams): FakeAnswer | undefined {
    const [, type, id] = /^\/sync\/history\/(movies|shows)\/(\d+)$/.exec(path) ?? [];
    if (type === undefined) return undefined;
    const [name, entries] =
      type === 'movies' ? ['movie', options.movieHistory ?? []] : ['show', options.episodeHistory ?? []];
    const isOfTitle = (entry: FakeTraktEntry) =>
      (entry[name] as { ids?: { trakt?: unknown } } | undefined)?.ids?.trakt === Number(id);
    return list(between(entries.filter(isOfTitle), query), query);
  }

  function answer(request: FakeRequest): FakeAnswer {
    const { method, path, headers } = request;
    if (method === 'POST' && path.startsWith('/oauth/')) return oauth(request) ?? { status: 404, body: undefined };
    if (headers['trakt-api-version'] !== '2' || headers['content-type'] !== 'application/json')
      return { status: 412, body: undefined };
    if (!headers['trakt-api-key'] || (clientId !== undefined && headers['trakt-api-key'] !== clientId))
      return { status: 403, body: '<html><body>Forbidden</body></html>' };
    // Needs an app, but no login.
    if (path === '/genres/movies') return { status: 200, body: [{ name: 'Drama', slug: 'drama' }] };
    const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
    if (token === undefined || !accessTokens.has(token)) return { status: 401, body: undefined };
    return data(request) ?? { status: 404, body: undefined };
  }

  const provider = await startFakeProvider(answer, { faults });
  return {
    ...provider,
    allow(authorizeUrl) {
      const query = new URL(authorizeUrl).searchParams;
      const code = `code-${randomUUID()}`;
      codes.set(code, { challenge: query.get('code_challenge'), redirectUri: query.get('redirect_uri') });
      return code;
    },
    decide(userCode, decision) {
      for (const device of devices.values()) if (device.userCode === userCode) device.decision = decision;
    },
    expireTokens: () => accessTokens.clear(),
    forgetLogins() {
      accessTokens.clear();
      refreshTokens.clear();
    },
    revoked: () => revoked,
  };
}

function invalidGrant(description: string): FakeAnswer {
  return { status: 400, body: { error: 'invalid_grant', error_description: description } };
}

function settings(username: string) {
  return {
    user: {
      username,
      private: false,
      vip: false,
      vip_ep: false,
      vip_og: false,
      vip_years: 0,
      director: false,
      ids: { slug: username, uuid: randomUUID() },
      joined_at: OLDEST_ACTIVITY,
      images: { avatar: { full: 'https://trakt.test/avatar.png' } },
    },
    permissions: { commenting: true, liking: true, following: true },
    account: { timezone: 'Asia/Tokyo', date_format: 'ymd', time_24hr: true },
  };
}

const ACTIVITY_NAMES: Record<string, string[]> = {
  movies: 'watched collected rated watchlisted favorited commented paused hidden'.split(' '),
  episodes: 'watched collected rated watchlisted commented paused'.split(' '),
  shows: 'rated watchlisted favorited commented hidden dropped'.split(' '),
  seasons: 'rated watchlisted commented hidden'.split(' '),
  comments: 'liked reacted blocked'.split(' '),
  lists: 'liked reacted updated commented'.split(' '),
  watchlist: ['updated'],
  favorites: ['updated'],
  collaborations: ['updated'],
  account: 'settings followed following pending requested'.split(' '),
  saved_filters: ['updated'],
  notes: ['updated'],
};

function activities(given: Record<string, Record<string, string>> = {}) {
  const kinds = Object.entries(ACTIVITY_NAMES).map(([kind, names]) => {
    const dates = Object.fromEntries(names.map((name) => [`${name}_at`, OLDEST_ACTIVITY]));
    return [kind, { ...dates, ...given[kind] }] as const;
  });
  return { all: OLDEST_ACTIVITY, ...Object.fromEntries(kinds) };
}
