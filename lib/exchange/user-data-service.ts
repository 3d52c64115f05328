import { openJobKey, jobPartition, jobsPartition } from '../imports/job-items.ts';
import { markOf, watcherKey, WATCHING_PREFIX } from '../shows/catalog-items.ts';
import { partitionOf } from '../viewings/record-items.ts';
import type { Key, Store } from '../core/store/store.ts';

/** Removes everything that belongs to a user, for good. Answers how many items that were. */
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
    // As a list, since what is read page by page changes meanwhile.
    for (const item of await Array.fromAsync(items)) await remove(store, { partition, sort: String(item[sortKey]) });
  };

  // What others read of them goes first: it is found by the person's own items alone.
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
