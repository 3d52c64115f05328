import type { Tvdb } from '../lib/recording/ports.ts';
import { randomUUID } from 'node:crypto';
import test, { type ExecutionContext } from 'ava';
import { IMPORTED_ITEMS } from '../lib/titles/run-items.ts';
import { createRuns } from '../lib/viewings/run-service.ts';
import { createChanges } from '../lib/viewings/changes-service.ts';
import { createBatches } from '../lib/viewings/batch-service.ts';
import { createEpisodes } from '../lib/recording/episodes-service.ts';
import { createShows } from '../lib/recording/shows-service.ts';
import type { Item, Store } from '../lib/core/store/store.ts';
import { datesOver } from './viewings-rig.ts';

const FIRST = 'batch-00000001';
const SECOND = 'batch-00000002';
const LATER = 'batch-00000003';

/** A store that runs other code before its n-th operation, like another process. */
function interrupted(
  store: Store,
  at: number,
  interruption: () => Promise<void>,
): { store: Store; count: () => number } {
  let operations = 0;
  const before = async () => {
    operations += 1;
    if (operations === at) await interruption();
  };
  const wrapped: Store = {
    ...store,
    get: async (...parameters) => (await before(), store.get(...parameters)),
    async *query(...parameters) {
      await before();
      yield* store.query(...parameters);
    },
    insertNew: async (...parameters) => (await before(), store.insertNew(...parameters)),
    put: async (...parameters) => (await before(), store.put(...parameters)),
    delete: async (...parameters) => (await before(), store.delete(...parameters)),
    transact: async (...parameters) => (await before(), store.transact(...parameters)),
  };
  return { store: wrapped, count: () => operations };
}

const clock = { now: () => Date.parse('2026-11-21T12:00:00Z') };
const files = (folderName: string, count: number, prefix = 'e') =>
  Array.from({ length: count }, (_, index) => ({ folderName, fileName: `${prefix}${index}` }));

/** A separate user in a store, and what can happen to their records. */
function personIn(store: Store) {
  const user = randomUUID();
  return {
    sync: (batchId: string, watched: { folderName: string; fileName: string }[], by = store) =>
      createEpisodes({ store: by, dates: datesOver(by, clock) }).sync({ user, batchId, files: watched }),
    undo: (by = store) =>
      createBatches({
        store: by,
        imported: IMPORTED_ITEMS,
        runs: createRuns({ store: by, clock }),
        changes: createChanges({ store: by }),
      }).remove({
        user,
        batchId: FIRST,
      }),
    nameShow: () => createShows({ store, series: tvdb }).setTvdb({ user, folderName: 'show', tvdbId: 7 }),
    stored: (): Promise<Item[]> => Array.fromAsync(store.query(`USER#${user}`, { consistent: true })),
  };
}

/** Episodes without their show, which must never exist. */
function orphans(items: Item[]): unknown[] {
  const shows = new Set(items.filter(({ sk }) => String(sk).startsWith('SHOW#')).map((item) => item['folder_name']));
  return items
    .filter(({ sk, folder_name }) => String(sk).startsWith('EPISODE#') && !shows.has(folder_name))
    .map(({ sk }) => sk);
}
const tvdb: Tvdb = {
  series: async (tvdbId) => ({ tvdbId, name: 'Named', image: null, averageRuntimeSeconds: 1440 }),
  movie: async () => undefined,
  searchSeries: async () => [],
  seasons: async () => [],
  idByImdb: async () => undefined,
  searchMovies: async () => [],
};

/** Undo's guarantees with concurrent writers, interleaved at every operation. */
export function testUndoRaces(prepare: (t: ExecutionContext) => Promise<Store>): void {
  for (const size of [3, 150]) {
    test(`a sync of ${size} episodes at any moment of an undo keeps its show`, async (t) => {
      const store = await prepare(t);
      for (let at = 1; ; at++) {
        const { sync, undo, stored } = personIn(store);
        await sync(FIRST, files('show', 120));
        await sync(FIRST, files('other', 2));
        const { store: watched, count } = interrupted(store, at, async () => {
          t.is(await sync(LATER, files('show', size, 'new')), size);
          t.deepEqual(orphans(await stored()), []);
        });
        await undo(watched);
        if (count() < at) {
          t.true(at > 5, 'the undo was interrupted at each of its operations');
          return;
        }
        const items = await stored();
        t.deepEqual(orphans(items), [], `operation ${at}`);
        t.is(items.filter(({ batch_id }) => batch_id === LATER).length, size);
        t.is(items.filter(({ batch_id }) => batch_id === FIRST).length, 0);
        t.is(items.length, size + 1);
      }
    });

    test(`an undo at any moment of a sync of ${size} episodes leaves no episode without its show`, async (t) => {
      const store = await prepare(t);
      for (let at = 1; ; at++) {
        const { sync, undo, stored } = personIn(store);
        await sync(FIRST, files('show', 2));
        const { store: watched, count } = interrupted(store, at, async () => void (await undo()));
        t.is(await sync(LATER, files('show', size, 'new'), watched), size);
        if (count() < at) {
          t.true(at > 2, 'the sync was interrupted at each of its operations');
          return;
        }
        const items = await stored();
        t.deepEqual(orphans(items), [], `operation ${at}`);
        t.is(items.length, size + 1);
        t.is(items.filter((item) => 'removal_token' in item).length, 0);
      }
    });
  }

  test('an undo between the moments of an undo and of a sync that cross each other leaves no episode without its show', async (t) => {
    const store = await prepare(t);
    for (let syncAt = 1; syncAt <= 4; syncAt++) {
      for (let undoAt = 1; undoAt <= 8; undoAt++) {
        const { sync, undo, stored } = personIn(store);
        await sync(FIRST, files('show', 2));
        const halfway = Promise.withResolvers<void>();
        const { store: undoing } = interrupted(store, undoAt, () => halfway.promise);
        const undone = undo(undoing);
        const { store: syncing } = interrupted(store, syncAt, async () => {
          halfway.resolve();
          await undone;
        });
        t.is(await sync(LATER, files('show', 150, 'new'), syncing), 150);
        halfway.resolve();
        await undone;
        const items = await stored();
        t.deepEqual(orphans(items), [], `sync at ${syncAt}, undo at ${undoAt}`);
        t.is(items.length, 151);
      }
    }
  });

  test('an undo that is cut at any moment leaves no episode without its show, and the same again completes it', async (t) => {
    const store = await prepare(t);
    for (let at = 1; ; at++) {
      const { sync, undo, stored } = personIn(store);
      await sync(SECOND, files('kept', 1));
      const before = await stored();
      await sync(FIRST, files('show', 250));
      await sync(FIRST, files('kept', 3));
      const { store: cut, count } = interrupted(store, at, async () => {
        throw new Error('cut');
      });
      await undo(cut).catch((error: Error) => t.is(error.message, 'cut'));
      if (count() < at) {
        t.true(at > 5, 'the undo was cut at each of its operations');
        t.deepEqual(await stored(), before);
        return;
      }
      t.deepEqual(orphans(await stored()), [], `operation ${at}`);
      await undo();
      t.deepEqual(await stored(), before, `operation ${at}`);
    }
  });

  test('two undos of one batch at once remove it together', async (t) => {
    const store = await prepare(t);
    const { sync, undo, stored } = personIn(store);
    await sync(SECOND, files('kept', 1));
    const before = await stored();
    await sync(FIRST, [...files('show', 250), ...files('kept', 250, 'new')]);
    const removals = await Promise.all([undo(), undo()]);
    t.is(removals[0].viewings + removals[1].viewings, 500);
    t.deepEqual(await stored(), before);
  });

  test('a show that gets its TVDB id while a sync saves it from an undo does not lose it', async (t) => {
    const store = await prepare(t);
    let saved = 0;
    for (let undoAt = 1; undoAt <= 4; undoAt++) {
      for (let syncAt = 1; syncAt <= 5; syncAt++) {
        const { sync, undo, nameShow, stored } = personIn(store);
        await sync(FIRST, files('show', 2));
        let isNamed = false;
        const { store: undoing } = interrupted(store, undoAt, async () => {
          const { store: syncing } = interrupted(store, syncAt, async () => {
            await nameShow();
            isNamed = true;
          });
          await sync(LATER, files('show', 1, 'new'), syncing);
        });
        await undo(undoing);
        if (!isNamed) continue;
        const show = (await stored()).find(({ sk }) => sk === 'SHOW#show');
        t.is(show?.['tvdb_name'], 'Named', `undo at ${undoAt}, sync at ${syncAt}`);
        saved += 1;
      }
    }
    t.true(saved > 5);
  });

  test('a sync whose store fails at any moment has no episode without its show', async (t) => {
    const store = await prepare(t);
    for (let at = 1; at <= 3; at++) {
      const { sync, stored } = personIn(store);
      const { store: cut } = interrupted(store, at, async () => {
        throw new Error('cut');
      });
      await t.throwsAsync(sync(FIRST, files('show', 150), cut), { message: 'cut' });
      t.deepEqual(orphans(await stored()), []);
      await sync(FIRST, files('show', 150));
      t.is((await stored()).length, 151);
    }
  });
}
