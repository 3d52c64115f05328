import { createSqliteStore } from '../lib/core/store/sqlite.ts';

// Inserts the same items as its twin process, in steps, and prints how many were new.
const [file = '', count = ''] = process.argv.slice(2);
const store = createSqliteStore({ file, schema: { table: 'tracker', partitionKey: 'pk', sortKey: 'sk' } });
let inserted = 0;
for (let start = 0; start < Number(count); start += 20) {
  const items = Array.from({ length: 20 }, (_, index) => ({ pk: 'p', sk: `EPISODE#${start + index}` }));
  inserted += (await store.insertNew(items)).filter(Boolean).length;
}
await store.close();
process.stdout.write(String(inserted));
