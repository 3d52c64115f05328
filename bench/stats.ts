import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { toItem } from '../lib/viewings/record-items.ts';
import { call, inFolder, median, report, startServe, timed } from './measure.ts';

const VIEWINGS = 100_000;
const ROUNDS = 7;
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

/** `GET /stats` with several splits compared with `GET /progress`. */
export async function run(): Promise<void> {
  await inFolder(async (folder) => {
    const server = await startServe(folder);
    writeHistory(path.join(folder, 'immersion.sqlite'));
    const database = new DatabaseSync(path.join(folder, 'immersion.sqlite'));
    const write = database.prepare('INSERT OR REPLACE INTO immersion_tracker (partition, sort, item) VALUES (?, ?, ?)');
    const get = (where: string) => {
      // A write by another process, which invalidates all tallies.
      write.run('BENCH', 'x', JSON.stringify({ pk: 'BENCH', sk: 'x', at: Date.now() }));
      return timed(() => call(`${server.url}${where}`));
    };
    const PATHS = ['/progress', '/stats?by=day', '/stats?by=show', '/stats?by=hour', '/stats?period=week'];
    const times = new Map(PATHS.map((where): [string, number[]] => [where, []]));
    for (const where of PATHS) await get(where);
    for (let round = 0; round < ROUNDS; round++) for (const [where, values] of times) values.push(await get(where));
    await server.stop();
    const progress = median(times.get('/progress') ?? []);
    for (const [where, values] of [...times].slice(1)) {
      const milliseconds = median(values);
      const detail = `${milliseconds.toFixed(0)} ms, /progress ${progress.toFixed(0)} ms`;
      report(`GET ${where}, 100,000 viewings, against /progress`, milliseconds / progress, 1.5, detail);
    }
  });
}
