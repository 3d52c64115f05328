import { MAXIMUM_TRANSACTION_WRITES, type Store, type Write } from './store.ts';

/** Unconditional writes in several transactions; earlier ones persist if a later one fails. */
export async function writeAll(store: Pick<Store, 'transact'>, writes: readonly Write[]): Promise<void> {
  for (let index = 0; index < writes.length; index += MAXIMUM_TRANSACTION_WRITES) {
    await store.transact(writes.slice(index, index + MAXIMUM_TRANSACTION_WRITES));
  }
}
