import { randomUUID } from 'node:crypto';
import { link, mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import path from 'node:path';

/**
 * Writes a file atomically: a draft is synced to disk, then renamed. An existing file is replaced or kept; returns
 * whether the file was written. Creates a missing folder, private to the user, unless `makesFolder` is false. If
 * `isUnchanged` returns false just before the end, nothing is written.
 */
export async function writeWhole(
  file: string,
  content: string | Uint8Array | ((draft: FileHandle) => Promise<unknown>),
  {
    mode = 0o600,
    existing = 'replace',
    makesFolder = true,
    isUnchanged,
  }: {
    mode?: number;
    existing?: 'replace' | 'keep';
    makesFolder?: boolean;
    isUnchanged?: () => Promise<boolean>;
  } = {},
): Promise<boolean> {
  if (makesFolder) await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const draft = path.join(path.dirname(file), `.${path.basename(file)}.${randomUUID()}.draft`);
  try {
    const handle = await open(draft, 'wx', mode);
    try {
      if (typeof content === 'function') await content(handle);
      else await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (isUnchanged && !(await isUnchanged())) return false;
    if (existing === 'replace') await rename(draft, file);
    // Creating a link is atomic and never overwrites.
    else await link(draft, file);
    return true;
  } catch (error) {
    if (existing === 'keep' && (error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}
