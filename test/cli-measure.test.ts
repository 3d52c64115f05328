import { copyFileSync, mkdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { createPerson, type Ran } from './cli-process.ts';
import { startEveningApi } from './evening-api.ts';
import { makeMedia } from './media-files.ts';

const json = (ran: Ran) => JSON.parse(ran.stdout) as Record<string, unknown>;
const EPISODE_SECONDS = 23 * 60 + 40;

test('three files of 23:40 count 1h 11m without any key, and one that is still being downloaded stays uncounted', async (t) => {
  const person = createPerson(t);
  const watched = path.join(person.library, 'shows', 'Cafe', 'watched');
  const names = ['1.mkv', '2.mkv', '3.mp4', '4.mkv'];
  const files = await makeMedia(
    watched,
    names.map((name) => ({ name, seconds: EPISODE_SECONDS, languages: ['jpn'] })),
  );
  const last = files.at(-1) ?? '';
  truncateSync(last, Math.floor(statSync(last).size / 2));
  const ran = await person.run(['sync', '--clean', 'delete', '--json']);
  t.like(json(ran), { episodes_added: 3, files_removed: 3 });
  t.deepEqual(json(ran)['left_out'], [{ path: last, reason: 'incomplete: it is still being downloaded, or damaged' }]);
  t.is(ran.status, 5);
  t.deepEqual(person.files(), ['shows/Cafe/watched/4.mkv']);
  t.like(json(await person.run(['progress', '--json'])), {
    total_episodes_watched: 3,
    daily_activity: [...Array.from({ length: 6 }, () => ({ minutes_watched: 0 })), { minutes_watched: 71 }],
  });
  t.regex((await person.run(['progress'])).stdout, /1h 11m/);

  const other = await makeMedia(path.join(person.folder, 'other'), [
    { name: '4.mkv', seconds: EPISODE_SECONDS, languages: ['jpn'] },
  ]);
  copyFileSync(other[0] ?? '', last);
  t.like(json(await person.run(['sync', '--json'])), { episodes_added: 1, left_out: [] });
});

test('a length measured later replaces a guess, and neither date nor anything else', async (t) => {
  const api = await startEveningApi(t);
  const names = { folder_name: 'Cafe', file_name: '1' };
  await api.post('/sync', { episodes: [names] });
  const before = (await api.items()).find(({ file_name: name }) => name === '1');
  api.clock.advance(86_400_000);
  const measured = { ...names, duration_seconds: 1420.4, language: 'ja' };
  for (const episode of [measured, names, { ...measured, duration_seconds: 5, language: 'en' }]) {
    t.like(await api.post('/sync', { episodes: [episode] }), { status: 200, body: { episodes_added: 0 } });
    t.deepEqual(
      (await api.items()).find(({ file_name: name }) => name === '1'),
      { ...before, episode_duration: 1420, duration_source: 'file', audio_language: 'ja' },
    );
  }
});

test('a length that a person gave is not replaced by a measured one', async (t) => {
  const api = await startEveningApi(t);
  const names = { folder_name: 'Cafe', file_name: '1' };
  await api.post('/sync', { episodes: [{ ...names, duration_seconds: 60 }] });
  const item = (await api.items()).find(({ file_name: name }) => name === '1');
  const said = { ...item, episode_duration: 90, duration_source: 'person' };
  await api.store.put(said);
  await api.post('/sync', { episodes: [{ ...names, duration_seconds: 60 }] });
  t.deepEqual(
    (await api.items()).filter(({ file_name: name }) => name === '1'),
    [said],
  );
});

test('measure improves what is recorded and still on disk, once', async (t) => {
  const person = createPerson(t);
  const [first = '', second = '', third = ''] = person.fill('Cafe/1.mkv', 'Cafe/2.mkv', 'Cafe/3.mkv');
  const movies = path.join(person.library, 'movies', 'watched');
  mkdirSync(movies, { recursive: true });
  const film = path.join(movies, 'Film.mkv');
  writeFileSync(film, 'x');
  t.is((await person.run(['sync'])).status, 0);
  t.like(json(await person.run(['progress', '--json'])), { total_hours_watched: 1, total_movies_watched: 1 });

  const made = await makeMedia(path.join(person.folder, 'made'), [
    { name: 'a.mkv', seconds: EPISODE_SECONDS, languages: ['jpn'] },
    { name: 'b.mkv', seconds: 5400, languages: ['spa'] },
  ]);
  const [episode = '', long = ''] = made;
  // As if the journal were lost: the files are the recorded ones.
  rmSync(path.join(person.home, '.local', 'state'), { recursive: true });
  for (const file of [first, second]) copyFileSync(episode, file);
  copyFileSync(long, film);
  copyFileSync(episode, path.join(path.dirname(first), 'new.mkv'));
  const before = { seconds_before: 1200, seconds_source_before: 'guess' };
  const changed = [
    { path: film, title: 'Film', seconds: 5400, ...before, seconds_before: 0, language: 'es' },
    { path: first, title: '1', seconds: EPISODE_SECONDS, ...before, language: 'ja' },
    { path: second, title: '2', seconds: EPISODE_SECONDS, ...before, language: 'ja' },
  ];
  const expected = { files_recorded: 4, changed, left_out: [] };
  t.deepEqual(json(await person.run(['measure', '--dry-run', '--json'])), expected);
  const ran = await person.run(['measure', '--dry-run']);
  t.is(ran.status, 0);
  t.regex(ran.stdout, /Film .*0m .*1h 30m .*es[\s\S]*1 .*20m .*23m .*ja/);
  t.is(ran.stderr, 'Would change 3 of 4 recorded files: 1h 37m more.\n');
  t.deepEqual(json(await person.run(['measure', '--json'])), expected);
  const { viewings } = json(await person.run(['history', '--json'])) as { viewings: Record<string, unknown>[] };
  t.deepEqual(
    viewings
      .map((one) => [one['title'], one['seconds'], one['seconds_source'], one['language']])
      .sort(([a], [b]) => String(a).localeCompare(String(b))),
    [
      ['1', EPISODE_SECONDS, 'file', 'ja'],
      ['2', EPISODE_SECONDS, 'file', 'ja'],
      ['3', 1200, 'guess', null],
      ['Film', 5400, 'file', 'es'],
    ],
  );
  const again = await person.run(['measure']);
  t.is(again.stderr, '4 recorded files: nothing to improve.\n');

  t.is((await person.run(['sync', '--same'])).status, 0);
  copyFileSync(long, third);
  const other = json(await person.run(['measure', '--json']));
  t.deepEqual(other, {
    files_recorded: 5,
    changed: [],
    left_out: [{ path: third, reason: 'another file was recorded under this name' }],
  });
});
