import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { episodes } from './core.ts';
import { call, CLI, inFolder, report, startServe } from './measure.ts';

const ROUNDS = 20;
const SIZES = [20, 10_000];
const LIMITS = [5.5, 6.5];

interface Start {
  what: string;
  args: string[];
  environment: Record<string, string>;
  limit: number;
  before?: () => void;
}

/** CPU seconds of all commands so far. */
function secondsOfCommands(): number {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[13]) + Number(fields[14])) / 100;
}

/**
 * CPU time of commands relative to bare Node, which other processes hardly affect. `IMMERSION_BENCH_AGAINST` names
 * another built checkout to measure in the same run.
 */
export async function run(): Promise<void> {
  await inFolder(async (folder) => {
    const settings = { PATH: process.env['PATH'] ?? '', HOME: folder };
    const other = process.env['IMMERSION_BENCH_AGAINST'];
    const builds = [
      { name: '', cli: CLI },
      ...(other === undefined ? [] : [{ name: `${other}: `, cli: path.join(other, 'bin/run.js') }]),
    ];
    const starts: Start[] = [];
    const ends: (() => unknown)[] = [];
    for (const [index, { name, cli }] of builds.entries()) {
      for (const [place, size] of SIZES.entries()) {
        const limit = LIMITS[place] ?? 0;
        const data = path.join(folder, `${index}-${size}`);
        const server = await startServe(data);
        await call(`${server.url}/sync`, { episodes: episodes(0, size) });
        await server.stop();
        const database = new DatabaseSync(path.join(data, 'immersion.sqlite'));
        ends.push(() => database.close());
        const write = database.prepare(
          "INSERT OR REPLACE INTO immersion_tracker (partition, sort, item) VALUES ('BENCH', 'x', ?)",
        );
        const environment = { ...settings, IMMERSION_DATA_DIR: data };
        const what = `${name}immersion progress, ${size.toLocaleString('en-US')} viewings`;
        const start = { args: [cli, 'progress'], environment, limit };
        starts.push({
          ...start,
          what: `${what}, after a write`,
          before: () => write.run(`{"pk":"BENCH","sk":"x","at":${Date.now()}}`),
        });
        starts.push({ ...start, what });
      }
      starts.push({ what: `${name}immersion --help`, args: [cli, '--help'], environment: settings, limit: 3 });
      starts.push({ what: `${name}immersion --version`, args: [cli, '--version'], environment: settings, limit: 1.5 });
    }
    const server = await startServe(path.join(folder, 'server'));
    ends.push(() => server.stop());
    await call(`${server.url}/sync`, { episodes: episodes(0, 20) });
    const remote = {
      ...settings,
      IMMERSION_TRACKER_API_URL: server.url,
      IMMERSION_TRACKER_USER: 'me',
      IMMERSION_TRACKER_PASSWORD: 'any',
    };
    starts.push({ what: 'immersion progress, from a server', args: [CLI, 'progress'], environment: remote, limit: 6 });

    const bare: Start = { what: 'node -e 0', args: ['-e', '0'], environment: settings, limit: 1 };
    const sums = new Map<Start, number>();
    for (let round = 0; round <= ROUNDS; round++) {
      for (const start of [bare, ...starts]) {
        start.before?.();
        const began = secondsOfCommands();
        const { status, stderr } = spawnSync(process.execPath, start.args, { env: start.environment });
        if (status !== 0) throw new Error(stderr.toString());
        // The first round fills the cache of compiled code.
        if (round > 0) sums.set(start, (sums.get(start) ?? 0) + secondsOfCommands() - began);
      }
    }
    const meanOf = (start: Start) => ((sums.get(start) ?? 0) * 1000) / ROUNDS;
    for (const start of starts) {
      const detail = `${meanOf(start).toFixed(0)} ms of processor time, node -e 0 ${meanOf(bare).toFixed(0)} ms`;
      report(start.what, meanOf(start) / meanOf(bare), start.limit, detail);
    }
    for (const end of ends) await end();
  });
}
