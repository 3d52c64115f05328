import { execFileSync, spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import test from 'ava';
import { CLI, createPerson, listening, type Person } from './cli-process.ts';

const DENO = new URL('../node_modules/deno/', import.meta.url).pathname;

// Without install scripts, the package unpacks its program on the first call.
test.before(() => void execFileSync(process.execPath, [`${DENO}bin.cjs`, '--version']));

const start = (person: Person, args: string[]): ChildProcessWithoutNullStreams =>
  spawn(`${DENO}deno`, ['run', '-A', CLI, ...args], { cwd: person.library, env: person.environment });

test('Deno records an evening and shows progress as Node does', async (t) => {
  const person = createPerson(t);
  person.fill('しろくまカフェ/1.mkv', 'しろくまカフェ/2.mkv');
  const sync = start(person, ['sync', '--clean', 'delete']);
  const [said, [status]] = await Promise.all([text(sync.stderr), once(sync, 'exit')]);
  t.is(status, 0);
  t.true(said.includes('Deleted 2 files (200 B) and 1 finished show folder.'), said);
  t.deepEqual(person.files(), []);
  const [shown, node] = await Promise.all([text(start(person, ['progress']).stdout), person.run(['progress'])]);
  t.true(shown.startsWith('Shows           Episodes\nしろくまカフェ         2\n'));
  t.is(shown, node.stdout);
});

test('Deno serves the API', async (t) => {
  const server = await listening(t, start(createPerson(t), ['serve', '--port', '0', '--json', '--open']));
  const answer = await fetch(`${server.url}/sync`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ episodes: [{ folder_name: 'A', file_name: '1' }] }),
  });
  t.deepEqual(await answer.json(), { episodes_added: 1 });
  const shows = await fetch(`${server.url}/shows`);
  t.deepEqual(await shows.json(), {
    shows: [{ folder_name: 'A', tvdb_id: null, tvdb_name: null, tvdb_image: null }],
  });
  server.child.kill('SIGTERM');
  t.deepEqual(await once(server.child, 'exit'), [0, null]);
});
