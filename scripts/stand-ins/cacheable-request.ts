// Replaces got's response cache (30 kB) in the bundles, which is unused.
export class CacheError extends Error {}

export default function CacheableRequest(): never {
  throw new CacheError('Cached answers are not available .');
}
