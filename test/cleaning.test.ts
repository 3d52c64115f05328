import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { scanLibrary } from '../lib/folder/library-scan.ts';
import {
  chmodSync,
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { ImmersionError } from '../lib/core/errors.ts';
import type { ApiClient } from '../lib/core/terminal/api-client.ts';
import { clean } from '../lib/folder/cleaning.ts';
import { planCleaning, type CleanContext, type LibraryPart } from '../lib/folder/cleaning-plan.ts';
import { describePlan, keptFolderLines, planDetails } from '../lib/folder/cleaning-text.ts';
import { filesBeside, isJunkBelow, videosOfSubtitle } from '../lib/folder/junk-rules.ts';
import { createJournal, type Journal } from '../lib/folder/journal.ts';
import { fileVersion } from '../lib/folder/library.ts';
import { CLI, createPerson } from './cli-process.ts';

const identity = 'a store';
const LINK = 'https://youtu.be/abcdefghijk\n';
const ALL_PARTS = new Set<LibraryPart>(['shows', 'movies', 'links']);

/** A library with confirmed files, and an API that has all but `lost`. */
interface Rig extends CleanContext {
  folder: string;
  lost: Set<string>;
  /** Called before each response of the API. */
  before: () => void;
  place(...files: string[]): void;
  /** Confirms the library's current files and the links of `watched.txt`. */
  confirm(): Promise<void>;
  files(): string[];
}

async function createRig(t: ExecutionContext, base = tmpdir()): Promise<Rig> {
  const folder = await mkdtemp(path.join(base, 'immersion-cleaning-'));
  const library = path.join(folder, 'library');
  mkdirSync(path.join(library, 'shows'), { recursive: true });
  const journal = createJournal({ stateDirectory: path.join(folder, 'state') });
  t.teardown(async () => {
    journal.close();
    await rm(folder, { recursive: true, force: true });
  });
  const rig: Rig = {
    journal,
    identity,
    library,
    folder,
    parts: ALL_PARTS,
    lost: new Set(),
    before: () => undefined,
    api: {
      async call(_endpoint, { body } = {}) {
        rig.before();
        const {
          episodes = [],
          movies = [],
          video_ids: videos = [],
        } = body as {
          episodes?: { file_name: string }[];
          movies?: { file_name: string }[];
          video_ids?: string[];
        };
        const isHeld = ({ file_name: name }: { file_name: string }) => !rig.lost.has(name);
        return {
          episodes: episodes.filter(isHeld),
          movies: movies.filter(isHeld),
          video_ids: videos.filter((id) => !rig.lost.has(id)),
          episode_ids: [],
        } as never;
      },
    } satisfies ApiClient,
    place(...files) {
      for (const file of files) {
        const place = path.join(library, file);
        mkdirSync(path.dirname(place), { recursive: true });
        writeFileSync(place, file.endsWith('watched.txt') ? `${LINK}no link\n` : 'video');
      }
    },
    async confirm() {
      const { episodes, films } = await scanLibrary(library);
      journal.confirm(identity, [...episodes, ...films]);
      journal.confirmLinks(identity, path.join(library, 'watched.txt'), ['youtube:abcdefghijk']);
    },
    files: () =>
      globSync('**', { cwd: folder, withFileTypes: true })
        .filter((entry) => !entry.isDirectory() && !entry.parentPath.includes('/state'))
        .map((entry) => path.relative(library, path.join(entry.parentPath, entry.name)))
        .sort(),
  };
  return rig;
}

const cleanAll = async (rig: Rig) => clean(await planCleaning(rig), 'delete', rig);
const left = (rig: Rig, { leftOut }: { leftOut: { path: string; reason: string }[] }) =>
  leftOut.map(({ path: place, reason }) => `${path.relative(rig.library, place)}: ${reason}`);

test('whatever the folder was, the journal is for its owner alone', async (t) => {
  const rig = await createRig(t);
  const state = path.join(rig.folder, 'state');
  mkdirSync(state);
  chmodSync(state, 0o777);
  rig.place('shows/Show/watched/1.mkv');
  await rig.confirm();
  const names = readdirSync(state);
  t.true(names.includes('journal.sqlite'));
  for (const name of names) t.is(statSync(path.join(state, name)).mode & 0o777, 0o600, name);
  const file = path.join(state, 'journal.sqlite');
  chmodSync(file, 0o644);
  const again = createJournal({ stateDirectory: state });
  again.hasSent(identity);
  again.close();
  t.is(statSync(file).mode & 0o777, 0o600);
});

test('a journal that can no longer be written while files go loses nothing, and the next cleaning finishes', async (t) => {
  const rig = await createRig(t);
  rig.place('shows/Show/watched/e1.mkv', 'watched.txt');
  await rig.confirm();
  const full = () => {
    throw new ImmersionError('The journal cannot be used (disk full).', { code: 'journal_unwritable' });
  };
  const fullJournal: Journal = { ...rig.journal, markRemoved: full, forgetRemoved: full, forgetLinks: full };
  const context = { ...rig, journal: fullJournal };
  t.like(await clean(await planCleaning(context), 'delete', context), {
    filesRemoved: 1,
    bytesRemoved: 5,
    foldersRemoved: 1,
    linesRemoved: 1,
    leftOut: [],
  });
  t.false(existsSync(path.join(rig.library, 'shows', 'Show')));
  t.is(await readFile(path.join(rig.library, 'watched.txt'), 'utf8'), 'no link\n');

  t.like(await planCleaning(rig), { files: [], finishedFolders: [], lines: 0 });
  t.deepEqual(rig.journal.entries(identity, rig.library), [], 'what is gone is noted by the next cleaning');
});

const RECORDED_AGAIN = 'no longer recorded. The next sync records it again';

test('what the API no longer has stays, is said, and counts as confirmed only once it is recorded again', async (t) => {
  const rig = await createRig(t);
  rig.place('shows/A/watched/1.mkv', 'shows/A/watched/2.mkv', 'movies/watched/Film.mkv', 'watched.txt');
  await rig.confirm();
  for (const name of ['2', 'Film', 'abcdefghijk']) rig.lost.add(name);
  const result = await cleanAll(rig);
  t.deepEqual(left(rig, result), [
    `movies/watched/Film.mkv: ${RECORDED_AGAIN}`,
    `shows/A/watched/2.mkv: ${RECORDED_AGAIN}`,
    `watched.txt: a link is ${RECORDED_AGAIN}`,
  ]);
  t.deepEqual(rig.files(), ['movies/watched/Film.mkv', 'shows/A/watched/2.mkv', 'watched.txt']);
  rig.lost.clear();
  t.like(await cleanAll(rig), { filesRemoved: 0, linesRemoved: 0, leftOut: [] });
  await rig.confirm();
  t.like(await cleanAll(rig), { filesRemoved: 2, linesRemoved: 1, foldersRemoved: 1, leftOut: [] });
});

test('what the API loses after the question was asked stays, too', async (t) => {
  const rig = await createRig(t);
  rig.place('shows/A/watched/1.mkv', 'shows/A/watched/2.mkv', 'watched.txt');
  await rig.confirm();
  const plan = await planCleaning(rig);
  for (const name of ['2', 'abcdefghijk']) rig.lost.add(name);
  const result = await clean(plan, 'delete', rig);
  t.like(result, { filesRemoved: 1, foldersRemoved: 0, linesRemoved: 0 });
  t.deepEqual(left(rig, result), [
    `shows/A/watched/2.mkv: ${RECORDED_AGAIN}`,
    `watched.txt: a link is ${RECORDED_AGAIN}`,
  ]);
  t.deepEqual(rig.files(), ['shows/A/watched/2.mkv', 'watched.txt']);
});

test('nothing goes while the API cannot be reached', async (t) => {
  const rig = await createRig(t);
  rig.place('shows/A/watched/1.mkv', 'watched.txt');
  await rig.confirm();
  const plan = await planCleaning(rig);
  rig.before = () => {
    throw new ImmersionError('Can’t reach the API.', { code: 'api_unreachable' });
  };
  await t.throwsAsync(clean(plan, 'delete', rig), { message: 'Can’t reach the API.' });
  await t.throwsAsync(planCleaning(rig), { message: 'Can’t reach the API.' });
  t.deepEqual(rig.files(), ['shows/A/watched/1.mkv', 'watched.txt']);
});

/** Moves a folder and links to it from its old place. */
function moveAndLink(rig: Rig, folder: string, target: string): void {
  const to = path.join(rig.library, target);
  mkdirSync(path.dirname(to), { recursive: true });
  renameSync(path.join(rig.library, folder), to);
  symlinkSync(to, path.join(rig.library, folder));
}

const LINKINGS: [claim: string, folder: string, target: string][] = [
  ['a show moved out of the library and linked back', 'shows/A', '../elsewhere/A'],
  ['the folder of watched files moved out and linked back', 'shows/A/watched', '../elsewhere/watched'],
  ['all shows moved out and linked back', 'shows', '../elsewhere/shows'],
  ['a show moved and linked inside the library', 'shows/A', 'Archive/A'],
];

for (const [claim, folder, target] of LINKINGS) {
  test(`${claim} loses no file, however late it happens`, async (t) => {
    for (const moment of ['before the plan', 'before the files go', 'while they go'] as const) {
      const rig = await createRig(t);
      rig.place('shows/A/watched/1.mkv', 'shows/A/watched/2.mkv', 'shows/A/poster.jpg');
      await rig.confirm();
      if (moment === 'before the plan') moveAndLink(rig, folder, target);
      const plan = await planCleaning(rig);
      if (moment === 'before the files go') moveAndLink(rig, folder, target);
      if (moment === 'while they go') {
        rig.before = () => {
          rig.before = () => undefined;
          moveAndLink(rig, folder, target);
        };
      }
      const result = await clean(plan, 'delete', rig);
      t.like(result, { filesRemoved: 0, foldersRemoved: 0 }, moment);
      t.is(result.leftOut.length >= 2, true);
      for (const { reason } of result.leftOut) t.regex(reason, /reached by a link/);
      t.is(rig.files().filter((file) => /(?:\d\.mkv|poster\.jpg)$/.test(file)).length, 3);
    }
  });
}

test('a library that is itself reached by a link is cleaned up', async (t) => {
  const rig = await createRig(t);
  rig.place('shows/A/watched/1.mkv');
  const library = path.join(rig.folder, 'link');
  symlinkSync(rig.library, library);
  const { episodes } = await scanLibrary(library);
  rig.journal.confirm(identity, episodes);
  t.like(await cleanAll({ ...rig, library }), { filesRemoved: 1, foldersRemoved: 1, leftOut: [] });
});

test('a folder that is swapped for a link while it is emptied keeps what the link leads to', async (t) => {
  const rig = await createRig(t);
  rig.place('shows/A/watched/1.mkv', 'shows/A/extras/cover.jpg', 'outside/cover.jpg');
  await rig.confirm();
  const plan = await planCleaning(rig);
  renameSync(path.join(rig.library, 'shows/A/extras'), path.join(rig.folder, 'extras'));
  symlinkSync(path.join(rig.library, 'outside'), path.join(rig.library, 'shows/A/extras'));
  t.like(await clean(plan, 'delete', rig), { filesRemoved: 1, foldersRemoved: 0 });
  t.true(existsSync(path.join(rig.library, 'outside/cover.jpg')));
});

test('a part that is not asked for is not cleaned up', async (t) => {
  const files = ['movies/watched/Film.mkv', 'shows/A/watched/1.mkv', 'watched.txt'];
  const rest: Record<LibraryPart, string[]> = {
    movies: ['shows/A/watched/1.mkv', 'watched.txt'],
    shows: ['movies/watched/Film.mkv', 'watched.txt'],
    links: files,
  };
  for (const part of ALL_PARTS) {
    const rig = await createRig(t);
    rig.place(...files);
    await rig.confirm();
    const result = await cleanAll({ ...rig, parts: new Set([part]) });
    t.deepEqual(rig.files(), rest[part]);
    t.is(result.linesRemoved, part === 'links' ? 1 : 0);
  }
});

test('a finished folder says what goes with it, and one that stays says for what', async (t) => {
  const rig = await createRig(t);
  rig.place(
    'Done/watched/1.mkv',
    'Done/1.ja.srt',
    'Done/Subs/1/2_Japanese.smi',
    'Done/show.nfo',
    'Done/@eaDir/1.mkv/SYNOVIDEO_VIDEO_SCREENSHOT.jpg',
    'Done/@eaDir/1.mkv@SynoEAStream',
    'Next/watched/1.mkv',
    'Next/2.mkv',
    'Subtitles/watched/1.mkv',
    'Subtitles/1.srt',
    'Subtitles/2.srt',
  );
  for (const folder of ['Done', 'Next', 'Subtitles']) {
    renameSync(path.join(rig.library, folder), path.join(rig.library, 'shows', folder));
  }
  await rig.confirm();
  rig.lost.add('2');
  const plan = await planCleaning(rig);
  t.is(describePlan(plan), '3 watched files (15 B) and 1 finished show folder');
  t.deepEqual(planDetails(plan, rig.library), [
    'shows/Done is finished. With it: 1.ja.srt, @eaDir/1.mkv/SYNOVIDEO_VIDEO_SCREENSHOT.jpg, @eaDir/1.mkv@SynoEAStream, Subs/1/2_Japanese.smi, show.nfo.',
    'shows/Next stays: it still has 2.mkv.',
    'shows/Subtitles stays: it still has 2.srt.',
  ]);
  t.like(await clean(plan, 'delete', rig), { filesRemoved: 3, foldersRemoved: 1, leftOut: [] });
  t.deepEqual(rig.files(), ['shows/Next/2.mkv', 'shows/Subtitles/1.srt', 'shows/Subtitles/2.srt']);

  rig.lost.delete('2');
  t.like(await cleanAll(rig), { foldersRemoved: 1, leftOut: [] }, 'episode 2 was watched elsewhere');
  t.deepEqual(rig.files(), ['shows/Next/2.mkv']);
});

test('of many folders that stay, one is named', (t) => {
  const folders = (count: number) =>
    Array.from({ length: count }, (_, index) => {
      const folder = `/library/shows/Show ${index + 1}`;
      return { kind: 'stays' as const, folder, keptBy: `${folder}/02.mkv` };
    });
  t.deepEqual(keptFolderLines([], '/library'), []);
  t.deepEqual(keptFolderLines(folders(5), '/library').at(-1), 'shows/Show 5 stays: it still has 02.mkv.');
  t.deepEqual(keptFolderLines(folders(6), '/library'), [
    '6 show folders stay, such as shows/Show 1: it still has 02.mkv.',
  ]);
});

test('subtitles and descriptions of films go with them, those of other films stay', async (t) => {
  const rig = await createRig(t);
  rig.place('movies/watched/Alien.mkv', 'movies/watched/Up.mkv');
  await rig.confirm();
  rig.place(
    ...['Alien.srt', 'Alien.ja.srt', 'Alien.nfo', 'Alien.txt', 'Alien.3.mkv', 'Alien.3.srt', 'Aliens.srt', 'Up.mp4']
      .concat('Up.srt')
      .map((name) => `movies/watched/${name}`),
  );
  const plan = await planCleaning(rig);
  t.is(describePlan(plan), '2 watched files (10 B) and 3 subtitle or info files');
  t.deepEqual(planDetails(plan, rig.library), ['With the films: Alien.ja.srt, Alien.nfo, Alien.srt.']);
  t.like(await clean(plan, 'delete', rig), { filesRemoved: 2, besideRemoved: 3, leftOut: [] });
  t.deepEqual(
    rig.files().map((file) => path.basename(file)),
    ['Alien.3.mkv', 'Alien.3.srt', 'Alien.txt', 'Aliens.srt', 'Up.mp4', 'Up.srt'],
  );
});

// Mounted on every Linux, and ignored by the trash library; other systems have a trash on every disk.
const OTHER_DISK = '/dev/shm';

if (existsSync(OTHER_DISK)) {
  test('on a disk without a trash a file stays, and the way out is named', async (t) => {
    const rig = await createRig(t, OTHER_DISK);
    rig.place('shows/A/watched/1.mkv');
    await rig.confirm();
    const result = await clean(await planCleaning(rig), 'trash', rig);
    t.deepEqual(left(rig, result), [
      'shows/A/watched/1.mkv: its disk has no trash; --clean delete removes it for good',
    ]);
    t.deepEqual(rig.files(), ['shows/A/watched/1.mkv']);
    t.like(await cleanAll(rig), { filesRemoved: 1, foldersRemoved: 1, leftOut: [] });
  });
}

if (process.getuid?.() === 0) {
  const mount = (t: ExecutionContext, folder: string, options: string) => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder]);
    t.teardown(() => execFileSync('umount', ['-l', folder]));
  };

  for (const mode of ['trash', 'delete'] as const) {
    test(`a library whose disk is read-only by the time files go keeps them, and says so (${mode})`, async (t) => {
      // The trash library ignores disks below /dev.
      const rig = await createRig(t, '/tmp');
      mount(t, rig.library, 'size=1m');
      rig.place('shows/A/watched/1.mkv', 'shows/A/poster.jpg', 'movies/watched/Film.mkv', 'watched.txt');
      await rig.confirm();
      const plan = await planCleaning(rig);
      const before = rig.files();
      execFileSync('mount', ['-o', 'remount,ro', rig.library]);
      const result = await clean(plan, mode, rig);
      t.like(result, { filesRemoved: 0, foldersRemoved: 0, linesRemoved: 0 });
      t.deepEqual(
        left(rig, result),
        [
          'shows/A/watched/1.mkv: can’t be removed (EROFS)',
          'movies/watched/Film.mkv: can’t be removed (EROFS)',
          'watched.txt: its recorded links were kept (EROFS)',
        ].sort(),
      );
      t.deepEqual(rig.files(), before);
      execFileSync('mount', ['-o', 'remount,rw', rig.library]);
      t.like(await cleanAll(rig), { filesRemoved: 2, foldersRemoved: 1, linesRemoved: 1, leftOut: [] });
    });
  }

  for (const place of ['/run', '/tmp']) {
    test(`a disk below ${place} on which no trash can be made keeps its files, and the way out is named`, async (t) => {
      const disk = await mkdtemp(path.join(place, 'immersion-disk-'));
      t.teardown(() => rm(disk, { recursive: true, force: true }));
      const person = createPerson(t, { IMMERSION_LIBRARY: path.join(disk, 'library') });
      // A folder of another user, in which only `library` is one’s own.
      mount(t, disk, 'size=1m,mode=755,uid=12345');
      const file = path.join(disk, 'library/shows/Show/watched/e1.mkv');
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, 'x');
      // Root could write everywhere.
      const run = async (...args: string[]) => {
        const line = 'exec setpriv --bounding-set -dac_override,-dac_read_search "$@"';
        const child = spawn('sh', ['-c', line, 'sh', process.execPath, CLI, ...args], { env: person.environment });
        child.stdin.end();
        const [stderr] = await Promise.all([text(child.stderr), once(child, 'close')]);
        return { status: child.exitCode, stderr };
      };
      const kept = await run('sync', '--no-input', '--clean', 'trash');
      t.is(kept.status, 5, kept.stderr);
      t.regex(kept.stderr, /e1\.mkv: its disk has no trash; --clean delete removes it for good/);
      t.true(existsSync(file));
      t.false(existsSync(path.join(person.home, '.local/share/Trash')), 'nothing was copied to the home folder');
      t.is((await run('clean', '--clean', 'delete', '--yes')).status, 0);
      t.false(existsSync(file));
    });
  }
}

test('a journal of before names were noted is read, and confirms nothing until the next sync', async (t) => {
  const rig = await createRig(t);
  rig.place('shows/A/watched/1.mkv');
  await rig.confirm();
  const state = path.join(rig.folder, 'state');
  const { DatabaseSync } = await import('node:sqlite');
  const database = new DatabaseSync(path.join(state, 'journal.sqlite'));
  database.exec('ALTER TABLE confirmed DROP COLUMN known_as; DROP TABLE sent');
  database.close();
  const journal = createJournal({ stateDirectory: state });
  t.teardown(() => journal.close());
  const context = { ...rig, journal };
  t.deepEqual(left(rig, { leftOut: (await planCleaning(context)).staying }), [
    `shows/A/watched/1.mkv: ${RECORDED_AGAIN}`,
  ]);
  const found = await fileVersion(path.join(rig.library, 'shows/A/watched/1.mkv'));
  const file = { path: '', sizeBytes: 0, modifiedAt: '', ...found, folderName: 'A', fileName: '1' };
  t.true(journal.wasSent(identity, file), 'it was confirmed as it is');
  journal.confirm(identity, [file]);
  t.is((await planCleaning(context)).files.length, 1);
  rmSync(file.path);
});

test('what is junk in a folder', (t) => {
  for (const [file, junk] of [
    ['cover.jpg', true],
    ['@eaDir/1.mkv/thumb.jpg', true],
    ['@eaDir/1.mkv', true],
    ['extras/1.mkv', false],
    ['1.smi', true],
    ['notes.txt', false],
  ] as const) {
    t.is(isJunkBelow(file.split('/')), junk, file);
  }
});

test('the videos that a subtitle may belong to', (t) => {
  t.deepEqual(videosOfSubtitle(['e1.srt']), ['e1']);
  t.deepEqual(videosOfSubtitle(['e1.ja.forced.srt']), ['e1.ja.forced', 'e1.ja', 'e1']);
  t.deepEqual(videosOfSubtitle(['Subs', 'e1', '2_Japanese.srt']), ['2_Japanese', 'Subs', 'e1']);
});

test('the files beside a film', (t) => {
  const names = ['A.srt', 'A.B.srt', 'A.jpg', 'A.nfo', 'AB.srt'];
  t.deepEqual(filesBeside('A', names, ['A']), ['A.srt', 'A.B.srt', 'A.nfo']);
  t.deepEqual(filesBeside('A', names, ['A', 'A.B']), ['A.srt', 'A.nfo']);
  t.deepEqual(filesBeside('A.B', names, ['A', 'A.B']), ['A.B.srt']);
});
