import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { toItem } from '../lib/viewings/record-items.ts';
import { call, inFolder, median, processorSeconds, report, startServe, timed } from './measure.ts';

const EPISODES = 10_000;
const ROUNDS = 5;
const PROGRESS_ROUNDS = 15;

interface Row {
  folder_name: string;
  file_name: string;
}

export const episodes = (round: number, count = EPISODES): Row[] =>
  Array.from({ length: count }, (_, index) => ({
    folder_name: `Show ${round} ${index % 100}`,
    file_name: `Episode ${index} 第${index}話`,
  }));

/** The baseline: the same rows into the same kind of table, with nothing around it. */
function insertDirectly(database: DatabaseSync, rows: readonly Row[]): void {
  const insert = database.prepare('INSERT INTO plain (partition, sort, item) VALUES (?, ?, ?) ON CONFLICT DO NOTHING');
  database.exec('BEGIN IMMEDIATE');
  for (const { folder_name: folderName, file_name: fileName } of rows) {
    const item = toItem({
      user: 'me',
      batchId: 'bench-batch',
      record: { type: 'episode', folderName, fileName, watchedAt: 1_790_000_000 },
    });
    insert.run(String(item['pk']), String(item['sk']), JSON.stringify(item));
  }
  database.exec('COMMIT');
}

function openDirectly(folder: string): DatabaseSync {
  const database = new DatabaseSync(path.join(folder, 'plain.sqlite'));
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
  database.exec(
    'CREATE TABLE plain (partition TEXT NOT NULL, sort TEXT NOT NULL, item TEXT NOT NULL, PRIMARY KEY (partition, sort)) STRICT, WITHOUT ROWID',
  );
  return database;
}

/** `POST /sync` and `GET /progress` compared with the bare database. */
export async function run(): Promise<void> {
  await inFolder(async (folder) => {
    const server = await startServe(folder);
    const database = openDirectly(folder);
    const times = { direct: [] as number[], sync: [] as number[], repeat: [] as number[] };
    await call(`${server.url}/sync`, { episodes: episodes(999, 500) });
    for (let round = 0; round < ROUNDS; round++) {
      const rows = episodes(round);
      times.direct.push(await timed(() => insertDirectly(database, rows)));
      times.sync.push(await timed(() => call(`${server.url}/sync`, { episodes: rows })));
      times.repeat.push(await timed(() => call(`${server.url}/sync`, { episodes: rows })));
    }
    const direct = median(times.direct);
    const ms = (value: number) => `${value.toFixed(0)} ms`;
    const against = `direct insert ${ms(direct)}`;
    report('POST /sync, 10,000 new', median(times.sync) / direct, 4, `${ms(median(times.sync))}, ${against}`);
    report('POST /sync, again', median(times.repeat) / direct, 2, `${ms(median(times.repeat))}, ${against}`);
    await server.stop();
    database.close();
  });

  const small = await measureProgress(EPISODES);
  report('GET /progress counted from scratch, 10,000 episodes', small.ratio, 4, small.detail);
  const large = await measureProgress(10 * EPISODES);
  report('GET /progress, 100,000 against 10,000', large.milliseconds / small.milliseconds, 10, large.detail);
  report(
    '  memory of the server against 300 MB',
    large.residentBytes / 300e6,
    1,
    `${(large.residentBytes / 1e6).toFixed(0)} MB`,
  );
}

async function measureProgress(
  count: number,
): Promise<{ ratio: number; milliseconds: number; residentBytes: number; detail: string }> {
  return inFolder(async (folder) => {
    const server = await startServe(folder);
    for (let round = 0; round < count / EPISODES; round++) {
      await call(`${server.url}/sync`, { episodes: episodes(round) });
    }
    const database = new DatabaseSync(path.join(folder, 'immersion.sqlite'));
    // A write by another process, which invalidates all tallies.
    const write = database.prepare('INSERT OR REPLACE INTO immersion_tracker (partition, sort, item) VALUES (?, ?, ?)');
    const select = database.prepare('SELECT item FROM immersion_tracker WHERE partition = ? ORDER BY sort');
    const read = () => {
      for (const row of select.iterate('USER#me')) JSON.parse(String(row['item']));
    };
    const ask = async () => {
      write.run('BENCH', 'x', JSON.stringify({ pk: 'BENCH', sk: 'x', at: Date.now() }));
      await call(`${server.url}/progress`);
    };
    for (let round = 0; round < ROUNDS; round++) await ask();
    read();
    const perRound = async (pid: number, work: () => unknown): Promise<number> => {
      const before = processorSeconds(pid);
      for (let round = 0; round < PROGRESS_ROUNDS; round++) await work();
      return ((processorSeconds(pid) - before) * 1000) / PROGRESS_ROUNDS;
    };
    const [directly, milliseconds] = [await perRound(process.pid, read), await perRound(server.pid, ask)];
    const residentBytes = server.residentBytes();
    await server.stop();
    return {
      ratio: milliseconds / directly,
      milliseconds,
      residentBytes,
      detail: `${milliseconds.toFixed(0)} ms of processor time, reading and parsing directly ${directly.toFixed(0)} ms`,
    };
  });
}
