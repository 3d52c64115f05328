/** A request that takes longer gives way to the others so often. */
const LONGEST_SLICE_MILLISECONDS = 25;

let begunAt: number | undefined;

/**
 * A promise to wait for if the event loop has been held for long in this turn: others are served in between. Work that
 * nothing interrupts, such as reading a local database, checks this between its parts.
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

/** Maps a long list while others are served in between. */
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
