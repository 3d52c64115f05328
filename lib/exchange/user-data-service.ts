import { openJobKey, jobPartition, jobsPartition } from '../imports/job-items.ts';
import { markOf, watcherKey, WATCHING_PREFIX } from '../shows/catalog-items.ts';
import { partitionOf } from '../viewings/record-items.ts';
import type { Key, Store } from '../core/store/store.ts';

/** Permanently removes all of a user's data. Returns the number of items. */
export async function removeUserData(
  user: string,
  { tracker, positions }: { tracker: Store; positions: Store },
): Promise<number> {
  let removed = 0;
  const remove = async (store: Store, key: Key) => {
    await store.delete(key);
    removed += 1;
  };
  const removeAll = async (store: Store, partition: string) => {
    const { sortKey } = store.schema;
    const items = store.query(partition, { projection: [sortKey], consistent: true });
    // Collected first, since the pages change during removal.
    for (const item of await Array.fromAsync(items)) await remove(store, { partition, sort: String(item[sortKey]) });
  };

  // Shared items go first, since they can only be found by the user's own.
  for (const mark of await Array.fromAsync(tracker.query(partitionOf(user), { prefix: WATCHING_PREFIX }), markOf)) {
    await remove(tracker, watcherKey(user, mark.showId));
  }
  for (const { sk: runId } of await Array.fromAsync(tracker.query(jobsPartition(user), { projection: ['sk'] }))) {
    await removeAll(tracker, jobPartition(String(runId)));
    await tracker.delete(openJobKey(String(runId)));
  }
  await removeAll(tracker, jobsPartition(user));
  await removeAll(tracker, partitionOf(user));
  await removeAll(positions, user);
  return removed;
}
