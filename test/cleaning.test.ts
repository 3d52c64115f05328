import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { clean, planCleaning } from '../lib/folder/cleaning.ts';
import { createJournal, type Journal } from '../lib/folder/journal.ts';
import { lookAt } from '../lib/folder/library.ts';
import { ImmersionError } from '../lib/core/errors.ts';

const identity = 'a store';
const LINK = 'https://youtu.be/abcdefghijk\n';

test('a journal that can no longer be written while files go loses nothing, and the next cleaning finishes', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'immersion-cleaning-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const library = path.join(folder, 'library');
  const watched = path.join(library, 'shows', 'Show', 'watched');
  const list = path.join(library, 'watched.txt');
  await mkdir(watched, { recursive: true });
  await writeFile(path.join(watched, 'e1.mkv'), 'video');
  await writeFile(list, `${LINK}no link\n`);
  const journal = createJournal({ stateDirectory: path.join(folder, 'state') });
  t.teardown(() => journal.close());
  const found = await lookAt(path.join(watched, 'e1.mkv'));
  journal.confirm(identity, found ? [found] : []);
  journal.confirmLinks(identity, list, ['youtube:abcdefghijk']);

  const full = () => {
    throw new ImmersionError('The journal cannot be used (disk full).', { code: 'journal_unwritable' });
  };
  const fullJournal: Journal = { ...journal, markRemoved: full, forgetRemoved: full, forgetLinks: full };
  const context = { journal: fullJournal, identity, library };
  const cleaned = await clean(await planCleaning(context), 'delete', context);
  t.deepEqual(cleaned, { filesRemoved: 1, bytesRemoved: 5, foldersRemoved: 1, linesRemoved: 1, leftOut: [] });
  t.false(existsSync(path.join(library, 'shows', 'Show')));
  t.is(await readFile(list, 'utf8'), 'no link\n');

  const again = { journal, identity, library };
  const rest = await planCleaning(again);
  t.deepEqual([rest.files, rest.finishedFolders, rest.lines], [[], [], 0]);
  t.deepEqual(journal.entries(identity, library), [], 'what is gone is noted by the next cleaning');
});
