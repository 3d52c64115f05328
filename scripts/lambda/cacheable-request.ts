// Stands in for got's cache of answers (30 kB) inside the Lambda bundles: no request asks for one.
export class CacheError extends Error {}

export default function CacheableRequest(): never {
  throw new CacheError('There is no cache of answers in a Lambda function.');
}
