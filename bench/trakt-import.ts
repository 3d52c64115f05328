import { mkdtemp, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createFakeTmdb } from '../lib/demo/fake-tmdb.ts';
import { createFakeTrakt, type FakeTraktEntry } from '../test/fakes/fake-trakt.ts';
import { readConfig } from '../lib/core/config.ts';
import type { JobKind } from '../lib/imports/job-rules.ts';
import { createLog } from '../lib/core/log.ts';
import { systemClock, wire } from '../lib/core/wiring.ts';
import { openFeatures } from '../api/features.ts';
import { episodeWatched, movieWatched } from '../test/trakt-entries.ts';

const FIRST_ID = 1000;
const SEASON = { 1: Array.from({ length: 100 }, () => '2020-01-01') };
const OPTIONS = {
  movies: true,
  series: true,
  ratings: false,
  watchlist: false,
  dryRun: false,
  dates: 'checked' as const,
  service: 'trakt' as const,
};

/** Viewings of films and series in equal parts on different days and episodes, newest first. */
export function viewings(events: number, titles: number): { films: FakeTraktEntry[]; episodes: FakeTraktEntry[] } {
  const films: FakeTraktEntry[] = [];
  const episodes: FakeTraktEntry[] = [];
  for (let index = 0; index < events; index += 1) {
    const id = FIRST_ID + (index % titles);
    const time = Math.floor(index / titles);
    const watchedAt = new Date(Date.now() - time * 86_400_000 - (index % titles) * 60_000 - 60_000).toISOString();
    if (id % 2 === 0) films.push(movieWatched(id, watchedAt));
    else episodes.push(episodeWatched([id, 1, (time % 100) + 1], watchedAt));
  }
  return { films, episodes };
}

/**
 * The services with a fake Trakt and TMDB for these viewings; requests don't wait for one another, but the clock
 * advances.
 */
export async function startImports(
  folder: string,
  { events, titles, environment = {} }: { events: number; titles: number; environment?: Record<string, string> },
) {
  const { films, episodes } = viewings(events, titles);
  const trakt = await createFakeTrakt({ movieHistory: films, episodeHistory: episodes });
  const ids = Array.from({ length: titles }, (_, index) => FIRST_ID + index);
  const tmdb = await createFakeTmdb({
    movies: ids.filter((id) => id % 2 === 0).map((id) => ({ id, title: `Film ${id}`, runtime: 100 })),
    series: ids.filter((id) => id % 2 === 1).map((id) => ({ id, name: `Series ${id}`, runtime: 24, seasons: SEASON })),
  });
  let waited = 0;
  const clock = { now: () => systemClock.now() + waited };
  const secretFile = path.join(folder, 'secret.json');
  const keys = { tmdb_api_key: 'key', trakt_client_id: 'id', trakt_client_secret: 'secret' };
  await writeFile(secretFile, JSON.stringify({ users: [{ user: 'me', password: 'password' }], ...keys }));
  const config = readConfig({
    environment: {
      IMMERSION_DATA_DIR: await mkdtemp(path.join(folder, 'data-')),
      IMMERSION_SECRET_FILE: secretFile,
      IMMERSION_TRACKER_TRAKT_API_BASE_URL: trakt.url,
      IMMERSION_TRACKER_TRAKT_AUTH_BASE_URL: trakt.url,
      IMMERSION_TRACKER_TMDB_BASE_URL: tmdb.url,
      ...environment,
    },
    workingDirectory: folder,
  });
  const wiring = await wire(config, openFeatures, {
    log: createLog({ write: () => {} }),
    clock,
    sleep: async (milliseconds) => void (waited += milliseconds),
  });
  const { jobs: runs, traktConnection } = await wiring.features.imports();
  return {
    tmdb,
    clock,
    async login(user: string) {
      const { url, state } = await traktConnection.authorize(user);
      await traktConnection.exchange({ user, code: trakt.allow(url), state });
    },
    /** Starts a job and runs it to the end. */
    async run(user: string, kind: JobKind = 'trakt_import') {
      let run = await runs.start({ user, kind, options: OPTIONS });
      while (run.status === 'running') {
        run = await runs.advance({ user, jobId: run.jobId, milliseconds: 3_600_000 });
      }
      if (run.status !== 'completed') throw new Error(`The import has ${run.status}: ${JSON.stringify(run.errors[0])}`);
      return run;
    },
    async close() {
      await wiring.close();
      await trakt.close();
      await tmdb.close();
    },
  };
}
