import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import { createFakeTmdb, type FakeTmdbOptions } from '../lib/demo/fake-tmdb.ts';
import { createFakeTrakt, type FakeTraktEntry, type FakeTraktOptions } from './fakes/fake-trakt.ts';
import { createPerson, type Person, type Ran, type JobOptions } from './cli-process.ts';
import { episodeWatched, movieWatched, planned, rated } from './trakt-entries.ts';
import { zip } from './zip.ts';

export const FILMS = ['夜の海', 'となりのカフェ 〜やさしい雨の日の物語、そして遠い街へ〜', 'A Silent Day', '七人の侍'];
const SECRETS = /(?:access|refresh|device)-[0-9a-f]{8}-|tmdb-key-of|client-secret-of/;

const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
const film = (index: number, days: number): FakeTraktEntry => {
  const entry = movieWatched(1000 + index, daysAgo(days));
  return { ...entry, movie: { ...(entry['movie'] as object), title: FILMS[index] } };
};

/** A user's data on Trakt: films, episodes, ratings, a watchlist, and entries that can't be imported. */
export const traktLists = () => ({
  movieHistory: [
    film(0, 1),
    film(1, 2),
    film(2, 3),
    { ...film(3, 3), movie: { title: '名前のない映画', year: 2000, ids: { trakt: 5, tmdb: null } } },
    movieWatched(1999, daysAgo(4)),
  ],
  episodeHistory: [1, 2].map((number) => episodeWatched([2000, 1, number], daysAgo(5 + number))),
  ratings: [rated('movie', 1000, 9), rated('show', 2000, 6)],
  watchlist: [planned('movie', 1003)],
});

const CATALOGUE: FakeTmdbOptions = {
  movies: FILMS.map((title, index) => ({
    id: 1000 + index,
    title,
    runtime: 100,
    releaseDate: `${1990 + index}-05-05`,
    overview: index === 0 ? 'ある夏の日、少女は海辺の町で不思議な少年と出会う。'.repeat(3) : null,
    collectionId: 10,
    cast: [[7, '主人公']],
  })),
  series: [
    {
      id: 2000,
      name: '葬送の魔法使い',
      tvdbId: 72_000,
      runtime: 24,
      seasons: { 1: ['2020-01-01', '2020-01-08', null] },
    },
  ],
  people: [{ id: 7, name: '海野 花', biography: '俳優。' }],
  collections: [{ id: 10, name: '海シリーズ' }],
};

export interface TraktPerson extends Person {
  trakt: Awaited<ReturnType<typeof createFakeTrakt>>;
  tmdb: Awaited<ReturnType<typeof createFakeTmdb>>;
  /** Creates Trakt's data export of these lists. Returns its path. */
  exported(): string;
  login(): Promise<Ran>;
}

/** A user with a Trakt app, a TMDB key and fake providers. Checks that no command prints their keys or tokens. */
export async function createTraktPerson(
  t: ExecutionContext,
  {
    trakt: traktOptions = {},
    tmdb: tmdbOptions = {},
    environment = {},
  }: {
    trakt?: FakeTraktOptions;
    tmdb?: FakeTmdbOptions;
    environment?: Record<string, string>;
  } = {},
): Promise<TraktPerson> {
  const lists = traktLists();
  const trakt = await createFakeTrakt({ ...lists, pollSeconds: 1, ...traktOptions });
  const tmdb = await createFakeTmdb({ ...CATALOGUE, ...tmdbOptions });
  t.teardown(() => trakt.close().catch(() => undefined));
  t.teardown(() => tmdb.close().catch(() => undefined));
  const person = createPerson(t, {
    TMDB_API_KEY: 'tmdb-key-of-the-test',
    TRAKT_CLIENT_ID: 'client-id-of-the-test',
    TRAKT_CLIENT_SECRET: 'client-secret-of-the-test',
    IMMERSION_TRACKER_TRAKT_API_BASE_URL: trakt.url,
    IMMERSION_TRACKER_TRAKT_AUTH_BASE_URL: trakt.url,
    IMMERSION_TRACKER_TMDB_BASE_URL: tmdb.url,
    IMMERSION_TMDB_INTERVAL_MS: '25',
    ...environment,
  });
  const run = async (args: string[], options?: JobOptions): Promise<Ran> => {
    const ran = await person.run(args, options);
    t.notRegex(ran.stdout + ran.stderr, SECRETS, 'a secret was shown');
    return ran;
  };
  return {
    ...person,
    run,
    trakt,
    tmdb,
    exported() {
      const part = (name: string, entries: unknown) => ({ name, content: JSON.stringify(entries) });
      const file = path.join(person.folder, 'export.zip');
      const parts = [
        part('watched-history-1.json', [...lists.movieHistory, ...lists.episodeHistory]),
        part('ratings-movies.json', lists.ratings),
        part('lists-watchlist.json', lists.watchlist),
      ];
      writeFileSync(file, zip(parts));
      return file;
    },
    login: async () => (await Promise.all([run(['trakt', 'login']), decide(trakt)]))[0],
  };
}

/** What the user does in the browser with the latest code, once there is one. */
export async function decide(
  trakt: TraktPerson['trakt'],
  decision: 'approved' | 'denied' | 'expired' = 'approved',
): Promise<void> {
  for (;;) {
    const latest = trakt.requests.findLast(({ path: where }) => where === '/oauth/device/code');
    const { user_code: code } = (latest?.answer?.body ?? {}) as { user_code?: string };
    if (code !== undefined) {
      trakt.decide(code, decision);
      return;
    }
    await delay(20);
  }
}
