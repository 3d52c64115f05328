import { scanLibrary } from '../../lib/folder/library-scan.ts';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { copyFile, rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import test, { type ExecutionContext } from 'ava';
import pMap from 'p-map';
import { startService, type RunningServer } from '../../api/server.ts';
import { readConfig } from '../../lib/core/config.ts';
import { ImmersionError } from '../../lib/core/errors.ts';
import { backUp, restore } from '../../lib/core/store/sqlite-backup.ts';
import { createApiClient, type ApiClient } from '../../lib/core/terminal/api-client.ts';
import type { RemovalMode } from '../../lib/folder/careful-removal.ts';
import { clean, FILES_AT_ONCE } from '../../lib/folder/cleaning.ts';
import { planCleaning, type CleanContext } from '../../lib/folder/cleaning-plan.ts';
import { createJournal } from '../../lib/folder/journal.ts';
import { recordEpisodes } from '../../lib/folder/record-episodes.ts';
import { removeBatch } from '../../lib/viewings/history-contract.ts';
import { findHeld } from '../../lib/viewings/held-contract.ts';
import { createRandom, seed } from './random.ts';

// The trash is in the home folder.
const home = mkdtempSync(path.join(tmpdir(), 'immersion-crash-home-'));
process.env['HOME'] = home;
delete process.env['XDG_DATA_HOME'];
test.after.always(() => rmSync(home, { recursive: true }));

const STORE_ROUNDS = 100;
const LINK_ROUNDS = 100;
const ROUNDS_AT_ONCE = 4;
const SHOWS = 4;
const FILES_A_SHOW = 30;
const USER = { user: 'me', password: 'a password of nobody' };
/** The first run is in the older backup. */
const RUNS = ['run-of-the-backup', 'run-after-the-backup'] as const;

interface Round extends CleanContext {
  folder: string;
  data: string;
  backup: string;
  watched: string[];
  server: RunningServer;
  /** Waits for a server that is being started again. */
  client: Promise<ApiClient>;
  /** What the API said it has, for each request. */
  answers: { at: number; names: Set<string> }[];
}

/** The API over a store in a folder. */
async function serve(dataDirectory: string): Promise<RunningServer> {
  const config = readConfig({ environment: { IMMERSION_DATA_DIR: dataDirectory }, workingDirectory: dataDirectory });
  return startService(
    { ...config, host: '127.0.0.1', port: 0 },
    { format: 'none', write: () => {}, users: [{ ...USER, admin: true }] },
  );
}

const clientOf = ({ url }: RunningServer) => createApiClient({ url, ...USER });

async function createRound(shared?: RunningServer): Promise<Round> {
  const folder = mkdtempSync(path.join(tmpdir(), 'immersion-crash-cleaning-'));
  const data = path.join(folder, 'data');
  mkdirSync(data);
  const library = path.join(folder, 'library');
  const watched = Array.from({ length: SHOWS * FILES_A_SHOW }, (_, index) =>
    path.join(library, 'shows', `Show ${index % SHOWS}`, 'watched', `${index}.mkv`),
  );
  for (const file of watched) {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, 'video');
  }
  const server = shared ?? (await serve(data));
  const round: Round = {
    folder,
    data,
    backup: path.join(folder, 'backup.sqlite'),
    library,
    journal: createJournal({ stateDirectory: path.join(folder, 'state') }),
    identity: 'store',
    parts: new Set(['shows']),
    watched,
    server,
    client: Promise.resolve(clientOf(server)),
    answers: [],
    api: {
      async call(endpoint, options) {
        const client = await round.client;
        const at = performance.now();
        const answer = await client.call(endpoint, options);
        if (endpoint.path === findHeld.path) {
          const { episodes } = answer as { episodes: { file_name: string }[] };
          round.answers.push({ at, names: new Set(episodes.map((one) => one.file_name)) });
        }
        return answer;
      },
    },
  };
  return round;
}

function endRound(round: Round): void {
  round.journal.close();
  rmSync(round.folder, { recursive: true });
}

/** Records half of a library in each run. */
async function record({ library, journal, identity, api }: Round, runs: readonly string[] = RUNS): Promise<void> {
  const { episodes } = await scanLibrary(library);
  for (const batchId of runs) {
    const half = episodes.filter((_, place) => RUNS[place % RUNS.length] === batchId);
    const confirmed = (files: typeof episodes) => journal.confirm(identity, files);
    await recordEpisodes(half, { api, run: { id: batchId, kind: 'sync' }, confirmed, progressed: () => {} });
  }
}

const removed = async (round: Round, mode: RemovalMode) => clean(await planCleaning(round), mode, round);

async function recordedFiles({ client, library }: Round, files: readonly string[]): Promise<Set<string>> {
  const named = new Map(
    files.map((file) => {
      const [folder = '', , name = ''] = path.relative(path.join(library, 'shows'), file).split(path.sep);
      return [JSON.stringify([folder, path.basename(name, '.mkv')]), file];
    }),
  );
  const episodes = [...named.keys()].map((key) => {
    const [folder_name, file_name] = JSON.parse(key) as [string, string];
    return { folder_name, file_name };
  });
  const held = await (await client).call(findHeld, { body: { episodes } });
  return new Set(held.episodes.map((one) => named.get(JSON.stringify([one.folder_name, one.file_name])) ?? ''));
}

/** Stops the server for a change of its files; the cleaning goes on when it runs again. */
async function whileStopped(round: Round, work: (database: string) => Promise<unknown>): Promise<void> {
  const again = Promise.withResolvers<ApiClient>();
  round.client = again.promise;
  await round.server.stop();
  await work(path.join(round.data, 'immersion.sqlite'));
  round.server = await serve(round.data);
  again.resolve(clientOf(round.server));
}

/** Ways in which a store loses records. */
const LOSSES: ((round: Round) => Promise<void>)[] = [
  // Moved away.
  (round) => whileStopped(round, (database) => rename(database, `${database}.damaged`)),
  // An older backup was restored.
  (round) => whileStopped(round, (database) => restore({ file: round.backup, database })),
  // An older file was put back by hand.
  (round) => whileStopped(round, (database) => copyFile(round.backup, database)),
  // Undone elsewhere.
  async ({ client }) =>
    void (await (await client).call(removeBatch, { params: { id: RUNS[1] }, query: { dry_run: false } })),
];

test(`${STORE_ROUNDS} cleanings with the store lost, restored or undone at random moments remove nothing whose record was lost before it was asked for (seed ${seed})`, async (t) => {
  const random = createRandom(seed);
  const tally = { 'before the first file went': 0, 'while files went': 0, 'after the last': 0 };
  let span = 100;
  const rounds = Array.from({ length: STORE_ROUNDS }, (_, index) => ({
    lose: LOSSES[index % LOSSES.length] ?? (() => Promise.resolve()),
    moment: random(),
  }));
  const play = async ({ lose, moment }: (typeof rounds)[number]) => {
    const round = await createRound();
    // Open servers would keep the process alive when a test has failed.
    t.teardown(() => round.server.stop());
    await record(round, RUNS.slice(0, 1));
    await backUp({ database: path.join(round.data, 'immersion.sqlite'), file: round.backup });
    await record(round, RUNS.slice(1));
    const started = performance.now();
    const cleaning = removed(round, 'delete')
      .catch((error: unknown) => {
        // The server stopped before it answered: then nothing more goes.
        if (!(error instanceof ImmersionError) || error.code !== 'api_unreachable') throw error;
      })
      .finally(() => {
        span = performance.now() - started;
      });
    await delay(moment * span);
    const leftBefore = round.watched.filter((file) => existsSync(file)).length;
    await lose(round);
    const lostAt = performance.now();
    const left = round.watched.filter((file) => existsSync(file));
    await cleaning;
    const phase = leftBefore === round.watched.length ? 0 : leftBefore > 0 ? 1 : 2;
    tally[Object.keys(tally)[phase] as keyof typeof tally] += 1;

    const held = await recordedFiles(round, round.watched);
    for (const file of left.filter((one) => !existsSync(one) && !held.has(one))) {
      const last = round.answers.findLast(({ names }) => names.has(path.basename(file, '.mkv')));
      const isInHand = last && last.at < lostAt && last.names.size <= FILES_AT_ONCE;
      t.true(isInHand, `${file} went, though the API no longer had it when it was due to be asked`);
    }
    // The next sync records everything again, after which all of it may be removed.
    await record(round);
    const rest = round.watched.filter((file) => existsSync(file));
    t.is((await recordedFiles(round, rest)).size, rest.length);
    t.is((await removed(round, 'delete')).filesRemoved, rest.length);
    t.deepEqual(readdirSync(path.join(round.library, 'shows')), []);
    endRound(round);
  };
  await pMap(rounds, play, { concurrency: ROUNDS_AT_ONCE });
  t.true(tally['while files went'] > 0);
  t.log(
    `struck: ${Object.entries(tally)
      .map(([phase, count]) => `${count} ${phase}`)
      .join(', ')}`,
  );
});

/** Files identical to watched ones, in a folder outside of any library. */
function makeDecoy(folder: string, watched: readonly string[]): string[] {
  mkdirSync(folder);
  return watched.map((file) => {
    const decoy = path.join(folder, path.basename(file));
    writeFileSync(decoy, 'video');
    const { atime, mtime } = statSync(file);
    utimesSync(decoy, atime, mtime);
    return decoy;
  });
}

async function swapWhile(
  t: ExecutionContext,
  { folders, target }: { folders: string[]; target: string },
  work: () => Promise<void>,
) {
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(new URL('swap-worker.ts', import.meta.url), { workerData: { folders, target, stop } });
  await once(worker, 'online');
  await work().finally(() => {
    Atomics.store(stop, 0, 1);
    Atomics.notify(stop, 0);
  });
  const [status] = (await once(worker, 'exit')) as [number];
  t.is(status, 0);
}

test(`${LINK_ROUNDS} cleanings while folders are swapped for links and back remove nothing outside the library`, async (t) => {
  const data = mkdtempSync(path.join(tmpdir(), 'immersion-crash-store-'));
  const server = await serve(data);
  t.teardown(async () => {
    await server.stop();
    rmSync(data, { recursive: true });
  });
  let stayed = 0;
  let went = 0;
  const play = async (mode: RemovalMode) => {
    const round = await createRound(server);
    // Whole milliseconds can be copied to the decoys.
    for (const file of round.watched) utimesSync(file, 1_700_000_000, 1_700_000_000);
    await record(round);
    const target = path.join(round.folder, 'outside');
    const decoys = makeDecoy(target, round.watched);
    const folders = [...new Set(round.watched.map((file) => path.dirname(file)))];
    await swapWhile(t, { folders, target }, async () => {
      const result = await removed(round, mode);
      went += result.filesRemoved;
    });
    t.deepEqual(
      decoys.filter((file) => !existsSync(file)),
      [],
    );
    stayed += round.watched.filter((file) => existsSync(file)).length;
    await removed(round, mode);
    t.deepEqual(
      decoys.filter((file) => !existsSync(file)),
      [],
    );
    endRound(round);
  };
  const modes = Array.from({ length: LINK_ROUNDS }, (_, index) => (index % 2 === 0 ? 'delete' : 'trash'));
  await pMap(modes, play, { concurrency: ROUNDS_AT_ONCE });
  t.true(stayed > 0 && went > 0, 'some folders were swapped in the moment, others were not');
  t.log(`${went} files went, ${stayed} stayed`);
});
