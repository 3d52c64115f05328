/** Calls `make` on first use only, and again after a failure. */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  const begin = (): Promise<T> => {
    const making = make();
    making.catch(() => (made = undefined));
    return making;
  };
  return () => (made ??= begin());
}

/** Makes something from each object once, for as long as the object exists. */
export function oncePer<Key extends object, T>(make: (key: Key) => T): (key: Key) => T {
  const made = new WeakMap<Key, { value: T }>();
  return (key) => {
    let one = made.get(key);
    if (!one) made.set(key, (one = { value: make(key) }));
    return one.value;
  };
}

const BLOCK_ITEMS = 64;

/** Makes something from each block of a list once, as long as the block has the same objects in the same places. */
export function oncePerBlock<Item, T>(make: (block: readonly Item[]) => T): (list: readonly Item[]) => T[] {
  const made = new WeakMap<object, { block: readonly Item[]; value: T }>();
  return (list) => {
    const values: T[] = [];
    for (let start = 0; start < list.length; start += BLOCK_ITEMS) {
      const first = list[start];
      const key = typeof first === 'object' && first !== null ? first : undefined;
      let one = key && made.get(key);
      if (!one || !isBlockOf(list, start, one.block)) {
        const block = list.slice(start, start + BLOCK_ITEMS);
        one = { block, value: make(block) };
        if (key) made.set(key, one);
      }
      values.push(one.value);
    }
    return values;
  };
}

function isBlockOf(list: readonly unknown[], start: number, block: readonly unknown[]): boolean {
  if (block.length !== Math.min(BLOCK_ITEMS, list.length - start)) return false;
  for (let index = 0; index < block.length; index++) if (block[index] !== list[start + index]) return false;
  return true;
}
