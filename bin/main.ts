import { execute } from '@oclif/core';

/** Hands over to oclif; the package's root is two folders above the bundle. */
export const main = (): Promise<unknown> => execute({ dir: import.meta.url });
