import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createFakeTmdb } from '../lib/demo/fake-tmdb.ts';
import { zip } from '../test/zip.ts';
import { CLI, inFolder, median, report, timed } from './measure.ts';
import { startImports, viewings } from './trakt-import.ts';

const EVENTS = 10_000;
const TITLES = 500;
const SPACING_MILLISECONDS = 250;

/** Imports from Trakt: time per event, time due to TMDB's rate limit, and memory with a large export. */
export async function run(): Promise<void> {
  await inFolder(measureEvents);
  await inFolder(measureSpacing);
  await inFolder(measureMemory);
}

/** Ten times the events take at most ten times as long. */
async function measureEvents(folder: string): Promise<void> {
  const perEvent: number[] = [];
  for (const events of [EVENTS / 10, EVENTS]) {
    const api = await startImports(folder, { events, titles: TITLES });
    await api.login('me');
    const took = await timed(() => api.run('me'));
    perEvent.push(took / events);
    await api.close();
  }
  const [few = 0, many = 0] = perEvent;
  console.log(`import of ${EVENTS.toLocaleString('en-US')} events of ${TITLES} titles, SQLite`);
  report('time per event, against a tenth of them', many / few, 1, `${many.toFixed(3)} of ${few.toFixed(3)} ms`);
}

async function measureSpacing(folder: string): Promise<void> {
  const api = await startImports(folder, { events: TITLES, titles: TITLES });
  for (const user of ['me', 'yuki']) await api.login(user);
  const began = api.clock.now();
  await api.run('me');
  const took = api.clock.now() - began;
  const requests = api.tmdb.requests.length;
  console.log(`import of ${TITLES} new titles, ${SPACING_MILLISECONDS} ms between requests to TMDB`);
  const forced = (requests - 1) * SPACING_MILLISECONDS;
  report(
    'what the spacing forces',
    took / forced,
    1.1,
    `${requests} requests, ${(took / 1000).toFixed(1)} s of the clock`,
  );
  await api.run('yuki');
  const more = api.tmdb.requests.length - requests;
  console.log(`  another person's import of the same titles: ${more} requests to TMDB`);
  await api.close();
  if (more > 0) throw new Error('Cached titles cost requests');
}

/** `immersion trakt import` of 100,000 viewings in a separate process. */
async function measureMemory(folder: string): Promise<void> {
  const titles = 1000;
  const { films, episodes } = viewings(100_000, titles);
  const file = path.join(folder, 'export.zip');
  await writeFile(
    file,
    zip([
      { name: 'watched-history-1.json', content: JSON.stringify(films) },
      { name: 'watched-history-2.json', content: JSON.stringify(episodes) },
    ]),
  );
  const ids = Array.from({ length: titles }, (_, index) => 1000 + index);
  const seasons = { 1: Array.from({ length: 100 }, () => '2020-01-01') };
  const tmdb = await createFakeTmdb({
    movies: ids.map((id) => ({ id, title: `Film ${id}` })),
    series: ids.map((id) => ({ id, name: `Series ${id}`, seasons })),
  });
  const child = spawn(process.execPath, [CLI, 'trakt', 'import', file], {
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      IMMERSION_DATA_DIR: folder,
      TMDB_API_KEY: 'key',
      IMMERSION_TRACKER_TMDB_BASE_URL: tmdb.url,
      IMMERSION_TMDB_INTERVAL_MS: '1',
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => void (said += chunk.toString()));
  const memory: number[] = [];
  const sampling = setInterval(() => {
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
    memory.push(Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1000);
  }, 100);
  const took = await timed(() => once(child, 'exit'));
  clearInterval(sampling);
  await tmdb.close();
  console.log(
    `trakt import of an export with 100,000 viewings of ${titles} titles: ${(took / 1000).toFixed(0)} s, ${said.trim()}`,
  );
  const third = Math.floor(memory.length / 3);
  const [middle, last] = [median(memory.slice(third, 2 * third)), median(memory.slice(2 * third))];
  const detail = `${last.toFixed(0)}, ${middle.toFixed(0)} MB`;
  report('memory, last third against second', last / middle, 1.15, detail);
  if (child.exitCode !== 0) throw new Error(said);
}
