import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { call, inFolder, median, perSecond, report, startServe, timed } from './measure.ts';
import { writeHistory } from './stats.ts';

const ROOT = path.resolve(import.meta.dirname, '..');
const ROUNDS = 3;
const ADDITIONS = 60;

/**
 * Repeated `GET /progress` and `GET /stats`, without a write in between and right after one, compared with `GET
 * /health`.
 */
export async function run(): Promise<void> {
  for (const viewings of [1000, 100_000]) {
    await inFolder(async (folder) => {
      const server = await startServe(folder);
      writeHistory(path.join(folder, 'immersion.sqlite'), viewings);
      for (const where of ['/progress', '/stats', '/stats?by=month']) await measure(server, where, viewings);
      const { residentBytes } = server;
      const megabytes = `${(residentBytes() / 1e6).toFixed(0)} MB`;
      report('  memory of the server against 300 MB', residentBytes() / 300e6, 1, megabytes);
      await server.stop();
    });
  }
}

async function measure({ url, pid }: Server, where: string, viewings: number): Promise<void> {
  const body = await (await fetch(url + where)).text();
  const bare = await startBareKoa(body);
  const rates = { health: [] as number[], asked: [] as number[], bare: [] as number[] };
  for (let round = 0; round < ROUNDS; round++) {
    rates.health.push(await perSecond(`${url}/health`, pid));
    rates.asked.push(await perSecond(url + where, pid));
    rates.bare.push(await perSecond(bare.url, bare.pid));
  }
  bare.stop();
  const [health, asked, plain] = [median(rates.health), median(rates.asked), median(rates.bare)];
  const what = `GET ${where}, ${viewings.toLocaleString('en-US')} viewings`;
  const detail = `${asked.toFixed(0)} answers/s of ${(body.length / 1e3).toFixed(0)} kB`;
  report(`/health against ${what}`, health / asked, 1 / 0.7, `${detail}, /health ${health.toFixed(0)}`);
  report('  a bare Koa that sends the same against it', plain / asked, 1 / 0.3, `bare Koa ${plain.toFixed(0)}`);

  const times = { again: [] as number[], after: [] as number[] };
  const get = () => timed(async () => (await fetch(url + where)).arrayBuffer());
  for (let index = 0; index < ADDITIONS; index++) {
    const title = `Talk ${where} ${index}`;
    await call(`${url}/viewings`, { viewings: [{ title, seconds: 60, medium: 'other' }] });
    times.after.push(await get());
    times.again.push(await get());
  }
  const [after, again] = [lowerQuartile(times.after), lowerQuartile(times.again)];
  const compared = `${after.toFixed(2)} ms, again ${again.toFixed(2)} ms`;
  report('  after one new viewing, against again', after / again, 2, compared);
}

/** On a shared machine, the slower runs measure other processes. */
const lowerQuartile = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 4)] ?? 0;

type Server = Pick<Awaited<ReturnType<typeof startServe>>, 'url' | 'pid'>;

async function startBareKoa(body: string): Promise<Server & { stop: () => void }> {
  const source = `import Koa from 'koa';
let body = '';
for await (const chunk of process.stdin) body += chunk;
const app = new Koa();
app.use((ctx) => { ctx.type = 'json'; ctx.body = body; });
const server = app.listen(0, '127.0.0.1', () => console.log(server.address().port));`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], {
    cwd: ROOT,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(body);
  const [port] = (await once(child.stdout, 'data')) as [Buffer];
  return { url: `http://127.0.0.1:${String(port).trim()}`, pid: child.pid ?? 0, stop: () => void child.kill() };
}
