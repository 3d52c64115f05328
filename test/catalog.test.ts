import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { trackerSchema } from '../lib/viewings/record-items.ts';
import { createSqliteStore } from '../lib/core/store/sqlite.ts';
import { testCatalog } from './catalog-stores.ts';

testCatalog(async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'immersion-catalog-'));
  const store = createSqliteStore({ file: path.join(folder, 'store.sqlite'), schema: trackerSchema('tracker') });
  t.teardown(async () => {
    await store.close();
    await rm(folder, { recursive: true });
  });
  return store;
});
