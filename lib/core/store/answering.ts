import type { Item, Items, Store } from './store.ts';

/** Tracks whether the store has responded since the start, so that a failure means that something broke. */
export interface AnsweringStore extends Store {
  hasAnswered(): boolean;
}

export function answering(store: Store): AnsweringStore {
  let answered = false;
  const track = async <T>(work: Promise<T>): Promise<T> => {
    const result = await work;
    answered = true;
    return result;
  };
  // Only the first step is tracked: another microtask for each of 100,000 items is noticeable.
  const trackFirst = (items: AsyncIterable<Item>): AsyncIterable<Item> => ({
    [Symbol.asyncIterator]() {
      const iterator = items[Symbol.asyncIterator]();
      return {
        next: () => (answered ? iterator.next() : track(iterator.next())),
        return: async () => (await iterator.return?.()) ?? { value: undefined, done: true },
      };
    },
  });
  async function* trackPages(pages: AsyncIterable<readonly Item[]>): AsyncIterable<readonly Item[]> {
    for await (const page of pages) {
      answered = true;
      yield page;
    }
  }
  const trackQuery = (items: Items): Items => {
    const { pages } = items;
    return { ...trackFirst(items), pages: pages && (() => trackPages(pages())) };
  };
  return {
    schema: store.schema,
    log: store.log,
    hasAnswered: () => answered,
    get: (key, options) => track(store.get(key, options)),
    query: (partition, options) => trackQuery(store.query(partition, options)),
    scan: (options) => trackFirst(store.scan(options)),
    insertNew: (items) => track(store.insertNew(items)),
    put: (item, condition) => track(store.put(item, condition)),
    delete: (key, condition) => track(store.delete(key, condition)),
    transact: (writes) => track(store.transact(writes)),
    create: () => store.create(),
    ping: () => track(store.ping()),
    close: () => store.close(),
  };
}
