import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ExecutionContext } from 'ava';
import type { FakeRequest } from '../lib/demo/fake-server.ts';
import { createFakeTrakt, type FakeTraktOptions } from './fakes/fake-trakt.ts';
import type { ProviderHttpOptions } from '../lib/core/http/http.ts';
import { createTrakt } from '../lib/imports/sources/trakt-account.ts';
import { createTraktOauth } from '../lib/imports/sources/trakt-oauth.ts';
import { createTraktHttp } from '../lib/imports/sources/trakt-request.ts';
import { createTokenCipher } from '../lib/imports/token-cipher-service.ts';
import { createTraktConnection, type TraktConnectionOptions } from '../lib/imports/trakt-connection-service.ts';
import { trackerSchema } from '../lib/viewings/record-items.ts';
import { createSqliteStore } from '../lib/core/store/sqlite.ts';
import { NOON } from './provider-faults.ts';

export const CLIENT_ID = 'client-id-of-the-test';
export const CLIENT_SECRET = 'client-secret-of-the-test';
export const TOKEN_KEY = Buffer.alloc(32, 7).toString('base64');

/** A fake Trakt, its clients, and the connections of two processes with one database. */
export async function startTrakt(
  t: ExecutionContext,
  {
    judged,
    http,
    secret = { clientId: CLIENT_ID, clientSecret: CLIENT_SECRET },
    ...options
  }: FakeTraktOptions & {
    judged?: FakeRequest[];
    http?: ProviderHttpOptions;
    secret?: { clientId?: string; clientSecret?: string };
  } = {},
) {
  let now = NOON;
  const sleeps: number[] = [];
  const clock = { now: () => now, advance: (milliseconds: number) => void (now += milliseconds) };
  const sleep = async (milliseconds: number) => {
    sleeps.push(milliseconds);
    clock.advance(milliseconds);
  };
  const fake = await createFakeTrakt({
    clientId: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    now: clock.now,
    ...options,
  });
  const directory = await mkdtemp(path.join(tmpdir(), 'immersion-trakt-'));
  const file = path.join(directory, 'store.sqlite');
  const store = createSqliteStore({ file, schema: trackerSchema('tracker') });
  const second = createSqliteStore({ file, schema: trackerSchema('tracker') });
  t.teardown(async () => {
    judged?.push(...fake.requests);
    await fake.close().catch(() => undefined);
    await store.close();
    await second.close();
    await rm(directory, { recursive: true });
  });
  const clients = { secret: async () => secret, baseUrl: fake.url, clock };
  const oauth = createTraktOauth(clients);
  const trakt = createTrakt({ ...clients, http: createTraktHttp({ clock, sleep, jitter: () => 0, ...http }) });
  const cipher = createTokenCipher({ readKey: async () => TOKEN_KEY });
  const connect = (changes: Partial<TraktConnectionOptions> = {}) =>
    createTraktConnection({ store, oauth, trakt, cipher, clock, sleep, ...changes });
  const connection = connect();
  return {
    fake,
    trakt,
    oauth,
    store,
    second,
    file,
    clock,
    sleeps,
    connect,
    connection,
    /** Logs `me` in through Trakt's page. */
    login: async () => {
      const { url, state } = await connection.authorize('me');
      await connection.exchange({ user: 'me', code: fake.allow(url), state });
      return connection.withTokenOf('me');
    },
  };
}
