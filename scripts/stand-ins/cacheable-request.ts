// Stands in for got's cache of answers (30 kB) inside the bundles: no request asks for one.
export class CacheError extends Error {}

export default function CacheableRequest(): never {
  throw new CacheError('Cached answers are not available .');
}
