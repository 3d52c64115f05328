import { utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { createPerson, linesOf, type Person } from './cli-process.ts';
import { startFakeContractApi } from './fakes/fake-contract-api.ts';
import { createEveningPerson } from './evening-person.ts';
import { atTerminal, DOWN, ENTER } from './terminal.ts';

const DAY = 24 * 60 * 60;
const now = () => Math.floor(Date.now() / 1000);
const dayOf = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 10);

const createWatcher = (t: ExecutionContext) => createPerson(t, { IMMERSION_TIME_ZONE: 'UTC' });

const json = async (person: Person, ...args: string[]) =>
  JSON.parse((await person.run([...args, '--json'])).stdout) as Record<string, unknown>;
const daysOf = async (person: Person) =>
  ((await json(person, 'history', '--limit', '1000'))['viewings'] as { day: string | null }[]).map(({ day }) => day);

test('what is synced with --at yesterday is yesterday’s in progress, history, statistics, CSV and export', async (t) => {
  const person = createWatcher(t);
  person.fill('Harbour/01.mkv', 'Harbour/02.mkv');
  const yesterday = dayOf(now() - DAY);
  const ran = await person.run(['sync', '--at', 'yesterday 21:30']);
  t.is(ran.status, 0, ran.stderr);
  t.true(linesOf(ran.stderr).includes(`Dated as watched on ${yesterday}.`), ran.stderr);
  t.deepEqual(await daysOf(person), [yesterday, yesterday]);
  const { daily_activity: activity, episodes_watched_today: today } = await json(person, 'progress');
  t.like((activity as object[]).slice(-2), { 0: { minutes_watched: 40 }, 1: { minutes_watched: 0 } });
  t.is(today, 0);
  t.regex((await person.run(['export', '--csv'])).stdout, new RegExp(`^\\S*${yesterday}`, 'm'));
  t.true((await person.run(['export'])).stdout.includes(`${Date.parse(`${yesterday}T21:30Z`) / 1000}`));
  const { rows } = await json(person, 'stats', 'all', '--by', 'day');
  t.like(rows, [{ key: yesterday, seconds: 2400 }]);

  const again = await person.run(['sync', '--on', dayOf(now() - 3 * DAY)]);
  const kept = 'Nothing was new. What is recorded keeps its date; change it with immersion edit.';
  t.true(linesOf(again.stderr).includes(kept), again.stderr);
  t.deepEqual(await daysOf(person), [yesterday, yesterday]);
});

test('--on means noon of that day, and --at unknown no day at all', async (t) => {
  const person = createWatcher(t);
  person.fill('Harbour/01.mkv');
  t.like(await json(person, 'sync', '--on', '2026-01-05'), { episodes_added: 1, dated_by: 'stated' });
  person.fill('Harbour/02.mkv');
  const ran = await person.run(['sync', '--at', 'unknown']);
  t.true(linesOf(ran.stderr).includes('Recorded without a date: counted in totals only.'), ran.stderr);
  const { viewings } = await json(person, 'history');
  t.deepEqual(
    (viewings as { at: string | null }[]).map(({ at }) => at),
    ['2026-01-05T12:00:00Z', null],
  );
  t.like(await json(person, 'progress'), { total_episodes_watched: 2, episodes_watched_today: 0 });
});

test('history since a number of days or since yesterday has the whole of the first day, and nothing before', async (t) => {
  const person = createWatcher(t);
  const days = [0, 1, 2, 7, 8].map((ago) => dayOf(now() - ago * DAY));
  for (const [index, day] of days.entries()) {
    person.fill(`Harbour/${index}.mkv`);
    const at = index === 0 ? ['--at', 'today'] : ['--at', `${day} 00:00`];
    t.like(await json(person, 'sync', ...at), { episodes_added: 1 });
  }
  const since = async (when: string) =>
    ((await json(person, 'history', '--since', when))['viewings'] as { day: string }[]).map(({ day }) => day);
  t.deepEqual(await since('7d'), days.slice(0, 4));
  t.deepEqual(await since('yesterday'), days.slice(0, 2));
  const shown = linesOf((await person.run(['history', '--since', 'yesterday'])).stdout);
  t.deepEqual(
    shown.slice(1).map((line) => line.slice(0, 10)),
    days.slice(0, 2),
  );
});

test('a date that lies ahead, or is none, is refused before anything is recorded', async (t) => {
  const person = createWatcher(t);
  person.fill('Harbour/01.mkv');
  const tomorrow = dayOf(now() + DAY);
  for (const [args, said] of [
    [['sync', '--at', tomorrow], `“${tomorrow}” is in the future.`],
    [['sync', '--on', '2999-01-01'], '“2999-01-01” is in the future.'],
    [['sync', '--at', 'someday'], '“someday” is not a date or time.'],
    [['sync', '--at', 'today', '--dates', 'modified'], 'can’t be combined'],
    [['add', 'https://youtu.be/abcdefghijk', '--at', tomorrow], `“${tomorrow}” is in the future.`],
  ] as const) {
    const ran = await person.run([...args]);
    t.is(ran.status, 2, ran.stderr);
    t.true(ran.stderr.includes(said), ran.stderr);
  }
  t.deepEqual(await daysOf(person), []);
});

test('2,000 old files at a terminal: one question, and by their last change they are spread over their days', async (t) => {
  const person = createWatcher(t);
  const first = now() - 1000 * DAY;
  const paths = person.fill(...Array.from({ length: 2001 }, (_, index) => `Show ${index % 20}/${index}.mkv`));
  for (const [index, file] of paths.entries()) {
    const at = first + Math.floor(index / 4) * DAY;
    utimesSync(file, at, at);
  }
  utimesSync(paths[0] ?? '', 0, 0);
  utimesSync(paths[2000] ?? '', now() + 5 * DAY, now() + 5 * DAY);
  const terminal = atTerminal(t, person, ['sync', '--clean', 'keep']);
  await terminal.sees('2,000 files were never recorded. When did you watch them?');
  await terminal.sees('I don’t know');
  terminal.types(DOWN, ENTER);
  await terminal.sees('Measuring…');
  t.is(await terminal.ended, 0);
  const [from, until] = [dayOf(first), dayOf(now())];
  const said = `Dated by when each file was last changed, ${from} to ${until}. 1 without a date.`;
  t.true(terminal.said().includes(said));
  const lines = linesOf((await person.run(['export', '--csv'])).stdout).slice(1);
  t.is(lines.length, 2001);
  const days = Map.groupBy(lines, (line) => /\d{4}-\d\d-\d\d/.exec(line.slice(0, 30))?.[0] ?? 'none');
  t.is(days.size, 500 + 2, 'each day, today for the one that lies ahead, and one without a date');
  t.is(days.get(dayOf(first + 499 * DAY))?.length, 4);
});

test('links are dated as well, and add names what is new whatever its date', async (t) => {
  const videos = ['abcdefghijk', 'bbcdefghijk'].map((id) => ({ id, title: id, channelId: 'c', duration: 'PT10M' }));
  const channels = [{ id: 'c', title: 'Channel', thumbnails: {} }];
  const person = await createEveningPerson(t, { youtube: { videos, channels } });
  const added = await person.run(['add', 'https://youtu.be/abcdefghijk', '--at', '2026-01-05 21:30']);
  t.deepEqual(added.err, [
    'Recorded 1 new video and 0 new podcast episodes.',
    'Dated as watched on 2026-01-05.',
    '  abcdefghijk',
  ]);
  const again = await person.run(['add', 'https://youtu.be/abcdefghijk', '--on', '2026-01-04', '--json']);
  t.like(again.json, { videos_added: 0, known: ['youtube:abcdefghijk'] });
  const rewatch = ['add', 'https://youtu.be/abcdefghijk', '--rewatch', '--on', '2026-01-04', '--json'];
  t.like((await person.run(rewatch)).json, { videos_added: 0, rewatches_added: 1 });
  const { status, shown } = await person.sit(
    ['add', 'https://youtu.be/abcdefghijk'],
    [['youtube:abcdefghijk is already recorded. Watched again?', ENTER]],
  );
  t.deepEqual([status, shown.includes('Counted')], [0, false], 'Enter adds nothing');
  t.like((await person.run(['progress', '--json'])).json, { youtube_videos_watched: 1 });
  person.place({ 'watched.txt': 'https://youtu.be/bbcdefghijk\n' });
  t.like((await person.run(['sync', '--on', '2026-01-06', '--json'])).json, { videos_added: 1 });
  // A link that was recorded before, in the list.
  person.place({ 'watched.txt': 'https://youtu.be/abcdefghijk\nhttps://youtu.be/bbcdefghijk\n' });
  const asked = await person.run(['sync', '--clean', 'delete']);
  t.is(asked.status, 5);
  t.deepEqual(
    asked.err.filter((line) => /before|→/.test(line)),
    [
      'youtube:abcdefghijk in watched.txt was recorded before. Nothing was added, and they stay.',
      '  → If they’re the same as before, let them be cleaned up: immersion sync --same',
      '  → If you watched them again, count the time: immersion sync --rewatch',
      `Skipped ${person.library}/watched.txt line 1: recorded before.`,
    ],
  );
  t.is(person.read('watched.txt'), 'https://youtu.be/abcdefghijk\n');
  const counted = ['sync', '--rewatch', '--on', '2026-01-03', '--clean', 'delete', '--json'];
  t.like((await person.run(counted)).json, { videos_added: 0, rewatches_added: 1, lines_removed: 1 });
  t.like((await person.run(['progress', '--json'])).json, { youtube_videos_watched: 2 });
  const history = (await person.run(['history', '--json'])).json as { viewings: { at: string }[] };
  t.deepEqual(
    history.viewings.map(({ at }) => at),
    ['2026-01-06T12:00:00Z', '2026-01-05T21:30:00Z', '2026-01-04T12:00:00Z', '2026-01-03T12:00:00Z'],
  );
});

test('a service of the contract alone takes no dates, and the run says so', async (t) => {
  const api = await startFakeContractApi();
  t.teardown(() => api.close());
  const person = createPerson(t, api.environment);
  person.fill('Cafe/1.mkv');
  writeFileSync(path.join(person.library, 'watched.txt'), 'https://youtu.be/abcdefghijk\n');
  const ignored = 'This API doesn’t accept dates: new items count as watched now.';
  const ran = await person.run(['sync', '--at', 'yesterday 21:30', '--no-input']);
  t.true(linesOf(ran.stderr).includes(ignored), ran.stderr);
  t.false(ran.stderr.includes('Dated'), ran.stderr);
  t.true(api.items.has('EPISODE#Cafe#1'));
  const added = await person.run(['add', 'https://youtu.be/bbcdefghijk', '--at', 'yesterday', '--json']);
  t.like(JSON.parse(added.stdout), { videos_added: 1 });
  t.true(linesOf(added.stderr).includes(ignored), added.stderr);
});

/** Adds files, last modified one per day until a week ago. Returns the first and last day. */
function fillWithOld(person: Person, count: number): { first: string; last: string } {
  const files = person.fill(...Array.from({ length: count }, (_, index) => `Harbour/${index + 1}.mkv`));
  const at = (index: number) => now() - (7 + count - index) * DAY;
  for (const [index, file] of files.entries()) utimesSync(file, at(index), at(index));
  return { first: dayOf(at(0)), last: dayOf(at(count - 1)) };
}

test('a first run over many old files asks once when they were watched, and does what is answered', async (t) => {
  const question = '30 files were never recorded. When did you watch them?';
  for (const [keys, said, days] of [
    [[ENTER], 'Dated as watched today.', 1],
    [[DOWN, ENTER], 'Dated by when each file was last changed, FIRST to LAST.', 30],
    [[DOWN, DOWN, ENTER], 'Recorded without a date: counted in totals only.', 1],
  ] as const) {
    const person = createWatcher(t);
    const { first, last } = fillWithOld(person, 30);
    const terminal = atTerminal(t, person, ['sync', '--only', 'shows', '--clean', 'keep']);
    await terminal.sees(question);
    await terminal.sees('I don’t know');
    terminal.types(...keys);
    await terminal.sees('Found 30 watched episodes of 1 show.');
    await terminal.sees(said.replace('FIRST', first).replace('LAST', last));
    t.is(await terminal.ended, 0);
    t.is(new Set(await daysOf(person)).size, days, said);
    t.is(terminal.said().split('When did you watch them?').length, terminal.said().split(question).length);

    // Adding more later is a normal sync.
    person
      .fill(...Array.from({ length: 30 }, (_, index) => `Harbour/${index + 31}.mkv`))
      .map((file) => utimesSync(file, 1e9, 1e9));
    const later = await json(person, 'sync');
    t.like(later, { episodes_added: 30, dated_by: null });
  }
});

test('a first run that cannot ask, or with --yes, counts today and says how to date the files instead', async (t) => {
  for (const args of [['sync'], ['sync', '--yes', '--no-input']]) {
    const person = createWatcher(t);
    const { first, last } = fillWithOld(person, 30);
    const ran = await person.run(args);
    const hint =
      '30 files that you may have watched earlier count as watched today. To date them by when each was last changed: immersion undo, then immersion sync --dates modified.';
    t.is(linesOf(ran.stderr).filter((line) => line === hint).length, 1, ran.stderr);
    t.deepEqual([...new Set(await daysOf(person))], [dayOf(now())]);
    t.false((await person.run(args)).stderr.includes('--dates modified'), 'said once');
    t.is((await person.run(['undo', '--yes'])).status, 0);
    t.like(await json(person, 'sync', '--dates', 'modified'), { episodes_added: 30, dated_by: 'modified' });
    const days = await daysOf(person);
    t.deepEqual([days.at(-1), days.at(0)], [first, last]);
  }
});

test('a run that repeats an undone first one asks again; few or new files, and a dry run, ask nothing', async (t) => {
  const person = createWatcher(t);
  fillWithOld(person, 24);
  person.fill(...Array.from({ length: 30 }, (_, index) => `New/${index + 1}.mkv`));
  t.false((await person.run(['sync'])).stderr.includes('--dates modified'), 'few old ones');
  const other = createWatcher(t);
  fillWithOld(other, 30);
  t.false((await other.run(['sync', '--dry-run'])).stderr.includes('--dates modified'));
  await other.run(['sync']);
  await other.run(['undo', '--yes']);
  t.true((await other.run(['sync'])).stderr.includes('--dates modified'), 'undone');
});
