import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  lstatSync,
  writeFileSync,
} from 'node:fs';
import { appendFile, copyFile, readFile, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import test, { type ExecutionContext } from 'ava';
import { build } from 'esbuild';
import * as fc from 'fast-check';
import { changeLines, countLines, readLinks, removeLines } from '../lib/folder/links-file.ts';
import { linkKey, parseLink } from '../lib/recording/link-rules.ts';
import { anyText } from './any-text.ts';

const VIDEO = 'https://youtu.be/dQw4w9WgXcQ';
const PODCAST = 'https://open.spotify.com/episode/512ojhOuo1ktJprKbVcKyQ';
const OTHER = 'https://youtu.be/aaaaaaaaaaa';
const CONFIRMED = new Set([VIDEO, PODCAST].map((line) => keyOf(line)));

function keyOf(line: string): string {
  const link = parseLink(line);
  return link ? linkKey(link) : 'none';
}

function folderOf(t: ExecutionContext): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'immersion-links-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A temporary `watched.txt`. */
function write(t: ExecutionContext, content: string | Uint8Array): string {
  const file = path.join(folderOf(t), 'watched.txt');
  writeFileSync(file, content);
  return file;
}

const keysIn = async (file: string) => (await readLinks(file)).lines.map(({ number, link }) => [number, linkKey(link)]);

for (const [name, ending] of [
  ['Unix', '\n'],
  ['Windows', '\r\n'],
  ['old Mac', '\r'],
] as const) {
  for (const mark of ['', '\uFEFF']) {
    const title = `${name} line endings ${mark ? 'behind a byte order mark' : 'alone'}`;
    test(`${title}: each line is read, and the others stay byte for byte`, async (t) => {
      const file = write(t, mark + [VIDEO, '', '# later', PODCAST, 'ムムム', OTHER, ''].join(ending));
      const { lines, leftOut } = await readLinks(file);
      t.deepEqual(
        lines.map(({ number, link }) => [number, linkKey(link)]),
        [
          [1, 'youtube:dQw4w9WgXcQ'],
          [4, 'spotify:512ojhOuo1ktJprKbVcKyQ'],
          [6, 'youtube:aaaaaaaaaaa'],
        ],
      );
      t.deepEqual(leftOut, [{ path: `${file} line 5`, reason: '“ムムム”: not a YouTube or Spotify link' }]);
      t.is(await countLines(file, CONFIRMED), 2);
      t.is(await removeLines(file, CONFIRMED), 2);
      t.is(readFileSync(file, 'utf8'), mark + ['', '# later', 'ムムム', OTHER, ''].join(ending), 'its mark stays, too');
      t.is(await removeLines(file, CONFIRMED), 0);
    });
  }
}

test('a byte order mark before a comment stays', async (t) => {
  const file = write(t, `\uFEFF# mine\r\n${VIDEO}\r\n`);
  t.deepEqual((await readLinks(file)).leftOut, []);
  await removeLines(file, CONFIRMED);
  t.is(readFileSync(file, 'utf8'), '\uFEFF# mine\r\n');
});

test('the last line needs no line ending, and mixed endings stay as they were', async (t) => {
  const file = write(t, `a\r\n${VIDEO}\n\n\rb\n\r${OTHER}\r\r\n${PODCAST}`);
  t.deepEqual(await keysIn(file), [
    [2, 'youtube:dQw4w9WgXcQ'],
    [7, 'youtube:aaaaaaaaaaa'],
    [9, 'spotify:512ojhOuo1ktJprKbVcKyQ'],
  ]);
  t.is(await removeLines(file, CONFIRMED), 2);
  t.is(readFileSync(file, 'utf8'), `a\r\n\n\rb\n\r${OTHER}\r\r\n`);
});

test('all lines of a confirmed link go, in whatever form they name it', async (t) => {
  const file = write(t, `${VIDEO}\nhttps://www.youtube.com/watch?v=dQw4w9WgXcQ&t=9\n${OTHER}\n${VIDEO}\n`);
  t.is(await countLines(file, CONFIRMED), 3);
  t.is(await removeLines(file, CONFIRMED), 3);
  t.is(readFileSync(file, 'utf8'), `${OTHER}\n`);
});

test('a comment that holds a confirmed link stays, and so does a line with more than one link', async (t) => {
  const content = `# ${VIDEO}\n#${VIDEO}\n${VIDEO} ${OTHER}\n`;
  const file = write(t, content);
  t.is(await removeLines(file, CONFIRMED), 0);
  t.is(readFileSync(file, 'utf8'), content);
});

test('an unreadable line is shown whole, cut where it is long, and harmless', async (t) => {
  const lines: [Uint8Array, string][] = [
    [Buffer.from('星降る喫茶店'), '星降る喫茶店'],
    [Buffer.from('voilà'), 'voilà'],
    [Buffer.from('\u001B[31mred\u0007'), ' [31mred'],
    [Buffer.from('ム'.repeat(100)), `${'ム'.repeat(29)}…`],
  ];
  for (const [bytes, shown] of lines) {
    const { leftOut } = await readLinks(write(t, bytes));
    t.regex(leftOut[0]?.reason ?? '', /^“.*”: not a YouTube or Spotify link$/u);
    t.is(/“(.*)”/u.exec(leftOut[0]?.reason ?? '')?.[1]?.trimEnd(), shown);
  }
});

test('a missing file is an empty one; one that cannot be read is named', async (t) => {
  const folder = folderOf(t);
  const missing = path.join(folder, 'watched.txt');
  t.deepEqual(await readLinks(missing), { lines: [], playlists: [], leftOut: [], ignored: [] });
  t.is(await removeLines(missing, CONFIRMED), 0);
  t.deepEqual(await readLinks(folder), {
    lines: [],
    playlists: [],
    leftOut: [{ path: folder, reason: 'can’t be read (EISDIR)' }],
    ignored: [],
  });
});

test('the new file takes the place of the old one with its mode, and leaves no draft', async (t) => {
  for (const mode of [0o600, 0o640, 0o666, 0o444]) {
    const file = write(t, `${VIDEO}\n${OTHER}\n`);
    chmodSync(file, mode);
    const before = lstatSync(file).ino;
    await removeLines(file, CONFIRMED);
    const after = lstatSync(file);
    t.is(after.mode & 0o777, mode);
    t.not(after.ino, before, 'it is written beside, not into the old one');
    t.deepEqual(readdirSync(path.dirname(file)), ['watched.txt']);
  }
});

test('a symbolic link stays one, and the file behind it is rewritten', async (t) => {
  const folder = folderOf(t);
  mkdirSync(path.join(folder, 'cloud'));
  const target = path.join(folder, 'cloud', 'list.txt');
  const file = path.join(folder, 'watched.txt');
  writeFileSync(target, `${VIDEO}\n${OTHER}\n`);
  symlinkSync('cloud/list.txt', file);
  t.is(await removeLines(file, CONFIRMED), 1);
  t.true(lstatSync(file).isSymbolicLink());
  t.is(readFileSync(target, 'utf8'), `${OTHER}\n`);
  t.deepEqual(readdirSync(path.join(folder, 'cloud')), ['list.txt']);
});

test('lines that others add while it is cleaned up stay', async (t) => {
  const many = Array.from({ length: 20_000 }, (_, index) => `https://youtu.be/${String(index).padStart(11, '0')}`);
  const file = write(t, `${VIDEO}\n${many.join('\n')}\n`);
  let removed = 0;
  const cleaning = removeLines(file, CONFIRMED).then((count) => void (removed = count));
  const added: string[] = [];
  for (let index = 0; index < 4; index++) {
    const line = `https://youtu.be/new${String(index).padStart(8, '0')}`;
    await appendFile(file, `${line}\n`);
    added.push(line);
  }
  await cleaning;
  t.is(removed, 1);
  t.deepEqual((await readFile(file, 'utf8')).trimEnd().split('\n'), [...many, ...added]);
});

test('a file that is replaced while it is cleaned up is read again', async (t) => {
  const file = write(t, `${VIDEO}\n${`${OTHER}\n`.repeat(50_000)}`);
  const cleaning = removeLines(file, CONFIRMED);
  await writeFile(`${file}.new`, `${PODCAST}\nmine\n`);
  await rename(`${file}.new`, file);
  await cleaning;
  t.is(readFileSync(file, 'utf8'), 'mine\n');
});

/** Runs the module as a user bound by file modes, unlike root. Returns its output. */
async function asNobody(t: ExecutionContext, folder: string, script: string): Promise<unknown> {
  const tools = folderOf(t);
  const [node, bundle] = [path.join(tools, 'node'), path.join(tools, 'links-file.mjs')];
  await copyFile(process.execPath, node);
  const entry = new URL('../lib/folder/links-file.ts', import.meta.url).pathname;
  await build({ entryPoints: [entry], outfile: bundle, bundle: true, format: 'esm', platform: 'node' });
  chmodSync(tools, 0o755);
  chmodSync(folder, 0o555);
  const code = `import * as links from ${JSON.stringify(bundle)};
    const confirmed = new Set(${JSON.stringify([...CONFIRMED])});
    console.log(JSON.stringify(await (${script})(links, confirmed)));`;
  const isRoot = process.getuid?.() === 0;
  const child = spawn(node, ['--input-type=module', '--eval', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
    ...(isRoot ? { uid: 65_534, gid: 65_534 } : {}),
  });
  const [said] = await Promise.all([text(child.stdout), once(child, 'close')]);
  chmodSync(folder, 0o755);
  return JSON.parse(said);
}

test('a file or folder that may not be read or written stays as it is, and the reason is told', async (t) => {
  const file = write(t, `${VIDEO}\n${OTHER}\n`);
  chmodSync(file, 0o000);
  const unreadable = await asNobody(t, path.dirname(file), `(links) => links.readLinks(${JSON.stringify(file)})`);
  t.deepEqual(unreadable, {
    lines: [],
    playlists: [],
    leftOut: [{ path: file, reason: 'can’t be read (EACCES)' }],
    ignored: [],
  });

  chmodSync(file, 0o644);
  const remove = `(links, confirmed) => links.removeLines(${JSON.stringify(file)}, confirmed).catch((error) => error.code)`;
  t.is(await asNobody(t, path.dirname(file), remove), 'EACCES');
  t.is(readFileSync(file, 'utf8'), `${VIDEO}\n${OTHER}\n`);
  t.deepEqual(readdirSync(path.dirname(file)), ['watched.txt']);
});

test('a megabyte of random bytes neither breaks it nor loses a byte or a line', async (t) => {
  const file = write(t, '');
  await fc.assert(
    fc.asyncProperty(fc.integer(), fc.boolean(), async (seed, fewLines) => {
      let state = seed >>> 0 || 1;
      const next = () => {
        state ^= state << 13;
        state ^= state >>> 17;
        state ^= state << 5;
        return state >>> 0;
      };
      const noise = Buffer.alloc(1024 * 1024);
      for (let index = 0; index < noise.length; index++) {
        const byte = next() & 0xff;
        noise[index] = fewLines && (byte === 0x0a || byte === 0x0d) ? 0x20 : byte;
      }
      const content = Buffer.concat([noise, Buffer.from(`\n${VIDEO}\n`), noise.subarray(0, 1000)]);
      writeFileSync(file, content);
      const { lines, leftOut } = await readLinks(file);
      t.deepEqual([lines.length, leftOut.length], [1, 1], 'the link is found, and the rest said in one line');
      t.is(await removeLines(file, CONFIRMED), 1);
      const expected = Buffer.concat([noise, Buffer.from('\n'), noise.subarray(0, 1000)]);
      t.true(readFileSync(file).equals(expected));
    }),
    { numRuns: 4 },
  );
});

test('whatever lines there are, exactly the confirmed ones go', async (t) => {
  const file = write(t, '');
  const ending = fc.constantFrom('\n', '\r\n', '\r');
  const line = fc.oneof(
    fc.constantFrom(VIDEO, PODCAST, OTHER, `# ${VIDEO}`, '', ` ${VIDEO} `, `${VIDEO} ${OTHER}`, `\uFEFF${VIDEO}`),
    anyText({ maxLength: 20 }).map((text) => text.replaceAll(/[\r\n]/g, ' ')),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(line, ending)), async (lines) => {
      // An empty line between \r and
      // wouldn't be one.
      const kept = lines.filter(([text]) => text !== '');
      writeFileSync(file, kept.map(([text, end]) => text + end).join(''));
      const isGone = (text: string) => [VIDEO, PODCAST].includes(text.trim());
      t.is(await removeLines(file, CONFIRMED), kept.filter(([text]) => isGone(text)).length);
      const rest = kept.filter(([text]) => !isGone(text));
      // A mark at the beginning belongs to the file, not the line.
      const mark = isGone(kept[0]?.[0] ?? '') && kept[0]?.[0].startsWith('\uFEFF') ? '\uFEFF' : '';
      t.is(
        readFileSync(file).toString('utf8'),
        Buffer.from(mark + rest.map(([text, end]) => text + end).join('')).toString('utf8'),
      );
    }),
    { numRuns: 200 },
  );
});

const utf16 = (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le');

for (const [name, encode] of [
  ['UTF-16 of Windows', utf16],
  ['UTF-16, big end first', (text: string) => utf16(text).swap16()],
] as const) {
  test(`${name} is read, and stays it when lines go and others are commented out`, async (t) => {
    const file = write(t, encode(`${VIDEO}\r\n日本語\r\n${OTHER}\r\n`));
    t.deepEqual(await keysIn(file), [
      [1, 'youtube:dQw4w9WgXcQ'],
      [3, 'youtube:aaaaaaaaaaa'],
    ]);
    t.is(await removeLines(file, CONFIRMED), 1);
    t.deepEqual(readFileSync(file), encode(`日本語\r\n${OTHER}\r\n`));
    await changeLines(file, (text) => (text === OTHER ? { prefix: '# not found: ', after: [VIDEO] } : undefined));
    t.deepEqual(readFileSync(file), encode(`日本語\r\n# not found: ${OTHER}\r\n${VIDEO}\r\n`));
  });
}

test('a Shift-JIS list has its links read, says so once, and keeps its bytes', async (t) => {
  const japanese = Buffer.from([0x93, 0xfa, 0x96, 0x7b, 0x0a]);
  const file = write(t, Buffer.concat([japanese, Buffer.from(`${VIDEO}\n`), japanese, Buffer.from(OTHER)]));
  const { lines, leftOut } = await readLinks(file);
  t.is(lines.length, 2);
  t.deepEqual(leftOut, [{ path: file, reason: '2 lines can’t be read, since it isn’t UTF-8 text: save it as UTF-8' }]);
  await changeLines(file, (text) => (text === OTHER ? { prefix: '# playlist: ', after: [VIDEO] } : undefined));
  t.is(await removeLines(file, new Set(['youtube:zzzzzzzzzzz'])), 0);
  const end = Buffer.from(`${VIDEO}\n`);
  t.deepEqual(readFileSync(file), Buffer.concat([japanese, end, japanese, Buffer.from(`# playlist: ${OTHER}\n`), end]));
});

test('a list that is not UTF-8 says so once also where each of its links can be read', async (t) => {
  const comment = Buffer.from([0x23, 0x93, 0xfa, 0x96, 0x7b, 0x0a]);
  const file = write(t, Buffer.concat([comment, Buffer.from(`${VIDEO}\n`)]));
  const { lines, leftOut, ignored } = await readLinks(file);
  t.deepEqual([lines.length, leftOut], [1, []]);
  t.deepEqual(ignored, [{ path: file, reason: 'some of it isn’t UTF-8 text: save it as UTF-8' }]);
});

const SAID: [line: string, reason: string][] = [
  ['https://www.youtube.com/@someone', 'a YouTube channel, not a video'],
  ['https://youtube.com/clip/Ugkx1', 'a YouTube clip: open it and copy the link of the whole video'],
  [
    'https://open.spotify.com/show/512ojhOuo1ktJprKbVcKyQ',
    'a Spotify show: copy the links of the episodes that you listened to',
  ],
  ['https://spotify.link/abc', 'a short Spotify link: open it and copy the long link from the address bar'],
  [`${VIDEO} ${OTHER}`, 'more than one link: put each on its own line'],
];
for (const [line, reason] of SAID) {
  test(`${line} is said to be ${reason}`, async (t) => {
    const file = write(t, line);
    t.deepEqual((await readLinks(file)).leftOut, [
      { path: `${file} line 1`, reason: `“${line.slice(0, 60)}”: ${reason}` },
    ]);
  });
}

test('a playlist is told from its videos', async (t) => {
  const file = write(
    t,
    'https://www.youtube.com/playlist?list=PLabcdefghijkl\nhttps://youtu.be/dQw4w9WgXcQ?list=PLabcdefghijkl\n',
  );
  const { lines, playlists, leftOut } = await readLinks(file);
  t.deepEqual(
    [lines.map(({ number }) => number), playlists, leftOut],
    [[2], [{ number: 1, playlistId: 'PLabcdefghijkl' }], []],
  );
});

test('of very many bad lines a few are named and the others counted', async (t) => {
  const { leftOut } = await readLinks(write(t, 'nothing\n'.repeat(130_000)));
  t.is(leftOut.length, 21);
  t.regex(leftOut.at(-1)?.reason ?? '', /^129980 more lines without a link$/);
});

test('a list that is a pipe or a device, or far too large, is said at once', async (t) => {
  const pipe = path.join(folderOf(t), 'watched.txt');
  await once(spawn('/bin/sh', ['-c', 'mkfifo "$0"', pipe]), 'close');
  t.deepEqual((await readLinks(pipe)).leftOut, [{ path: pipe, reason: 'not a regular file' }]);
  t.deepEqual((await readLinks('/dev/zero')).leftOut, [{ path: '/dev/zero', reason: 'not a regular file' }]);
  const large = write(t, '');
  truncateSync(large, 100 * 1024 * 1024);
  t.deepEqual((await readLinks(large)).leftOut, [{ path: large, reason: 'larger than 32 MB' }]);
});
