import { mkdtempSync, readFileSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { createJournal } from '../lib/folder/journal.ts';
import { createFileMeasurer, type FileFacts, type KeptFacts } from '../lib/folder/file-facts.ts';
import { CONTAINER_NAMES, ffmpeg, makeMedia, probedSeconds, type WantedMedia } from './media-files.ts';

/** Starts sooner. */
const BUILT_WORKER = new URL('../dist/lib/folder/media-worker.js', import.meta.url);
const UNKNOWN: FileFacts = { seconds: null, audioLanguages: [], truncated: false, unreadable: false };
const NOTHING_KEPT: KeptFacts = { fileFacts: () => undefined, keepFileFacts: () => undefined };

const TAGS: [tag: string, languages: string[]][] = [
  ['jpn', ['ja']],
  ['spa', ['es']],
  ['eng', ['en']],
  ['', []],
];
/** Containers for which ffmpeg writes no language. */
const MUTE = new Set(['avi', 'mpg', 'flv', 'mp3', 'flac', 'aac', 'wav']);
/** ffprobe guesses these from the bit rate, or aborts if it can't load character sets. */
const UNPROBED = new Set(['aac', 'ts', 'm2ts']);

const folder = mkdtempSync(path.join(tmpdir(), 'immersion-media-'));
const inFolder = (name: string): string => path.join(folder, name);
const library = CONTAINER_NAMES.flatMap((container, at) =>
  TAGS.map(([tag, languages], index) => ({
    name: `${container} ${tag || 'und'}.${container}`,
    seconds: 5 + at + index * 3,
    languages: [tag],
    // QuickTime files store English like no language.
    expected: MUTE.has(container) || (container === 'mov' && tag === 'eng') ? [] : languages,
  })),
);
const episodes = ['mkv', 'mp4'].flatMap((container) =>
  Array.from({ length: 14 }, (_, index) => ({
    name: `Episode ${index + 1}.${container}`,
    seconds: 20 + index,
    languages: ['spa', 'jpn'],
    defaultTrack: index % 2,
    expected: index % 2 === 0 ? ['es', 'ja'] : ['ja', 'es'],
  })),
);
const hundred = [...library, ...episodes];

test.before(async () => {
  const moving: WantedMedia = { name: 'source.mp4', seconds: 40, languages: ['jpn'] };
  await Promise.all([makeMedia(folder, library), makeMedia(folder, [...episodes, moving])]);
});
test.after.always(async () => {
  await measurer.close();
  rmSync(folder, { recursive: true, force: true });
});

// Shared, since a worker takes time to start.
const measurer = createFileMeasurer({ kept: NOTHING_KEPT });
const measure = (name: string): Promise<FileFacts> => measurer.measure(inFolder(name));

const near = (t: ExecutionContext, seconds: number | null, expected: number, what: string): void =>
  void t.true(Math.abs((seconds ?? 0) - expected) <= 1, `${what}: ${seconds}, not ${expected}`);

test('a hundred files are as long as ffprobe says, to a second, and each is in its language', async (t) => {
  t.is(hundred.length, 100);
  const probed = hundred.map(({ name }) => name).filter((name) => !UNPROBED.has(path.extname(name).slice(1)));
  const said = await probedSeconds(probed.map(inFolder));
  t.is(said.length, probed.length);
  const secondsOf = new Map(probed.map((name, index) => [name, said[index]]));
  for (const { name, seconds, expected } of hundred) {
    const facts = await measure(name);
    near(t, facts.seconds, secondsOf.get(name) ?? seconds, name);
    t.deepEqual({ ...facts, seconds: 0 }, { ...UNKNOWN, seconds: 0, audioLanguages: expected }, name);
  }
});

test('the built worker finds the same facts as the sources', async (t) => {
  const built = createFileMeasurer({ kept: NOTHING_KEPT, workerUrl: BUILT_WORKER });
  t.teardown(() => built.close());
  for (const { name } of library.filter(({ languages }) => languages[0] === 'jpn')) {
    t.deepEqual(await built.measure(inFolder(name)), await measure(name), name);
  }
});

for (const container of ['mkv', 'webm', 'mp4', 'm4v', 'mov', 'm4a', 'avi', 'wmv', 'wav']) {
  test(`a ${container} file that has not arrived as a whole is known by its size`, async (t) => {
    const file = inFolder(`half.${container}`);
    const whole = readFileSync(inFolder(`${container} jpn.${container}`));
    writeFileSync(file, whole.subarray(0, whole.length * 0.6));
    t.true((await measurer.measure(file)).truncated);
    writeFileSync(file, whole.subarray(0, -1));
    t.true((await measurer.measure(file)).truncated, 'one byte short');
  });
}

test('an mp4 file whose table is still to come has not arrived as a whole', async (t) => {
  const file = inFolder('no table.mp4');
  const whole = readFileSync(inFolder('mp4 jpn.mp4'));
  writeFileSync(file, whole.subarray(0, whole.indexOf('moov') - 4));
  t.deepEqual(await measurer.measure(file), { ...UNKNOWN, truncated: true });
});

/** Pseudo-random bytes, the same in each run. */
const noise = (length: number): Buffer => {
  let state = 1;
  return Buffer.from(Array.from({ length }, () => (state = (state * 48_271) % 2_147_483_647) & 0xff));
};

for (const [name, content] of [
  ['text', 'not a video '.repeat(500)],
  ['noise', noise(200_000)],
  ['noise behind the head of a Matroska file', Buffer.concat([Buffer.from('1a45dfa3', 'hex'), noise(50_000)])],
  ['noise behind the head of an AVI file', Buffer.concat([Buffer.from('RIFF\0\0\0\0AVI LIST'), noise(50_000)])],
  [
    'noise behind the head of an MP4 file',
    Buffer.concat([Buffer.from('\0\0\0\u0010ftypisom\0\0\u0002\0'), noise(2000)]),
  ],
] as [string, string | Buffer][]) {
  test(`${name} is not media`, async (t) => {
    const file = inFolder(`${name}.mkv`);
    writeFileSync(file, content);
    const facts = await measurer.measure(file);
    t.is(facts.seconds, null);
    t.true(facts.unreadable || facts.truncated);
  });
}

for (const [name, content] of [
  ['an empty file', ''],
  ['a word', 'watched'],
  ['zeros', Buffer.alloc(100_000)],
] as [string, string | Buffer][]) {
  test(`${name} may stand for something that was watched elsewhere: its length is unknown`, async (t) => {
    const file = inFolder(`${name} in place.mkv`);
    writeFileSync(file, content);
    t.deepEqual(await measurer.measure(file), UNKNOWN);
  });
}

test('a stream with nothing behind it is as long as the stream', async (t) => {
  const file = inFolder('padded.ts');
  await copyFile(inFolder('ts jpn.ts'), file);
  truncateSync(file, 5_000_000);
  near(t, (await measurer.measure(file)).seconds, (await measure('ts jpn.ts')).seconds ?? 0, 'padded');
});

test('a file that is gone, and a folder, have no facts', async (t) => {
  t.deepEqual(await measurer.measure(inFolder('gone.mkv')), UNKNOWN);
  t.deepEqual(await measurer.measure(folder), UNKNOWN);
});

test('edit lists count: what is cut off at either end is not watched, what waits is', async (t) => {
  const source = inFolder('source.mp4');
  const [start, late, end] = ['start.mp4', 'late.mp4', 'end.mp4'].map(inFolder) as [string, string, string];
  await ffmpeg('-ss', '17.3', '-i', source, '-c', 'copy', start);
  await ffmpeg('-itsoffset', '5', '-i', source, '-i', source, '-map', '0:v', '-map', '1:a', '-c', 'copy', late);
  const bytes = readFileSync(source);
  for (let at = bytes.indexOf('elst'); at > 0; at = bytes.indexOf('elst', at + 4)) {
    bytes.writeUInt32BE(bytes.readUInt32BE(at + 12) / 2, at + 12);
  }
  writeFileSync(end, bytes);
  const probed = await probedSeconds([start, late, end]);
  for (const [index, file] of [start, late, end].entries()) {
    near(t, (await measurer.measure(file)).seconds, probed[index] ?? 0, file);
  }
  near(t, (await measurer.measure(end)).seconds, 20, 'half of it');
});

for (const [name, flags] of [
  ['fragments alone', 'frag_keyframe+empty_moov'],
  ['the first fragment in the head', 'frag_keyframe'],
] as const) {
  test(`all fragments of an mp4 file count: ${name}`, async (t) => {
    const file = inFolder(`${flags}.mp4`);
    await ffmpeg('-i', inFolder('source.mp4'), '-c:v', 'libx264', '-g', '10', '-movflags', flags, file);
    near(t, (await measurer.measure(file)).seconds, 40, name);
  });
}

test('a recording that nobody finished is read to its end', async (t) => {
  const file = inFolder('live.mkv');
  await ffmpeg('-i', inFolder('source.mp4'), '-c', 'copy', '-f', 'matroska', '-live', '1', file);
  near(t, (await measurer.measure(file)).seconds, 40, 'live');
});

test('an mp3 file of changing bit rate without a count of frames is counted', async (t) => {
  const [low, high, file] = ['low.mp3', 'high.mp3', 'both.mp3'].map(inFolder) as [string, string, string];
  const make = (rate: string, target: string) =>
    ffmpeg('-i', inFolder('mp3 und.mp3'), '-ar', '44100', '-b:a', rate, '-write_xing', '0', target);
  await Promise.all([make('32k', low), make('320k', high)]);
  writeFileSync(file, Buffer.concat([readFileSync(low), readFileSync(high)]));
  const [seconds = 0] = await probedSeconds([low]);
  near(t, (await measurer.measure(file)).seconds, 2 * seconds, 'both');
});

test('music keeps its language in its tags', async (t) => {
  for (const container of ['mp3', 'flac', 'wav']) {
    const file = inFolder(`tagged.${container}`);
    await ffmpeg('-i', inFolder('wav und.wav'), '-metadata', 'language=jpn', file);
    t.deepEqual((await measurer.measure(file)).audioLanguages, ['ja'], container);
  }
});

test('English that a Matroska file does not write but only means is no English', async (t) => {
  const file = inFolder('implied.mkv');
  const bytes = readFileSync(inFolder('mkv eng.mkv'));
  const written = Buffer.from('22b59c83656e67', 'hex');
  // An empty element of the same length.
  for (let at = bytes.indexOf(written); at > 0; at = bytes.indexOf(written)) bytes.set([0xec, 0x85], at);
  writeFileSync(file, bytes);
  const facts = await measurer.measure(file);
  t.deepEqual(facts.audioLanguages, []);
  const [seconds = 0] = await probedSeconds([file]);
  near(t, facts.seconds, seconds, 'implied');
});

test('a file that no reader comes out of is given up, and the next is measured', async (t) => {
  const worker = inFolder('worker.mjs');
  writeFileSync(
    worker,
    `import { parentPort } from 'node:worker_threads';
    parentPort.on('message', (path) => {
      if (path.endsWith('jpn.mkv')) for (;;);
      if (path.endsWith('spa.mkv')) throw new Error('broken');
      parentPort.postMessage({ seconds: 1, audioLanguages: [], truncated: false, unreadable: false });
    });
    parentPort.postMessage('ready');`,
  );
  const kept: string[] = [];
  const impatient = createFileMeasurer({
    kept: { ...NOTHING_KEPT, keepFileFacts: (facts) => void kept.push(...facts.map((fact) => fact.path)) },
    deadlineMilliseconds: 1000,
    workerUrl: pathToFileURL(worker),
  });
  t.teardown(() => impatient.close());
  const files = ['mkv jpn.mkv', 'mkv spa.mkv', 'mkv eng.mkv'].map(inFolder);
  const facts = await Promise.all(files.map((file) => impatient.measure(file)));
  t.deepEqual(facts, [UNKNOWN, UNKNOWN, { ...UNKNOWN, seconds: 1 }]);
  await impatient.close();
  t.deepEqual(kept, [files[2]]);
});

test('damaged tables in an mp4 file cost neither time nor its length', async (t) => {
  const bytes = readFileSync(inFolder('mp4 jpn.mp4'));
  // Samples per chunk: would loop for minutes if believed.
  bytes.writeUInt32BE(0xff_ff_ff_ff, bytes.lastIndexOf('stsc') + 16);
  writeFileSync(inFolder('endless.mp4'), bytes);
  t.deepEqual(await measure('endless.mp4'), await measure('mp4 jpn.mp4'));
});

test('facts are kept until the file changes', async (t) => {
  const state = mkdtempSync(path.join(folder, 'state-'));
  const file = inFolder('kept.mkv');
  await copyFile(inFolder('mkv jpn.mkv'), file);
  const measure = async (workerUrl = BUILT_WORKER) => {
    const journal = createJournal({ stateDirectory: state });
    const remembering = createFileMeasurer({ kept: journal, workerUrl });
    const facts = await remembering.measure(file);
    await remembering.close();
    journal.close();
    return facts;
  };
  const nobody = new URL('file:///nowhere/worker.js');
  const first = await measure();
  t.deepEqual(first.audioLanguages, ['ja']);
  t.deepEqual(await measure(nobody), first);
  utimesSync(file, 1, 1);
  t.deepEqual(await measure(nobody), UNKNOWN, 'another time');
  t.deepEqual(await measure(), first);
  truncateSync(file, 1000);
  utimesSync(file, 1, 1);
  t.true((await measure()).truncated, 'another size');
});

test('files are measured though nothing can be kept', async (t) => {
  const broken = () => {
    throw new Error('no space');
  };
  const forgetful = createFileMeasurer({ kept: { fileFacts: broken, keepFileFacts: broken }, workerUrl: BUILT_WORKER });
  t.deepEqual((await forgetful.measure(inFolder('mkv jpn.mkv'))).audioLanguages, ['ja']);
  await t.notThrowsAsync(forgetful.close());
});
