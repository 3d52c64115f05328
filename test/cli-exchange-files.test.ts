import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { text } from 'node:stream/consumers';
import test, { type ExecutionContext } from 'ava';
import { createEveningPerson, type EveningPerson } from './evening-person.ts';

const COMMAND = new URL('../bin/run.js', import.meta.url).pathname;
const SHOW = { type: 'show', folder_name: '星降る喫茶店', version: 1 };
const EPISODE = { type: 'episode', folder_name: '星降る喫茶店', file_name: '=1+1', timestamp: 1_772_359_200 };
const VIDEO = {
  type: 'youtube_video',
  youtube_video_id: 'v1',
  youtube_video_title: '-2+3+cmd|calc',
  youtube_channel_id: 'c1',
  youtube_video_duration: 60,
  timestamp: 1_772_359_200,
};
const LINES = [SHOW, EPISODE, VIDEO].map((item) => JSON.stringify(item));

async function withRecords(t: ExecutionContext): Promise<EveningPerson & { file: string }> {
  const person = await createEveningPerson(t);
  const file = path.join(person.folder, 'given.jsonl');
  writeFileSync(file, LINES.join('\n'));
  t.is((await person.run(['import', file])).status, 0);
  return Object.assign(person, { file });
}

const linesOf = (file: string) => readFileSync(file, 'utf8').trimEnd().split('\n');

test.serial('export --output writes through a link and leaves the link', async (t) => {
  const person = await withRecords(t);
  const place = (name: string) => path.join(person.folder, name);
  mkdirSync(place('backups'));
  writeFileSync(place('backups/real.jsonl'), 'old');
  symlinkSync('backups/real.jsonl', place('link.jsonl'));
  symlinkSync('backups/none-yet.jsonl', place('dangling.jsonl'));
  for (const [link, target] of [
    ['link.jsonl', 'backups/real.jsonl'],
    ['dangling.jsonl', 'backups/none-yet.jsonl'],
  ] as const) {
    t.is((await person.run(['export', '--output', place(link)])).status, 0);
    t.true(lstatSync(place(link)).isSymbolicLink());
    t.deepEqual(linesOf(place(target)), LINES);
  }
  t.deepEqual(readdirSync(place('backups')).toSorted(), ['none-yet.jsonl', 'real.jsonl']);
});

test.serial('export --output writes into a pipe and a device, and - is standard output', async (t) => {
  const person = await withRecords(t);
  const pipe = path.join(person.folder, 'pipe');
  t.is(spawnSync('sh', ['-c', 'mkfifo "$0"', pipe]).status, 0);
  const reader = spawn('cat', [pipe]);
  const [read, ran] = await Promise.all([text(reader.stdout), person.run(['export', '--output', pipe])]);
  t.is(ran.status, 0);
  t.deepEqual(read.trimEnd().split('\n'), LINES);
  t.true(lstatSync(pipe).isFIFO());

  t.is((await person.run(['export', '--output', '/dev/null'])).status, 0);
  t.true(lstatSync('/dev/null').isCharacterDevice());

  const { status, out } = await person.run(['export', '--output', '-']);
  t.deepEqual([status, out], [0, LINES]);
  t.false(existsSync('-'));
});

for (const command of ['export', 'history', 'progress']) {
  test.serial(`${command} into a full disk says so and exits with 1, without a stack`, async (t) => {
    const person = await withRecords(t);
    const child = spawn('sh', ['-c', '"$0" "$@" > /dev/full', process.execPath, COMMAND, command], {
      env: person.environment,
    });
    const [[status], err] = await Promise.all([once(child, 'close'), text(child.stderr)]);
    t.is(err, 'Error: Standard output cannot be written (ENOSPC).\n');
    t.is(status, 1);
  });
}

test.serial('cells that a spreadsheet would compute are texts in the CSV', async (t) => {
  const person = await withRecords(t);
  t.deepEqual((await person.run(['export', '--csv'])).out.slice(1), [
    "2026-03-01T10:00:00Z,episode,'=1+1,星降る喫茶店,,1200,guess,,watching,focused",
    "2026-03-01T10:00:00Z,video,'-2+3+cmd|calc,,,60,episode,,watching,focused",
  ]);
});

test.serial('an import reads UTF-16 with its byte order mark', async (t) => {
  for (const isBigEndian of [false, true]) {
    const person = await createEveningPerson(t);
    const file = path.join(person.folder, 'utf-16.jsonl');
    // U+0A0A contains the byte of a line feed twice.
    const invalid = { ...SHOW, folder_name: 'ਊ\u0A00' };
    const bytes = Buffer.from(`\uFEFF${[...LINES, JSON.stringify(invalid)].join('\r\n')}\r\n`, 'utf16le');
    writeFileSync(file, isBigEndian ? bytes.swap16() : bytes);
    const ran = await person.run(['import', file]);
    t.deepEqual(ran.err, ['Imported 4 items; 0 items were already there.']);
    t.deepEqual((await person.run(['export'])).out.toSorted(), [...LINES, JSON.stringify(invalid)].toSorted());
  }
});

test.serial('lines that are not UTF-8 are named by their numbers, and nothing is imported', async (t) => {
  const person = await createEveningPerson(t);
  const file = path.join(person.folder, 'shift-jis.jsonl');
  const shiftJis = Buffer.concat([
    Buffer.from('{"type":"show","folder_name":"'),
    Buffer.from([0x90, 0xaf, 0x8d, 0x7e]),
    Buffer.from('"}'),
  ]);
  writeFileSync(file, Buffer.concat([Buffer.from(`${LINES[0]}\n`), shiftJis, Buffer.from(`\n${LINES[1]}\n`)]));
  const { status, err } = await person.run(['import', file]);
  t.is(status, 1);
  t.deepEqual(err.slice(0, 2), [
    `Error: ${file} has invalid lines (1 of 3); nothing was imported.`,
    '  line 2: it is not UTF-8',
  ]);
  t.deepEqual((await person.run(['export'])).out, []);
});

test.serial('import names each line that says otherwise, and takes it with --replace', async (t) => {
  const person = await withRecords(t);
  const changed = [LINES[0], JSON.stringify({ ...EPISODE, timestamp: 5 }), LINES[2]];
  writeFileSync(person.file, changed.join('\n'));
  const differs = 'Line 2 (episode) differs in timestamp:';
  t.deepEqual((await person.run(['import', person.file])).err, [
    `${differs} kept.`,
    'Imported 0 items; 3 items were already there.',
    '  → To use the file’s version: immersion import FILE --replace',
  ]);
  t.deepEqual((await person.run(['export'])).out, LINES);
  t.deepEqual((await person.run(['import', person.file, '--replace', '--dry-run'])).err, [
    `${differs} replaced.`,
    'Would import 0 items, replace 1 item; 2 items are already there.',
  ]);
  t.deepEqual((await person.run(['export'])).out, LINES);
  t.like((await person.run(['import', person.file, '--replace', '--json'])).json, {
    items_added: 0,
    items_existing: 2,
    items_replaced: 1,
    differing: [{ line: 2, type: 'episode', attributes: ['timestamp'], outcome: 'replaced' }],
  });
  t.deepEqual((await person.run(['export'])).out, changed);
});

test.serial('export leaves out what no import would take, names it, and exits with 5', async (t) => {
  const person = await withRecords(t);
  const names = readdirSync(person.folder, { recursive: true, encoding: 'utf8' });
  const file = names.find((name) => name.endsWith('immersion.sqlite')) ?? '';
  const database = new DatabaseSync(path.join(person.folder, file));
  const put = database.prepare('INSERT INTO immersion_tracker (partition, sort, item) VALUES (?, ?, ?)');
  put.run('USER#me', 'MOVIE#a', '{"pk":');
  put.run(
    'USER#me',
    'MOVIE#b',
    JSON.stringify({ pk: 'USER#me', sk: 'MOVIE#b', file_name: 'b', movie_duration: -1, timestamp: 1 }),
  );
  database.close();
  const { status, out, err } = await person.run(['export']);
  t.deepEqual([status, out], [5, LINES]);
  t.deepEqual(err, [
    'Left out MOVIE#a: it cannot be read.',
    'Left out MOVIE#b: movie_duration: Too small: expected number to be >=0.',
  ]);
});

test.serial('an import reads a pipe, but waits for no writer and no end', async (t) => {
  const person = await withRecords(t);
  const pipe = path.join(person.folder, 'import-pipe');
  t.is(spawnSync('sh', ['-c', 'mkfifo "$0"', pipe]).status, 0);
  const writer = spawn('sh', ['-c', `sleep 1; printf '%s\\n' "$@" > "$0"`, pipe, ...LINES]);
  const read = await person.run(['import', pipe, '--dry-run']);
  t.is(read.status, 0, read.err.join('\n'));
  t.is(writer.exitCode ?? ((await once(writer, 'exit')) as [number])[0], 0);

  const alone = await person.run(['import', pipe]);
  t.deepEqual([alone.status, alone.err], [1, [`Error: ${pipe} cannot be read (a pipe that nothing writes to).`]]);

  const endless = spawn('sh', ['-c', 'yes > "$0"', pipe]);
  t.teardown(() => endless.kill('SIGKILL'));
  const ended = await person.run(['import', pipe]);
  t.is(ended.status, 1);
  t.regex(ended.err[0] ?? '', /has invalid lines \(10000 of 10000\); nothing was imported\.$/);
});

test.serial('links on a standard input without an end are refused', async (t) => {
  const person = await withRecords(t);
  const args = ['-c', 'exec "$@" < /dev/zero', 'sh', process.execPath, COMMAND, 'add', '-'];
  const child = spawn('sh', args, { env: person.environment });
  const [[status], err] = await Promise.all([once(child, 'close'), text(child.stderr)]);
  t.deepEqual([status, err], [2, 'Error: Standard input is larger than 16 MB.\n']);
});
