import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import autocannon, { type Client, type Request, type Result } from 'autocannon';
import { call, inFolder, median, report, startServe } from './measure.ts';

const SECONDS = 30;
const CONNECTIONS = 50;
const ROOT = path.resolve(import.meta.dirname, '..');
const BARE = `import Koa from 'koa';
const app = new Koa();
app.use((ctx) => { ctx.body = { status: 'ok' }; });
const server = app.listen(0, '127.0.0.1', () => console.log(server.address().port));`;

/**
 * Fifty connections for half a minute, each updating and reading its own show, compared with a Koa app with a constant
 * response.
 */
export async function run(): Promise<void> {
  const bare = await loadBareKoa();
  await inFolder(async (folder) => {
    const server = await startServe(folder);
    const memory: number[] = [];
    const sampling = setInterval(() => memory.push(server.residentBytes()), 1000);
    const acknowledged = new Map<string, number>();
    const result = await load(server.url, (client, index) => prepare(client, `Show ${index}`, acknowledged));
    clearInterval(sampling);
    const lost = await lostUpdates(server.url, acknowledged);
    await server.stop();

    const perSecond = (one: Result) => one.requests.average;
    const detail = `${perSecond(result).toFixed(0)} requests/s, bare Koa ${perSecond(bare).toFixed(0)}`;
    report('bare Koa against mixed routes', perSecond(bare) / perSecond(result), 40, detail);
    report(
      '  p99 of latency',
      result.latency.p99 / bare.latency.p99,
      60,
      `${result.latency.p99} ms, bare Koa ${bare.latency.p99} ms`,
    );
    const failed = result.errors + result.timeouts + result.non2xx;
    console.log(
      `  ${result['2xx']} answers, ${failed} failed; ${acknowledged.size} shows updated, ${lost} updates lost`,
    );
    const third = Math.floor(memory.length / 3);
    const [early, late] = [median(memory.slice(third, 2 * third)), median(memory.slice(2 * third))];
    report(
      '  memory, last third against second',
      late / early,
      1.15,
      `${(late / 1e6).toFixed(0)} MB, ${(early / 1e6).toFixed(0)} MB`,
    );
    if (failed > 0 || lost > 0) throw new Error('Under load, requests failed or updates were lost');
  });
}

const load = (url: string, setup: (client: Client, index: number) => void): Promise<Result> => {
  let index = 0;
  return autocannon({
    url,
    connections: CONNECTIONS,
    duration: SECONDS,
    setupClient: (client) => setup(client, index++),
  });
};

/** A connection's cycle: advance by an episode, then read the user's shows and the tracker's. */
function prepare(client: Client, show: string, acknowledged: Map<string, number>): void {
  let episode = 0;
  const query = `username=me&tv_show=${encodeURIComponent(show)}`;
  const requests: Request[] = [
    {
      method: 'POST',
      path: '/api/update_episode',
      headers: { 'content-type': 'application/json' },
      setupRequest: (request) => {
        episode += 1;
        const position = {
          username: 'me',
          tv_show: show,
          season: Math.floor(episode / 10_000),
          episode: episode % 10_000,
        };
        return { ...request, body: JSON.stringify(position) };
      },
      onResponse: (status) => void (status === 200 && acknowledged.set(show, episode)),
    },
    { path: `/api/show_episode?${query}` },
    { path: '/api/show_user?username=me' },
    { path: `/api/show_episode?${query}` },
    { path: '/shows' },
    { path: '/progress' },
    { path: '/health' },
  ];
  client.setRequests(requests);
}

/** Shows whose stored episode is older than the last acknowledged one. */
async function lostUpdates(url: string, acknowledged: ReadonlyMap<string, number>): Promise<number> {
  const { shows } = (await call(`${url}/api/show_user?username=me`)) as {
    shows: { tv_show: string; season: number; episode: number }[];
  };
  const stored = new Map(shows.map((show) => [show.tv_show, show.season * 10_000 + show.episode]));
  return [...acknowledged].filter(([show, episode]) => (stored.get(show) ?? -1) < episode).length;
}

async function loadBareKoa(): Promise<Result> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', BARE], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [port] = (await once(child.stdout, 'data')) as [Buffer];
  const result = await load(`http://127.0.0.1:${String(port).trim()}`, () => {});
  child.kill();
  return result;
}
