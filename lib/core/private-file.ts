import { chmodSync, closeSync, openSync, statSync } from 'node:fs';

/** Creates a file only its owner can read, or removes others' permissions. */
export function makePrivate(file: string): void {
  const known = statSync(file, { throwIfNoEntry: false });
  if (!known) closeSync(openSync(file, 'a', 0o600));
  else if (known.isFile() && known.uid === process.getuid?.() && (known.mode & 0o077) !== 0) chmodSync(file, 0o600);
}
