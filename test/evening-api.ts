import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ExecutionContext } from 'ava';
import { startServer } from '../api/server.ts';
import { createFakeSpotify, type FakeSpotify, type FakeSpotifyOptions } from '../lib/demo/fake-spotify.ts';
import { createFakeTmdb, type FakeTmdbOptions } from '../lib/demo/fake-tmdb.ts';
import { createFakeTvdb, type FakeTvdb, type FakeTvdbOptions } from '../lib/demo/fake-tvdb.ts';
import { createFakeYouTube, type FakeYouTubeOptions } from '../lib/demo/fake-youtube.ts';
import type { FakeProvider } from '../lib/demo/fake-server.ts';
import { readConfig } from '../lib/core/config.ts';
import { createProviderHttp } from '../lib/core/http/http.ts';
import type { Log, Secret } from '../lib/core/ports.ts';
import type { Store } from '../lib/core/store/store.ts';
import { wire } from '../lib/core/wiring.ts';
import { openFeatures } from '../api/features.ts';
import { send } from './http-client.ts';
import { NOWHERE } from './nowhere.ts';

export const NOON = Date.parse('2026-11-21T12:00:00Z');
const KEYS = {
  tvdbApiKey: 'tvdb-key',
  tmdbApiKey: 'tmdb-key',
  youtubeApiKey: 'youtube-key',
  spotifyClientId: 'spotify-id',
  spotifyClientSecret: 'spotify-secret',
};

export interface EveningOptions {
  tvdb?: FakeTvdbOptions;
  tmdb?: FakeTmdbOptions;
  youtube?: FakeYouTubeOptions;
  spotify?: FakeSpotifyOptions;
  /** Replaces keys of the secret; undefined removes one. */
  keys?: Partial<Secret>;
}

export interface Answer {
  status: number;
  // Compared as whole values.
  body: unknown;
  batch: string | null;
}

export interface Call {
  body?: unknown;
  user?: string;
  batch?: string;
}

export interface EveningApi {
  get(path: string, call?: Call): Promise<Answer>;
  post(path: string, body: unknown, call?: Call): Promise<Answer>;
  put(path: string, body: unknown, call?: Call): Promise<Answer>;
  patch(path: string, body: unknown, call?: Call): Promise<Answer>;
  delete(path: string, call?: Call): Promise<Answer>;
  /** All items of alice's (or another's) partition except runs, by sort key. */
  items(user?: string): Promise<Record<string, unknown>[]>;
  store: Store;
  url: string;
  /** The data directory. */
  directory: string;
  clock: { now(): number; advance(milliseconds: number): void };
  tvdb: FakeTvdb;
  tmdb: FakeProvider;
  youtube: FakeProvider;
  spotify: FakeSpotify;
}

const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** The real app on a free port over SQLite in a temporary folder, with fake providers, for `alice` and `bob`. */
export async function startEveningApi(t: ExecutionContext, options: EveningOptions = {}): Promise<EveningApi> {
  const [tvdb, tmdb, youtube, spotify, directory] = await Promise.all([
    createFakeTvdb(options.tvdb),
    createFakeTmdb(options.tmdb),
    createFakeYouTube(options.youtube),
    createFakeSpotify(options.spotify),
    mkdtemp(path.join(tmpdir(), 'immersion-evening-')),
  ]);
  let now = NOON;
  const clock = { now: () => now, advance: (milliseconds: number) => void (now += milliseconds) };
  const config = readConfig({
    workingDirectory: directory,
    environment: {
      IMMERSION_DATA_DIR: directory,
      ...NOWHERE,
      IMMERSION_TRACKER_TVDB_BASE_URL: tvdb.url,
      IMMERSION_TRACKER_TMDB_BASE_URL: tmdb.url,
      IMMERSION_TRACKER_YOUTUBE_BASE_URL: youtube.url,
      IMMERSION_TRACKER_SPOTIFY_ACCOUNTS_BASE_URL: spotify.url,
      IMMERSION_TRACKER_SPOTIFY_API_BASE_URL: spotify.apiUrl,
    },
  });
  const users = ['alice', 'bob'].map((user) => ({ user, password: `${user}-password` }));
  const wiring = await wire(config, openFeatures, {
    log: silent,
    clock,
    secret: { read: async () => ({ users, ...KEYS, ...options.keys }) },
    http: createProviderHttp({ clock, sleep: async () => undefined }),
    // TMDB's rate limit waits on this clock.
    sleep: async (milliseconds) => clock.advance(milliseconds),
  });
  const { features, store } = wiring;
  const server = await startServer(features, {
    log: silent,
    version: '0.0.0',
    corsOrigin: '*',
    authentication: { kind: 'basic', accounts: wiring.accounts },
    clock,
    host: '127.0.0.1',
    port: 0,
  });
  t.teardown(async () => {
    await server.stop();
    await wiring.close();
    await Promise.all([tvdb, tmdb, youtube, spotify].map((provider) => provider.close()));
    await rm(directory, { recursive: true });
  });

  const request = async (method: string, target: string, { body, user = 'alice', batch }: Call): Promise<Answer> => {
    const answer = await send(`${server.url}${target}`, {
      method,
      headers: {
        authorization: `Basic ${Buffer.from(`${user}:${user}-password`).toString('base64')}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(batch !== undefined && { 'immersion-batch': batch }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return {
      status: answer.status,
      body: JSON.parse(answer.text) as unknown,
      batch: answer.headers.get('immersion-batch'),
    };
  };
  return {
    get: (target, call = {}) => request('GET', target, call),
    post: (target, body, call = {}) => request('POST', target, { ...call, body }),
    put: (target, body, call = {}) => request('PUT', target, { ...call, body }),
    patch: (target, body, call = {}) => request('PATCH', target, { ...call, body }),
    delete: (target, call = {}) => request('DELETE', target, call),
    items: async (user = 'alice') =>
      (await Array.fromAsync(store.query(`USER#${user}`))).filter(({ sk }) => !/^BATCH(ID)?#/.test(String(sk))),
    store,
    url: server.url,
    directory,
    clock,
    tvdb,
    tmdb,
    youtube,
    spotify,
  };
}

/** Requests to a fake with this path suffix. */
export const requestsTo = (provider: FakeProvider, end: string) =>
  provider.requests.filter((request) => request.path.endsWith(end));
