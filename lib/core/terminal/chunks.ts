/** Limits per call, suitable for slow connections and gateways. */
const MAXIMUM_ITEMS_PER_CALL = 1000;
const MAXIMUM_BYTES_PER_CALL = 1024 * 1024;

export function chunksOf<T>(items: readonly T[], toJson: (item: T) => unknown): T[][] {
  const chunks: T[][] = [];
  let bytes = Infinity;
  for (const item of items) {
    const size = Buffer.byteLength(JSON.stringify(toJson(item))) + 1;
    const last = chunks.at(-1);
    if (!last || last.length >= MAXIMUM_ITEMS_PER_CALL || bytes + size > MAXIMUM_BYTES_PER_CALL) {
      chunks.push([item]);
      bytes = size;
    } else {
      last.push(item);
      bytes += size;
    }
  }
  return chunks;
}
