import { execute } from '@oclif/core';
import { errorText } from '../lib/core/terminal/error-text.ts';

/**
 * Hands over to oclif; the package's root is two folders above the bundle. Plugins of a person's own would be looked for
 * in the data folder, which oclif takes from `IMMERSION_DATA_DIR` as well.
 */
export const main = (): Promise<unknown> =>
  Promise.race([execute({ dir: import.meta.url, loadOptions: { userPlugins: false } }), outputGone()]);

/**
 * Resolves when the output takes no more: oclif would wait for its drain. That nobody reads any more, as in
 * `immersion progress | head`, is nobody's fault; a full disk is said.
 */
function outputGone(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let isSaid = false;
  // oclif's own listener throws whatever is not EPIPE.
  process.stdout.removeAllListeners('error');
  process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
    if (code !== 'EPIPE' && !isSaid) {
      isSaid = true;
      process.stderr.write(errorText({ message: `Standard output cannot be written (${code}).` }));
      process.exitCode = 1;
    }
    resolve();
  });
  return promise;
}
