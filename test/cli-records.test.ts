import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import test, { type ExecutionContext } from 'ava';
import { createEveningPerson, type EveningPerson } from './evening-person.ts';

const at = (moment: string) => Math.floor(Date.parse(moment) / 1000);
/** An export with one of each kind. */
const ITEMS = [
  {
    type: 'show',
    folder_name: '星降る喫茶店',
    tvdb_id: 101,
    tvdb_name: '星降る喫茶店',
    tvdb_average_runtime: 1440,
    version: 2,
  },
  { type: 'show', folder_name: 'nameless', version: 1 },
  { type: 'youtube_channel', youtube_channel_id: 'UC-1', youtube_channel_title: '朝の日本語, 毎日' },
  { type: 'spotify_show', spotify_show_id: 'tea', spotify_show_name: 'お茶の時間' },
  {
    type: 'episode',
    folder_name: '星降る喫茶店',
    file_name: '01 開店',
    timestamp: at('2026-03-01T10:00:00Z'),
  },
  {
    type: 'episode',
    folder_name: 'nameless',
    file_name: 'e1',
    timestamp: at('2026-03-01T09:00:00Z'),
  },
  {
    type: 'movie',
    file_name: 'Night Cafe (2020)',
    tvdb_id: 501,
    tvdb_name: '夜のカフェ',
    movie_duration: 6000,
    timestamp: at('2026-03-02T20:15:00Z'),
  },
  {
    type: 'youtube_video',
    youtube_video_id: 'video000001',
    youtube_video_title: '日本語の聞き取り練習を毎日十分だけ続けてみたら三か月でこうなりました「本当です」',
    youtube_channel_id: 'UC-1',
    youtube_video_duration: 605,
    timestamp: at('2026-03-03T07:05:00Z'),
  },
  {
    type: 'spotify_episode',
    spotify_episode_id: 'episode000000000000001',
    spotify_episode_title: 'He said "hi",\u2028then\nleft',
    spotify_show_id: 'tea',
    spotify_episode_duration: 1800,
    timestamp: at('2026-03-04T23:59:59Z'),
  },
];
const toLines = (items: readonly unknown[]) => items.map((item) => `${JSON.stringify(item)}\n`).join('');

/** A user who has recorded these in two runs, the podcast last. */
async function withRecords(t: ExecutionContext): Promise<EveningPerson & { batches: [string, string] }> {
  const person = await createEveningPerson(t);
  const runs = [ITEMS.filter((item) => !isPodcast(item)), ITEMS.filter(isPodcast)];
  const batches = [];
  for (const items of runs) {
    const file = path.join(person.folder, 'given.jsonl');
    writeFileSync(file, toLines(items));
    const { status, json } = await person.run(['import', file, '--json']);
    t.is(status, 0);
    t.like(json, { items_added: items.length, items_existing: 0, differing: [] });
    batches.push((json as { batch_id: string }).batch_id);
  }
  return Object.assign(person, { batches: batches as [string, string] });
}

const isPodcast = ({ type }: { type: string }) => type.startsWith('spotify');

const exported = async (person: EveningPerson) =>
  (await person.run(['export'])).out.map((line) => JSON.parse(line) as unknown);

test.serial('history lists what was watched last, in 80 columns, also where titles are Japanese', async (t) => {
  const person = await withRecords(t);
  const { status, out, err } = await person.run(['history']);
  t.is(status, 0);
  t.deepEqual(err, []);
  t.deepEqual(out, [
    'Watched           Kind     Title         Show            Time  From     Id',
    '2026-03-04 23:59  podcast  He said "hi…  お茶の時間       30m  runtime  6c5dbc3d',
    '2026-03-03 07:05  video    日本語の聞…   朝の日本語,…     10m  runtime  d95cd4a9',
    '2026-03-02 20:15  film     夜のカフェ                  1h 40m  runtime  7123e210',
    '2026-03-01 10:00  episode  S01E01 01 …   星降る喫茶店     24m  average  0d4e159f',
    '2026-03-01 09:00  episode  S01E01 e1     nameless         20m  guess    d0fd1b07',
  ]);
});

test.serial('history takes a number and a moment, and tells what is wrong with them', async (t) => {
  const person = await withRecords(t);
  const titles = async (...args: string[]) =>
    ((await person.run(['history', '--json', ...args])).json as { viewings: { title: string }[] }).viewings.map(
      ({ title }) => title.slice(0, 7),
    );
  t.deepEqual(await titles('--since', '2026-03-03'), ['He said', '日本語の聞き取']);
  t.deepEqual(await titles('--since', '2026-03-01', '--until', '2026-03-02'), ['夜のカフェ', '01 開店', 'e1']);
  t.deepEqual(await titles('--medium', 'episode', '-q', '喫茶'), ['01 開店']);
  t.deepEqual(await titles('--limit', '1'), ['He said']);
  t.is((await titles('--since', '2026-03')).length, 5);
  t.is((await titles('--until', 'yesterday')).length, 5);
  t.deepEqual((await person.run(['history', '--since', 'today'])).err, ['No matching viewings.']);

  const wrong = await person.run(['history', '--since', 'yesterdayish']);
  t.is(wrong.status, 2);
  t.deepEqual(wrong.err, [
    'Error: “yesterdayish” is not a date or time.',
    '  since: must be a date or time',
    '  → Use a form such as 7d, yesterday, monday, 2026-10-01 or 2026-10-01T18:30:00Z.',
  ]);
  for (const limit of ['0', 'x']) t.is((await person.run(['history', '--limit', limit])).status, 2, limit);
  const fresh = await createEveningPerson(t);
  t.deepEqual((await fresh.run(['history'])).err, ['Nothing watched yet.']);
});

test.serial('undo shows the last batch, asks, and takes back exactly that', async (t) => {
  const person = await withRecords(t);
  const everything = await exported(person);

  const dry = await person.run(['undo', '--dry-run']);
  t.deepEqual([dry.status, dry.err], [0, ['Would remove 1 viewing and 1 title or show left empty.']]);
  t.is(dry.out.length, 2);
  const unasked = await person.run(['undo']);
  t.is(unasked.status, 2);
  t.deepEqual(unasked.err, [
    'Error: Can’t ask whether to undo this without a terminal.',
    '  → Confirm in advance: immersion undo --yes',
  ]);
  const declined = await person.sit(['undo'], [['Remove 1 viewing and 1 title or show left empty?', 'n\r']]);
  t.is(declined.status, 2);
  t.true(declined.shown.includes('Cancelled; nothing was removed.'));
  t.deepEqual(await exported(person), everything);

  const agreed = await person.sit(['undo'], [['Remove 1 viewing and 1 title or show left empty?', 'y\r']]);
  t.is(agreed.status, 0);
  t.true(agreed.shown.includes('Removed 1 viewing and 1 title or show left empty.'));
  const left = ITEMS.filter((item) => !isPodcast(item)).length;
  t.is((await exported(person)).length, left);

  const named = await person.run(['undo', '--batch', person.batches[0], '--yes', '--json']);
  t.like(named.json, { batch_id: person.batches[0], dry_run: false, items_removed: 4 });
  t.deepEqual(await exported(person), []);
  for (const args of [['undo'], ['undo', '--batch', person.batches[0]]]) {
    const none = await person.run(args);
    t.deepEqual([none.status, none.err], [0, ['Nothing to undo.']]);
  }
  t.deepEqual((await person.run(['undo', '--json'])).json, {
    batch_id: null,
    dry_run: false,
    items_removed: 0,
    changes_undone: 0,
    items: [],
    collections_removed: [],
    restored: [],
  });
  t.is((await person.run(['undo', '--batch', 'not a batch'])).status, 2);
});

test.serial(
  'undo after cleaning up and importing an old file takes the import back, and tonight’s two stay',
  async (t) => {
    const person = await createEveningPerson(t);
    person.place({ 'shows/Cafe/watched/01.mkv': 'x', 'shows/Cafe/watched/02.mkv': 'y' });
    t.like((await person.run(['sync', '--clean', 'delete', '--json'])).json, { episodes_added: 2, files_removed: 2 });
    const tonight = await exported(person);
    const file = path.join(person.folder, 'old.jsonl');
    writeFileSync(
      file,
      toLines(ITEMS.map((item) => ('timestamp' in item ? { ...item, timestamp: at('2025-03-01T10:00:00Z') } : item))),
    );
    const imported = (await person.run(['import', file, '--json'])).json as { batch_id: string };
    t.like((await person.run(['undo', '--yes', '--json'])).json, { batch_id: imported.batch_id, items_removed: 5 });
    t.deepEqual(await exported(person), tonight);
    t.is((await person.run(['history'])).out.length, 3);
  },
);

test.serial('files whose records were undone are never cleaned up, but recorded again', async (t) => {
  const person = await createEveningPerson(t);
  person.place({ 'shows/Cafe/watched/01.mkv': 'x', 'shows/Cafe/watched/02.mkv': 'y' });
  const { json } = await person.run(['sync', '--json']);
  t.like(json, { episodes_added: 2 });
  const { batch_id } = json as { batch_id: string };
  t.like((await person.run(['undo', '--dry-run', '--json'])).json, { batch_id, items_removed: 2 });
  t.is((await person.run(['undo', '--yes'])).status, 0);

  const cleaned = await person.run(['clean', '--clean', 'delete', '--yes']);
  t.deepEqual([cleaned.status, cleaned.err], [0, ['Nothing to clean up.']]);
  t.deepEqual(person.files(), ['shows/Cafe/watched/01.mkv', 'shows/Cafe/watched/02.mkv']);
  t.like((await person.run(['sync', '--clean', 'delete', '--json'])).json, { episodes_added: 2, files_removed: 2 });
  t.deepEqual(person.files(), []);
});

/** `immersion serve` for one user. Returns settings that use it. */
async function startServer(t: ExecutionContext, person: EveningPerson, user: string): Promise<Record<string, string>> {
  const secretFile = path.join(person.folder, 'server-secret.json');
  writeFileSync(secretFile, JSON.stringify({ users: [{ user, password: 'geheim' }] }));
  const child = spawn(process.execPath, [new URL('../bin/run.js', import.meta.url).pathname, 'serve', '--port', '0'], {
    env: {
      ...person.environment,
      IMMERSION_DATA_DIR: path.join(person.folder, 'server'),
      IMMERSION_SECRET_FILE: secretFile,
    },
  });
  t.teardown(async () => {
    child.kill();
    await once(child, 'close');
  });
  for await (const line of createInterface({ input: child.stderr })) {
    const url = /http:\/\/[\d.]+:\d+/.exec(line)?.[0];
    if (url === undefined) continue;
    return {
      IMMERSION_TRACKER_API_URL: url,
      IMMERSION_TRACKER_USER: user,
      IMMERSION_TRACKER_PASSWORD: 'geheim',
    };
  }
  throw new Error('The server never listened');
}

test.serial(
  'what is exported here can be imported by somebody else on a server, and the progress is the same',
  async (t) => {
    const person = await withRecords(t);
    const file = path.join(person.folder, 'immersion.jsonl');
    const written = await person.run(['export', '--output', file, '--json']);
    t.deepEqual(written.json, { file, lines: 9, left_out: [] });
    const given = ITEMS.map((item) => JSON.stringify(item)).sort();
    t.deepEqual((await exported(person)).map((item) => JSON.stringify(item)).sort(), given);
    t.notRegex(readFileSync(file, 'utf8'), /"(?:pk|sk|user)"/);
    t.deepEqual(
      readdirSync(person.folder).filter((name) => name.includes('draft')),
      [],
    );
    const progress = (await person.run(['progress', '--json'])).json;
    t.like(progress, { total_episodes_watched: 2, total_movies_watched: 1, total_hours_watched: 3 });

    Object.assign(person.environment, await startServer(t, person, 'sakura'));
    const dry = await person.run(['import', file, '--dry-run']);
    t.deepEqual([dry.status, dry.err], [0, ['Would import 9 items; 0 items are already there.']]);
    t.deepEqual(await exported(person), []);
    const { batch_id, ...first } = (await person.run(['import', file, '--json'])).json as Record<string, unknown>;
    t.regex(String(batch_id), /^[0-9a-f-]{36}$/);
    t.deepEqual(first, {
      items: 9,
      items_added: 9,
      items_existing: 0,
      items_replaced: 0,
      differing: [],
      dry_run: false,
    });
    t.deepEqual((await person.run(['progress', '--json'])).json, progress);
    t.deepEqual((await person.run(['import', file])).err, ['Imported 0 items; 9 items were already there.']);
    t.deepEqual((await person.run(['progress', '--json'])).json, progress);
  },
);

test.serial('export --csv is a table of what was watched, quoted where it must be', async (t) => {
  const person = await withRecords(t);
  t.deepEqual((await person.run(['export', '--csv'])).out, [
    'watched_at,type,title,collection,number,duration_seconds,duration_source,language,activity,attention',
    '2026-03-04T23:59:59Z,podcast,"He said ""hi"",\u2028then',
    'left",お茶の時間,,1800,episode,,listening,focused',
    '2026-03-03T07:05:00Z,video,日本語の聞き取り練習を毎日十分だけ続けてみたら三か月でこうなりました「本当です」,"朝の日本語, 毎日",,605,episode,,watching,focused',
    '2026-03-02T20:15:00Z,film,夜のカフェ,,,6000,episode,,watching,focused',
    '2026-03-01T10:00:00Z,episode,01 開店,星降る喫茶店,S01E01,1440,average,,watching,focused',
    '2026-03-01T09:00:00Z,episode,e1,nameless,S01E01,1200,guess,,watching,focused',
  ]);
});

test.serial('export says what is wrong with its file, and a reader that goes away does not trouble it', async (t) => {
  const person = await withRecords(t);
  const missing = path.join(person.folder, 'no', 'such.jsonl');
  const unwritable = await person.run(['export', '--output', missing]);
  t.is(unwritable.status, 1);
  t.deepEqual(unwritable.err, [`Error: No such folder: ${path.dirname(missing)}`]);
  t.is((await person.run(['export', '--json'])).status, 2);

  const child = spawn(
    'sh',
    ['-c', `"$0" "$1" export | head -1`, process.execPath, new URL('../bin/run.js', import.meta.url).pathname],
    {
      env: person.environment,
    },
  );
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  t.is(out.split('\n').length, 2);
  t.is(err, '');
});

test.serial('an import with bad lines names each by its number and writes nothing', async (t) => {
  const person = await createEveningPerson(t);
  const file = path.join(person.folder, 'bad.jsonl');
  const good = JSON.stringify(ITEMS[4]);
  const pk = JSON.stringify({ ...ITEMS[4], pk: 'USER#me' });
  const long = 'あ'.repeat(200);
  writeFileSync(
    file,
    [good, '{', '', '{"type":"token"}', pk, '[]', '{"type":"episode","folder_name":"x"}'].join('\r\n'),
  );
  const bad = await person.run(['import', file]);
  t.is(bad.status, 1);
  t.is(bad.err[0], `Error: ${file} has invalid lines (5 of 7); nothing was imported.`);
  t.deepEqual(
    bad.err.slice(1).map((line) => /^ {2}(line \d+|→)/.exec(line)?.[1]),
    ['line 2', 'line 4', 'line 5', 'line 6', 'line 7', '→'],
  );
  t.is(bad.err[1], '  line 2: not JSON');

  // Each name alone is valid, but not both together: only the API checks that.
  writeFileSync(file, `${good}\n${JSON.stringify({ ...ITEMS[4], folder_name: long, file_name: long })}\n`);
  const tooLong = await person.run(['import', file]);
  t.is(tooLong.status, 1);
  t.true(
    tooLong.err.some((line) => line.startsWith('  line 2: the names make a key of')),
    tooLong.err.join('\n'),
  );
  t.deepEqual(await exported(person), []);

  const missing = await person.run(['import', `${file}.gone`]);
  t.deepEqual([missing.status, missing.err], [1, [`Error: No such file: ${file}.gone`]]);
});

test.serial(
  'an import takes a byte order mark, Windows line endings, blank lines, any order and items without a batch',
  async (t) => {
    const person = await createEveningPerson(t);
    const file = path.join(person.folder, 'given.jsonl');
    const items = ITEMS.toReversed();
    writeFileSync(file, `\uFEFF${items.map((item) => JSON.stringify(item)).join('\r\n\r\n')}`);
    const { status, json } = await person.run(['import', file, '--json']);
    t.is(status, 0);
    t.like(json, { items: 9, items_added: 9 });
    const { batch_id } = json as { batch_id: string };
    t.like((await person.run(['undo', '--dry-run', '--json'])).json, { batch_id, items_removed: 5 });
    writeFileSync(file, '');
    t.deepEqual((await person.run(['import', file])).err, ['Imported 0 items; 0 items were already there.']);
  },
);
