import { MAXIMUM_TRANSACTION_WRITES, type Store, type Write } from './store.ts';

/** Writes without conditions, in as many transactions as that takes: where one fails, those before it stay. */
export async function writeAll(store: Pick<Store, 'transact'>, writes: readonly Write[]): Promise<void> {
  for (let index = 0; index < writes.length; index += MAXIMUM_TRANSACTION_WRITES) {
    await store.transact(writes.slice(index, index + MAXIMUM_TRANSACTION_WRITES));
  }
}
