/** Makes something once, when it is first asked for. */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

/** Names that the language asks values for by itself: a service that has them would be called by `await` or a log. */
const NAMES_OF_THE_LANGUAGE: ReadonlySet<string | symbol> = new Set(['then', 'toJSON']);

/** A service that is made with its first call. Only what answers by promises can be. */
export const deferred = <T extends Record<keyof T, (...values: never[]) => Promise<unknown>>>(
  make: () => Promise<T>,
): T =>
  new Proxy({} as T, {
    get: (_, name) =>
      typeof name === 'symbol' || NAMES_OF_THE_LANGUAGE.has(name)
        ? undefined
        : async (...values: never[]) => (await make())[name as keyof T](...values),
  });
