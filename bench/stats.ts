import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { toItem } from '../lib/viewings/record-items.ts';
import { call, inFolder, median, perSecond, processorSeconds, report, startServe } from './measure.ts';

const VIEWINGS = 100_000;
const ROUNDS = 3;
const COUNTED = 3;
const DAYS = 5 * 365;
const DAY_SECONDS = 86_400;

/** Five years of stored episodes, videos and podcasts, sorted by name rather than time. */
export function writeHistory(file: string, count = VIEWINGS): void {
  const database = new DatabaseSync(file);
  const insert = database.prepare('INSERT INTO immersion_tracker (partition, sort, item) VALUES (?, ?, ?)');
  const end = Math.floor(Date.now() / 1000);
  database.exec('BEGIN IMMEDIATE');
  for (let index = 0; index < count; index++) {
    const watchedAt = end - ((index * 7919) % DAYS) * DAY_SECONDS - (index % 50_000);
    const item = toItem({
      user: 'me',
      batchId: 'bench-batch',
      record:
        index % 4 === 0
          ? {
              type: 'youtube_video',
              videoId: `video-${index}`,
              title: `第${index}話`,
              channelId: `channel-${index % 50}`,
              durationSeconds: 600 + (index % 900),
              watchedAt,
            }
          : {
              type: 'episode',
              folderName: `Show ${index % 200}`,
              fileName: `Episode ${index} 第${index}話`,
              watchedAt,
            },
    });
    insert.run(String(item['pk']), String(item['sk']), JSON.stringify(item));
  }
  database.exec('COMMIT');
  database.close();
}

/** `GET /stats` with several splits compared with `GET /progress`, counted from scratch and from the tallies. */
export async function run(): Promise<void> {
  await inFolder(async (folder) => {
    const server = await startServe(folder);
    writeHistory(path.join(folder, 'immersion.sqlite'));
    const database = new DatabaseSync(path.join(folder, 'immersion.sqlite'));
    database.exec('PRAGMA busy_timeout = 5000');
    const write = database.prepare('INSERT OR REPLACE INTO immersion_tracker (partition, sort, item) VALUES (?, ?, ?)');
    // A write by another process, which invalidates all tallies.
    const forget = () => write.run('BENCH', 'x', JSON.stringify({ pk: 'BENCH', sk: 'x', at: Date.now() }));
    const get = (where: string) => call(`${server.url}${where}`);
    const costOf = async (where: string): Promise<number> => {
      const before = processorSeconds(server.pid);
      for (let time = 0; time < COUNTED; time++) {
        forget();
        await get(where);
      }
      return ((processorSeconds(server.pid) - before) * 1000) / COUNTED;
    };
    const measured = (where: string) => ({ where, counted: [] as number[], repeated: [] as number[] });
    const progress = measured('/progress');
    const stats = ['by=day', 'by=show', 'by=hour', 'period=week'].map((query) => measured(`/stats?${query}`));
    const all = [progress, ...stats];
    // Compiles the code.
    for (const { where } of all) await costOf(where);
    for (let round = 0; round < ROUNDS; round++) {
      for (const { where, counted } of all) counted.push(await costOf(where));
      for (const { where, repeated } of all) {
        await get(where);
        repeated.push(1000 / (await perSecond(server.url + where, server.pid)));
      }
    }
    for (const { where, counted, repeated } of stats) {
      const compare = (what: string, one: number, other: number) =>
        report(what, one / other, 1.5, `${one.toFixed(2)} ms of processor time, /progress ${other.toFixed(2)} ms`);
      compare(`GET ${where}, 100,000 viewings, against /progress`, median(counted), median(progress.counted));
      compare('  repeated, against /progress repeated', median(repeated), median(progress.repeated));
    }

    let residentBytes = 0;
    for (let round = 0; round < ROUNDS; round++) {
      forget();
      await Promise.all(all.map(({ where }) => get(where)));
      residentBytes = Math.max(residentBytes, server.residentBytes());
    }
    const megabytes = `${(residentBytes / 1e6).toFixed(0)} MB`;
    report('memory of the server against 300 MB, all of them counted at once', residentBytes / 300e6, 1, megabytes);
    await server.stop();
    database.close();
  });
}
