import { Agent, request } from 'node:http';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { writeFile } from 'node:fs/promises';
import { hashPassword } from '../lib/users/password-service.ts';
import { inFolder, median, report, startServe, timed } from './measure.ts';

const CLIENTS = 100;
const SAMPLES = 60;
/** Measured at the start, and once delays have begun. */
const STORM_MILLISECONDS = 6000;

/** A hundred clients that keep retrying with wrong passwords, next to users with correct ones. */
export async function run(): Promise<void> {
  await inFolder(async (folder) => {
    const secretFile = path.join(folder, 'secret.json');
    const users = await Promise.all(
      ['aiko', 'ben', 'chie', 'dan'].map(async (user) => ({ user, password: await hashPassword(`${user}'s`) })),
    );
    await writeFile(secretFile, JSON.stringify({ users }));
    const server = await startServe(folder, { IMMERSION_SECRET_FILE: secretFile }, []);
    const get = (user: string, password: string) => status(`${server.url}/shows`, `${user}:${password}`);
    await get('aiko', "aiko's");
    const remembered = async () => {
      const times: number[] = [];
      for (let count = 0; count < SAMPLES; count++) times.push(await timed(() => get('aiko', "aiko's")));
      return times;
    };
    await remembered();
    const alone = await remembered();
    const firstAlone = await timed(() => get('dan', "dan's"));

    for (const [storm, nameOf] of [
      ['one name', () => 'mallory'],
      ['many names', (index: number) => `mallory ${index}`],
    ] as const) {
      const ended = AbortSignal.timeout(STORM_MILLISECONDS);
      const answers: Record<string, number> = {};
      const clients = Array.from({ length: CLIENTS }, async (_, index) => {
        for (let count = 0; !ended.aborted; count++) {
          const code = await status(`${server.url}/shows`, `${nameOf(index)}:wrong ${index} ${count}`, ended).catch(
            () => 0,
          );
          answers[code] = (answers[code] ?? 0) + 1;
        }
      });
      const [name, password] = storm === 'one name' ? ['ben', "ben's"] : ['chie', "chie's"];
      let code = 0;
      const firstLogin = await timed(async () => (code = await get(name, password)));
      const during = await remembered();
      await Promise.all(clients);
      const said = Object.entries(answers).map(([answer, count]) => `${count}× ${answer === '0' ? 'held' : answer}`);
      report(
        `a remembered user, storm with ${storm}`,
        median(during) / median(alone),
        3,
        `${median(during).toFixed(1)} ms, alone ${median(alone).toFixed(1)} ms, worst ${Math.max(...during).toFixed(0)} ms`,
      );
      report(
        '  a first login, in seconds',
        firstLogin / 1000,
        2,
        `answered ${code}, alone ${(firstAlone / 1000).toFixed(2)} s; the storm: ${said.join(', ')}`,
      );
    }
    await server.stop();
    await rm(secretFile);
  });
}

const agent = new Agent({ keepAlive: true, maxSockets: Infinity });

function status(url: string, credentials: string, signal?: AbortSignal): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const headers = { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
  request(url, { agent, headers, ...(signal ? { signal } : {}) }, (response) => {
    response.resume().once('end', () => resolve(response.statusCode ?? 0));
  })
    .once('error', reject)
    .end();
  return promise;
}
