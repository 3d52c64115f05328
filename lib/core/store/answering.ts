import type { Item, Store } from './store.ts';

/** A store that notes whether it has answered since the start: only then does its failing say that something broke. */
export interface AnsweringStore extends Store {
  hasAnswered(): boolean;
}

export function answering(store: Store): AnsweringStore {
  let answered = false;
  const noting = async <T>(work: Promise<T>): Promise<T> => {
    const result = await work;
    answered = true;
    return result;
  };
  // Only the first step is watched: a further turn for each of 100,000 items would be felt.
  const notingFirst = (items: AsyncIterable<Item>): AsyncIterable<Item> => ({
    [Symbol.asyncIterator]() {
      const iterator = items[Symbol.asyncIterator]();
      return {
        next: () => (answered ? iterator.next() : noting(iterator.next())),
        return: async () => (await iterator.return?.()) ?? { value: undefined, done: true },
      };
    },
  });
  return {
    schema: store.schema,
    hasAnswered: () => answered,
    get: (key, options) => noting(store.get(key, options)),
    query: (partition, options) => notingFirst(store.query(partition, options)),
    scan: (options) => notingFirst(store.scan(options)),
    insertNew: (items) => noting(store.insertNew(items)),
    put: (item, condition) => noting(store.put(item, condition)),
    delete: (key, condition) => noting(store.delete(key, condition)),
    transact: (writes) => noting(store.transact(writes)),
    create: () => store.create(),
    ping: () => noting(store.ping()),
    close: () => store.close(),
  };
}
