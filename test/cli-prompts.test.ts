import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { startFakeProvider } from '../lib/demo/fake-server.ts';
import { createFakeTmdb } from '../lib/demo/fake-tmdb.ts';
import { createPerson, withTvdb, type Person } from './cli-process.ts';
import { atTerminal, CTRL_C, DOWN, ENTER, type Terminal } from './terminal.ts';

async function personWithShows(t: ExecutionContext, ...files: string[]): Promise<Person> {
  const { environment } = await withTvdb(t);
  const person = createPerson(t, environment);
  person.fill(...files);
  return person;
}

const shows = async (person: Person): Promise<unknown> => {
  const { shows: all } = JSON.parse((await person.run(['shows', '--json'])).stdout) as {
    shows: { folder_name: string; tvdb_id: number | null }[];
  };
  return Object.fromEntries(all.map((show) => [show.folder_name, show.tvdb_id]));
};

test.serial('an evening at a terminal: choose, search again, enter an id, move to the trash', async (t) => {
  const person = await personWithShows(
    t,
    '1 Tram/1.mkv',
    '2 Kissaten/1.mkv',
    '3 Cafe/1.mkv',
    '4 Nobody/1.mkv',
    '5 Nothing/1.mkv',
  );
  const terminal = atTerminal(t, person, ['sync'], { asProcess: true });
  await terminal.sees('No series found for “1 Tram”. What is “1 Tram”?');
  await terminal.sees('Search for another name');
  terminal.types(ENTER);
  await terminal.sees('? Search TVDB:');
  terminal.types('Tram', ENTER);
  await terminal.sees('Which series is “1 Tram”?');
  await terminal.sees('路面電車の旅人');
  terminal.types(ENTER);
  await terminal.sees('“1 Tram” is TVDB series 900201, The Tram Traveler.');

  await terminal.sees('What is “2 Kissaten”?');
  terminal.types(DOWN, ENTER);
  await terminal.sees('? TVDB id');
  terminal.types('0', ENTER);
  await terminal.sees('A TVDB id is a whole number above 0.');
  terminal.types('\u007F', '12', ENTER);
  await terminal.sees('TVDB has no series with the id 12.');
  await terminal.sees('What is “2 Kissaten”?');
  terminal.types(DOWN, ENTER);
  await terminal.sees('? TVDB id');
  terminal.types('900101', ENTER);
  await terminal.sees('“2 Kissaten” is TVDB series 900101, 星降る喫茶店.');

  await terminal.sees('What is “3 Cafe”?');
  terminal.types(DOWN, DOWN, ENTER);
  await terminal.sees('What is “4 Nobody”?');
  terminal.types(DOWN, DOWN, DOWN, ENTER);
  await terminal.sees('Matched 2 shows, skipped 3.');

  await terminal.sees('What should happen to them?');
  terminal.types(DOWN, ENTER);
  t.is(await terminal.ended, 0);
  t.true(terminal.said().includes('Moved 5 files (500 B) and 5 finished show folders to the trash.'));
  t.deepEqual(person.files(), []);
  const trash = path.join(person.home, '.local', 'share', 'Trash');
  const infos = readdirSync(path.join(trash, 'info')).map((name) =>
    readFileSync(path.join(trash, 'info', name), 'utf8'),
  );
  t.is(infos.filter((info) => /^Path=.*\/shows\/.*\/watched\/1\.mkv$/m.test(info)).length, 5);
  t.is(readdirSync(path.join(trash, 'files')).length, 10);
  t.deepEqual(await shows(person), {
    '1 Tram': 900_201,
    '2 Kissaten': 900_101,
    '3 Cafe': null,
    '4 Nobody': null,
    '5 Nothing': null,
  });
});

test.serial('of several series at TMDB the one is watched that is chosen, and none where none is', async (t) => {
  const tmdb = await createFakeTmdb({
    series: [2001, 2011].map((year) => ({ id: year, name: 'Harbour', seasons: { 1: [`${year}-01-01`] } })),
  });
  t.teardown(() => tmdb.close());
  const person = createPerson(t, { TMDB_API_KEY: 'key', IMMERSION_TRACKER_TMDB_BASE_URL: tmdb.url });
  const watched = async () => JSON.parse((await person.run(['unfollow', 'harbour', '--json'])).stdout) as unknown;

  const terminal = atTerminal(t, person, ['follow', 'harbour']);
  await terminal.sees('Which series is “harbour”?');
  await terminal.sees('Harbour (2011) [TMDB 2011]');
  terminal.types(DOWN, ENTER);
  await terminal.sees('Now following “harbour” (TMDB series 2011).');
  t.is(await terminal.ended, 0);
  t.deepEqual(await watched(), { tmdb_id: 2011, watching: false });

  const search = atTerminal(t, person, ['follow', 'harbour']);
  await search.sees('Which series is “harbour”?');
  search.types(DOWN, DOWN, ENTER);
  await search.sees('? Search TMDB:');
  search.types('nobody', ENTER);
  await search.sees('No series found for “nobody”.');
  await search.sees('Enter a TMDB id');
  search.types(DOWN, ENTER);
  await search.sees('? TMDB id');
  search.types('2001', ENTER);
  t.is(await search.ended, 0);
  t.deepEqual(await watched(), { tmdb_id: 2001, watching: false });

  const declined = atTerminal(t, person, ['show', 'harbour']);
  await declined.sees('Which series is “harbour”?');
  declined.types(DOWN, DOWN, DOWN, DOWN, ENTER);
  await declined.sees('Cancelled; no show was chosen.');
  t.is(await declined.ended, 2);
  const asked = atTerminal(t, person, ['show', 'harbour', '--no-input']);
  await asked.sees('Several TMDB series match “harbour”.');
  t.is(await asked.ended, 1);
});

const QUESTIONS: { claim: string; until: (terminal: Terminal) => Promise<void> }[] = [
  {
    claim: 'at the question which series it is',
    until: (terminal) => terminal.sees('What is “Tram Tales”?'),
  },
  {
    claim: 'while typing another name',
    async until(terminal) {
      await terminal.sees('What is “Tram Tales”?');
      terminal.types(ENTER);
      await terminal.sees('? Search TVDB:');
      terminal.types('Tr');
    },
  },
  {
    claim: 'while typing an id',
    async until(terminal) {
      await terminal.sees('What is “Tram Tales”?');
      terminal.types(DOWN, ENTER);
      await terminal.sees('? TVDB id');
      terminal.types('9');
    },
  },
  {
    claim: 'at the question what shall happen with the files',
    async until(terminal) {
      await terminal.sees('What is “Tram Tales”?');
      terminal.types(DOWN, DOWN, DOWN, ENTER);
      await terminal.sees('What should happen to them?');
    },
  },
];

for (const { claim, until } of QUESTIONS) {
  test.serial(`Ctrl-C ${claim} ends with 130, loses nothing, and the next evening finishes`, async (t) => {
    const person = await personWithShows(t, 'Tram Tales/1.mkv', 'Tram Tales/2.mkv');
    const before = person.files();
    const terminal = atTerminal(t, person, ['sync']);
    await until(terminal);
    terminal.types(CTRL_C);
    t.is(await terminal.ended, 130);
    t.true(terminal.said().includes('Stopped. Nothing is lost: run the same command again to continue.'));
    t.deepEqual(person.files(), before);
    const next = await person.run(['sync', '--clean', 'delete', '--json']);
    t.like(JSON.parse(next.stdout), { episodes_added: 0, files_removed: 2, folders_removed: 1 });
    t.deepEqual(person.files(), []);
  });
}

const CLEANINGS: { answer: string; keys: string[]; confirms?: string; says: string; left: number }[] = [
  { answer: 'keep', keys: [ENTER], says: 'Kept 1 watched file (100 B).', left: 1 },
  {
    answer: 'delete, and yes',
    keys: [DOWN, DOWN, ENTER],
    confirms: 'y',
    says: 'Deleted 1 file (100 B) and 1 finished show folder.',
    left: 0,
  },
  {
    answer: 'delete, and Enter',
    keys: [DOWN, DOWN, ENTER],
    confirms: '',
    says: 'Kept 1 watched file (100 B).',
    left: 1,
  },
];

for (const { answer, keys, confirms, says, left } of CLEANINGS) {
  test.serial(`who answers “${answer}” has that done`, async (t) => {
    const person = createPerson(t);
    person.fill('A/1.mkv');
    const terminal = atTerminal(t, person, ['sync']);
    await terminal.sees('Continuing: unmatched shows count 20 minutes per episode.');
    await terminal.sees('1 watched file (100 B) recorded. What should happen to them?');
    terminal.types(...keys);
    if (confirms !== undefined) {
      await terminal.sees('Delete 1 watched file (100 B) for good?');
      terminal.types(confirms, ENTER);
    }
    t.is(await terminal.ended, 0);
    t.true(terminal.said().includes(says));
    t.is(person.files().length, left);
    t.false(readdirSync(path.join(person.home, '.local', 'share')).includes('Trash'));
  });
}

test.serial('what is typed before the cleaning question is shown removes nothing', async (t) => {
  const { tvdb, environment } = await withTvdb(t, () => ({ delayMs: 1000 }));
  const person = createPerson(t, environment);
  person.fill('A/1.mkv');
  const terminal = atTerminal(t, person, ['sync']);
  await terminal.sees('Recorded 1 new episode.');
  while (tvdb.requests.length === 0) await delay(20);
  // Meant for the question about the series: skip it. The rest would choose to delete, and confirm.
  terminal.types(DOWN, DOWN, ENTER, DOWN, DOWN, ENTER, 'y', ENTER);
  await terminal.sees('What should happen to them?');
  await delay(500);
  t.is(person.files().length, 1);
  terminal.types(ENTER);
  t.is(await terminal.ended, 0);
  t.true(terminal.said().includes('Kept 1 watched file (100 B).'));

  const cleaning = atTerminal(t, person, ['clean']);
  cleaning.types('y', ENTER);
  await cleaning.sees('Move 1 watched file (100 B) and 1 finished show folder to the trash?');
  await delay(500);
  t.is(person.files().length, 1);
  cleaning.types(ENTER);
  t.is(await cleaning.ended, 2);
});

test.serial('cleaning asks first: “no” and Ctrl-C leave everything, “yes” moves it to the trash', async (t) => {
  const person = createPerson(t);
  person.fill('A/1.mkv');
  await person.run(['sync']);
  const question = 'Move 1 watched file (100 B) and 1 finished show folder to the trash?';
  for (const [key, status] of [
    ['n', 2],
    ['', 2],
    [CTRL_C, 130],
  ] as const) {
    const terminal = atTerminal(t, person, ['clean']);
    await terminal.sees(question);
    terminal.types(key, ...(key === CTRL_C ? [] : [ENTER]));
    t.is(await terminal.ended, status);
    t.is(person.files().length, 1);
  }
  const terminal = atTerminal(t, person, ['clean']);
  await terminal.sees(question);
  terminal.types('y', ENTER);
  t.is(await terminal.ended, 0);
  t.deepEqual(person.files(), []);
  t.is(readdirSync(path.join(person.home, '.local', 'share', 'Trash', 'files')).length, 2);
});

test.serial('nothing is asked with --no-input, with --json or where CI is set', async (t) => {
  const person = createPerson(t, { TVDB_API_KEY: 'unused' });
  person.fill('A/1.mkv');
  for (const [args, environment] of [
    [['sync', '--no-input'], {}],
    [['sync', '--json'], {}],
    [['sync'], { CI: 'true' }],
  ] as const) {
    const terminal = atTerminal(t, { ...person, environment: { ...person.environment, ...environment } }, [...args]);
    t.is(await terminal.ended, 0);
    t.true(terminal.said().includes('Kept 1 watched file (100 B).'));
  }
});

test.serial('Ctrl-C at the demo ends it and leaves nothing behind', async (t) => {
  const person = createPerson(t);
  const terminal = atTerminal(t, person, ['demo']);
  await terminal.sees('Which series is');
  terminal.types(CTRL_C);
  t.is(await terminal.ended, 130);
  t.deepEqual(readdirSync(person.folder), ['home', 'library']);
});

test.serial('the demo ends with the address of its page, and Enter ends the demo', async (t) => {
  const person = createPerson(t);
  const terminal = atTerminal(t, person, ['demo']);
  await terminal.sees('Press Enter to end the demo.');
  const [address = ''] = /http:\/\/127\.0\.0\.1:\d+\/(?=#login=)/.exec(terminal.said()) ?? [];
  t.regex(await (await fetch(address)).text(), /<title>/);
  terminal.types('\r');
  t.is(await terminal.ended, 0);
  t.true(terminal.said().includes('Everything has been removed again.'));
  t.deepEqual(readdirSync(person.folder), ['home', 'library']);
});

test.serial('a long import shows how much is done and, once its pace is known, how long the rest takes', async (t) => {
  const chunks = 60;
  const api = await startFakeProvider(
    ({ body }) => {
      const { items } = JSON.parse(body) as { items: object[] };
      return {
        status: 200,
        body: { items_added: items.length, items_existing: 0, items_replaced: 0, differing: [], dry_run: true },
      };
    },
    { faults: () => ({ delayMs: 300 }) },
  );
  t.teardown(() => api.close());
  const person = createPerson(t, {
    IMMERSION_TRACKER_API_URL: api.url,
    IMMERSION_TRACKER_USER: 'me',
    IMMERSION_TRACKER_PASSWORD: 'p',
  });
  const file = path.join(person.folder, 'import.jsonl');
  const lines = Array.from({ length: chunks * 1000 }, (_, index) => `{"type":"show","folder_name":"s${index}"}`);
  writeFileSync(file, lines.join('\n'));
  const terminal = atTerminal(t, person, ['import', file, '--dry-run'], { asProcess: true });
  await terminal.sees('Checking…');
  await terminal.sees(' of 60,000 items');
  t.notRegex(terminal.said(), / left/, 'too early to tell');
  await terminal.sees(' left');
  t.regex(terminal.said(), /Checking… \d+ of 60,000 items, about [\d.]+ (?:s|min) left/);
  const [, done = ''] = /(\d+) of 60,000 items, about/.exec(terminal.said()) ?? [];
  t.true(Number(done) > 1000 && Number(done) < 60_000, done);
  terminal.types(CTRL_C);
  t.is(await terminal.ended, 130);
});
