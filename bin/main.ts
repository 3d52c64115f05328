import process from 'node:process';
import { execute } from '@oclif/core';

/**
 * Hands over to oclif; the package's root is two folders above the bundle. Plugins of a person's own would be looked for
 * in the data folder, which oclif takes from `IMMERSION_DATA_DIR` as well.
 */
export const main = (): Promise<unknown> =>
  Promise.race([execute({ dir: import.meta.url, loadOptions: { userPlugins: false } }), readerGone()]);

/** Resolves when nobody reads the output any more, as in `immersion progress | head`: oclif would wait for its drain. */
function readerGone(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') resolve();
  });
  return promise;
}
