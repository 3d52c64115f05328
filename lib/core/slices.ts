/** How often a long request yields to others. */
const LONGEST_SLICE_MILLISECONDS = 25;

let begunAt: number | undefined;

/**
 * Resolves right away, or after other requests were served if this one has blocked the event loop for long. Call it
 * between parts of work without I/O, such as reading a local database.
 */
export function sliceEnd(): Promise<void> | undefined {
  const now = performance.now();
  if (begunAt === undefined) {
    begunAt = now;
    setImmediate(() => {
      begunAt = undefined;
    });
    return undefined;
  }
  if (now - begunAt < LONGEST_SLICE_MILLISECONDS) return undefined;
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** Maps a long list, yielding to other requests. */
export async function mapInSlices<From, To>(
  list: readonly From[],
  map: (one: From, index: number) => To,
): Promise<To[]> {
  const mapped: To[] = [];
  for (const [index, one] of list.entries()) {
    const end = sliceEnd();
    if (end) await end;
    mapped.push(map(one, index));
  }
  return mapped;
}
