/** Makes something once, when it is first asked for. */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

/** A service that is made with its first call. Only what answers by promises can be. */
export const deferred = <T extends Record<keyof T, (...values: never[]) => Promise<unknown>>>(
  make: () => Promise<T>,
): T =>
  new Proxy({} as T, {
    get:
      (_, name) =>
      async (...values: never[]) =>
        (await make())[name as keyof T](...values),
  });
