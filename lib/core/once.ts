/** Calls `make` on first use only. */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
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
