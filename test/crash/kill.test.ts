import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { episodeKey, partitionOf, SORT_KEY_PREFIXES, trackerSchema } from '../../lib/viewings/record-items.ts';
import { createSqliteStore } from '../../lib/core/store/sqlite.ts';
import { createPerson, startServer, type Person, type ServerProcess } from '../cli-process.ts';
import { createRandom, seed } from './random.ts';

const ROUNDS = { embedded: 60, server: 40 };
const SHOWS = 10;
const FILES_A_SHOW = 20;
/** Approximate time to remove the files. */
const CLEANING_MILLISECONDS = 60;
const SYNC = ['sync', '--clean', 'delete', '--json'];

/** A library with 200 watched files, one unwatched file per show, and one hidden. */
interface Library {
  person: Person;
  /** Paths of watched files by episode key. */
  watched: Map<string, string>;
  unwatched: string[];
}

function makeLibrary(t: ExecutionContext, environment: Record<string, string>): Library {
  const person = createPerson(t, environment);
  const shows = Array.from({ length: SHOWS }, (_, index) => `Show ${index}`);
  const watched = shows.flatMap((show) =>
    Array.from({ length: FILES_A_SHOW }, (_, index) => [show, `${index}`] as const),
  );
  const paths = person.fill(...watched.map(([show, name]) => `${show}/${name}.mkv`));
  return {
    person,
    watched: new Map(watched.map(([show, name], index) => [episodeKey(show, name), paths[index] ?? ''])),
    unwatched: person.fill(...shows.flatMap((show) => [`${show}//next.mkv`, `${show}/.hidden.mkv`])),
  };
}

/** Keys of all episodes in a store; none if it doesn't exist. */
async function recorded(keeper: Person): Promise<string[]> {
  const file = path.join(keeper.home, '.local/share/immersion/immersion.sqlite');
  if (!existsSync(file)) return [];
  const store = createSqliteStore({ file, schema: trackerSchema('immersion_tracker') });
  const items = await Array.fromAsync(store.query(partitionOf('me'), { prefix: SORT_KEY_PREFIXES.episode }));
  await store.close();
  return items.map((item) => String(item['sk']));
}

/** Invariants: missing files were confirmed, and nothing is recorded twice. */
async function checkNothingLost(
  t: ExecutionContext,
  { watched, unwatched }: Library,
  keeper: Person,
): Promise<string[]> {
  const keys = await recorded(keeper);
  t.is(new Set(keys).size, keys.length);
  const confirmed = new Set(keys);
  const lost = [...watched].filter(([key, file]) => !existsSync(file) && !confirmed.has(key));
  t.deepEqual(lost, [], 'removed, but not recorded');
  t.deepEqual(
    unwatched.filter((file) => !existsSync(file)),
    [],
    'removed, but never watched',
  );
  return keys;
}

/** After another run, all watched files are recorded once and removed, and the others exist. */
async function checkNextRunFinishes(t: ExecutionContext, library: Library, keeper: Person): Promise<void> {
  const ran = await library.person.run(SYNC, { asProcess: true });
  t.is(ran.status, 0, ran.stdout + ran.stderr);
  const keys = await checkNothingLost(t, library, keeper);
  t.deepEqual(keys.toSorted(), [...library.watched.keys()].toSorted());
  t.deepEqual(
    [...library.watched.values()].filter((file) => existsSync(file)),
    [],
    'recorded, but not removed',
  );
}

/** A file is watched while the command runs. */
async function watchAnother({ person, watched }: Library, afterMilliseconds: number): Promise<void> {
  await delay(afterMilliseconds);
  const [file = ''] = person.fill('Show 0/another.mkv');
  watched.set(episodeKey('Show 0', 'another'), file);
}

const PHASES = ['before anything was recorded', 'recorded, nothing removed', 'while cleaning up', 'when all was done'];

/** Counts the phases in which kills happened, for the report. */
function createTally() {
  const counts = new Map(PHASES.map((phase) => [phase, 0]));
  return {
    add(keys: string[], { watched }: Library): void {
      const left = [...watched.values()].filter((file) => existsSync(file)).length;
      const phase = keys.length === 0 ? 0 : left >= SHOWS * FILES_A_SHOW ? 1 : left > 1 ? 2 : 3;
      const name = PHASES[phase] ?? '';
      counts.set(name, (counts.get(name) ?? 0) + 1);
    },
    say: () => [...counts].map(([phase, count]) => `${count} ${phase}`).join(', '),
  };
}

/** A random moment of a run of length `span`; every other round while files are being removed. */
async function randomMoment({ watched }: Library, span: number, round: number, random: () => number): Promise<void> {
  const share = random();
  // The first fifth is the process's start.
  if (round % 2 === 0) return delay(span * (0.2 + 0.85 * share));
  const [first = ''] = watched.values();
  for (const start = performance.now(); existsSync(first) && performance.now() - start < 2 * span;) await delay(2);
  await delay(CLEANING_MILLISECONDS * share);
}

/** The duration of a run without kills. */
async function undisturbed(t: ExecutionContext, library: Library): Promise<number> {
  const start = performance.now();
  t.is((await library.person.run(SYNC, { asProcess: true })).status, 0);
  return performance.now() - start;
}

test(`${ROUNDS.embedded} evenings killed at random moments lose nothing, and the next one finishes (seed ${seed})`, async (t) => {
  const random = createRandom(seed);
  const tally = createTally();
  const span = await undisturbed(t, makeLibrary(t, {}));
  for (let round = 1; round <= ROUNDS.embedded; round++) {
    const library = makeLibrary(t, {});
    const { person } = library;
    // Every third round is killed twice.
    for (let kills = round % 3 === 0 ? 2 : 1; kills > 0; kills--) {
      const child = person.start(SYNC);
      const ended = once(child, 'close');
      const another = kills === 1 ? watchAnother(library, random() * span) : undefined;
      await Promise.race([randomMoment(library, span, round, random), ended]);
      child.kill('SIGKILL');
      await Promise.all([ended, another]);
      tally.add(await checkNothingLost(t, library, person), library);
    }
    await checkNextRunFinishes(t, library, person);
    rmSync(person.folder, { recursive: true });
  }
  t.log(`killed: ${tally.say()}`);
});

test(`${ROUNDS.server} evenings with a server elsewhere, both killed at random moments, lose nothing (seed ${seed})`, async (t) => {
  const random = createRandom(seed + 1);
  const tally = createTally();
  const keeper = createPerson(t);
  let server = await startServer(t, keeper);
  const span = await undisturbed(t, makeLibrary(t, server.environment));
  const kill = async ({ child }: ServerProcess) => {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  };
  for (let round = 1; round <= ROUNDS.server; round++) {
    await kill(server);
    rmSync(path.join(keeper.home, '.local'), { recursive: true, force: true });
    server = await startServer(t, keeper, new URL(server.url).port);
    const library = makeLibrary(t, server.environment);
    const child = library.person.start(SYNC);
    const ended = once(child, 'close');
    const victims = { client: round % 3 !== 0, server: round % 3 !== 1 };
    const strike = async (isVictim: boolean, work: () => void | Promise<void>) => {
      if (!isVictim) return;
      await randomMoment(library, span, round, random);
      await work();
    };
    const another = watchAnother(library, random() * span);
    const struck = server;
    await Promise.all([
      another,
      strike(victims.client, () => void child.kill('SIGKILL')),
      strike(victims.server, () => kill(struck)),
      ended,
    ]);
    tally.add(await checkNothingLost(t, library, keeper), library);
    if (victims.server) server = await startServer(t, keeper, new URL(server.url).port);
    await checkNextRunFinishes(t, library, keeper);
    rmSync(library.person.folder, { recursive: true });
  }
  t.log(`killed: ${tally.say()}`);
});
