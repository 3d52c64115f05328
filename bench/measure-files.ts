import { copyFileSync, mkdirSync, readFileSync, truncateSync } from 'node:fs';
import path from 'node:path';
import { makeMedia } from '../test/media-files.ts';
import { createJournal } from '../lib/folder/journal.ts';
import { scanLibrary } from '../lib/folder/library-scan.ts';
import { createFileMeasurer } from '../lib/folder/file-facts.ts';
import { inFolder, median, report, timed } from './measure.ts';

const FILES = 1000;
const FILE_BYTES = 50e6;
const MILLISECONDS_A_FILE = 5;
const MAXIMUM_RESIDENT_BYTES = 250e6;

/** Scanning and measuring sparse files compared with scanning alone, with and without the cache. */
export async function run(): Promise<void> {
  await inFolder(async (folder) => {
    const library = path.join(folder, 'library');
    await fill(library, folder);
    const scan = () => scanLibrary(library);
    await scan();
    const scans = [await timed(scan), await timed(scan), await timed(scan)];
    const allowed = 5 * median(scans) + MILLISECONDS_A_FILE * FILES;
    let highest = 0;
    const watch = setInterval(() => (highest = Math.max(highest, residentBytes())), 20);
    const measured: number[] = [];
    for (let round = 0; round < 2; round++) {
      measured.push(await timed(() => scanAndMeasure(library, folder)));
    }
    clearInterval(watch);
    const [first = 0, second = 0] = measured;
    const against = `scan alone ${median(scans).toFixed(0)} ms, allowed ${allowed.toFixed(0)} ms`;
    report('scan and measure 1,000 files', first / allowed, 1, `${first.toFixed(0)} ms, ${against}`);
    report('  again, with what is kept', second / allowed, 1, `${second.toFixed(0)} ms`);
    report('  memory against 250 MB', highest / MAXIMUM_RESIDENT_BYTES, 1, `${(highest / 1e6).toFixed(0)} MB`);
  });
}

/** Small films extended by sparse data. */
async function fill(library: string, folder: string): Promise<void> {
  const wanted = ['a.mkv', 'b.mp4'].map((name) => ({ name, seconds: 60, languages: ['jpn'] }));
  const samples = await makeMedia(path.join(folder, 'samples'), wanted);
  for (let index = 0; index < FILES; index++) {
    const sample = samples[index % samples.length] ?? '';
    const watched = path.join(library, 'shows', `Show ${index % 20}`, 'watched');
    mkdirSync(watched, { recursive: true });
    const file = path.join(watched, `Episode ${index}${path.extname(sample)}`);
    copyFileSync(sample, file);
    truncateSync(file, FILE_BYTES);
  }
}

async function scanAndMeasure(library: string, folder: string): Promise<void> {
  const { episodes } = await scanLibrary(library);
  const journal = createJournal({ stateDirectory: path.join(folder, 'state') });
  const measurer = createFileMeasurer({ kept: journal });
  const facts = await Promise.all(episodes.map((episode) => measurer.measure(episode.path)));
  await measurer.close();
  journal.close();
  const found = facts.filter(({ seconds, audioLanguages }) => seconds !== null && audioLanguages[0] === 'ja');
  if (found.length !== FILES) throw new Error(`Only ${found.length} files were measured.`);
}

const residentBytes = (): number =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0) * 1024;
