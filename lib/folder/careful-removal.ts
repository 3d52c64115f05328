import { constants } from 'node:fs';
import { randomUUID } from 'node:crypto';
import {
  access,
  lstat,
  mkdir,
  open,
  readlink,
  realpath,
  rename,
  rm,
  rmdir,
  stat,
  unlink,
  writeFile,
} from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { isGone, fileVersion, type FoundFile } from './library.ts';

export type RemovalMode = 'trash' | 'delete';

export type Removal = { outcome: 'removed' | 'gone' } | { outcome: 'stays'; reason: string };

/** An open folder, immune to being swapped meanwhile where the system allows. */
interface HeldFolder {
  realPath: string;
  /** Whether `reach` holds even if the folder is swapped. */
  isHeld: boolean;
  /** A path to a name in this folder. */
  reach(name: string): string;
}

export const LINKED = 'its folder is reached by a link, and only what lies in the library itself is removed';
const NO_TRASH = 'its disk has no trash; --clean delete removes it for good';
/** Mounts ignored by the trash library, which would copy their files to the home folder's trash. */
const WITHOUT_TRASH = /^\/(?:snap|var\/snap|run|sys|proc|dev)(?:\/|$)/;
const OPEN_FOLDERS = '/proc/self/fd';

/** Removes files of one library. Never follows links out of it, even ones created at the last moment. */
export interface Removals {
  /** Only if unchanged. */
  file(found: FoundFile): Promise<Removal>;
  /** Whatever its content. */
  junk(file: string): Promise<Removal>;
  emptyFolder(folder: string): Promise<Removal>;
  /** With all its contents. */
  folderToTrash(folder: string): Promise<Removal>;
}

export async function createRemovals({ library, mode }: { library: string; mode: RemovalMode }): Promise<Removals> {
  const root = await realpath(library);
  const toTrash = mode === 'trash' ? trashing() : undefined;

  /** Opens the folder of a path, and refuses if it is reached by a link. */
  const inFolderOf = async (
    place: string,
    work: (folder: HeldFolder, name: string) => Promise<void>,
  ): Promise<Removal> => {
    const folder = path.dirname(place);
    try {
      const handle = await open(folder, constants.O_RDONLY | constants.O_DIRECTORY);
      try {
        const held = await hold(folder, handle.fd);
        if (held.realPath !== path.join(root, path.relative(library, folder))) {
          // A folder that another process has just removed has no such path either: then this fails.
          await lstat(folder);
          return { outcome: 'stays', reason: LINKED };
        }
        await work(held, path.basename(place));
      } finally {
        await handle.close();
      }
      return { outcome: 'removed' };
    } catch (error) {
      return failed(place, error);
    }
  };
  const discard = async (folder: HeldFolder, name: string): Promise<void> => {
    if (!toTrash) return unlink(folder.reach(name));
    return toTrash(folder, name);
  };

  return {
    file: (found) =>
      inFolderOf(found.path, async (folder, name) => {
        const now = await fileVersion(folder.reach(name));
        if (!now) throw Object.assign(new Error('gone'), { code: 'ENOENT' });
        if (now.sizeBytes !== found.sizeBytes || now.modifiedAt !== found.modifiedAt) throw new Error(CHANGED);
        await discard(folder, name);
      }),
    junk: (file) => inFolderOf(file, discard),
    emptyFolder: (place) => inFolderOf(place, (folder, name) => rmdir(folder.reach(name))),
    folderToTrash: (place) =>
      inFolderOf(place, async (folder, name) => {
        if (!(await lstat(folder.reach(name))).isDirectory()) throw new Error(LINKED);
        await discard(folder, name);
      }),
  };
}

export const CHANGED = 'changed since it was recorded. If it’s still the same video: immersion sync --same';

async function hold(folder: string, descriptor: number): Promise<HeldFolder> {
  const open = `${OPEN_FOLDERS}/${descriptor}`;
  // Only Linux exposes open folders as paths.
  const realPath = process.platform === 'linux' ? await readlink(open).catch(() => undefined) : undefined;
  if (realPath !== undefined) return { realPath, isHeld: true, reach: (name) => `${open}/${name}` };
  const resolved = await realpath(folder);
  return { realPath: resolved, isHeld: false, reach: (name) => path.join(resolved, name) };
}

/** Why something wasn't removed. ENOENT may refer to another path, such as a trash, so check the file again. */
async function failed(place: string, error: unknown): Promise<Removal> {
  const { code, message } = error as NodeJS.ErrnoException;
  if (!isGone(error)) return { outcome: 'stays', reason: code === undefined ? message : `can’t be removed (${code})` };
  if (!(await fileVersion(place).catch(() => true))) return { outcome: 'gone' };
  return { outcome: 'stays', reason: `can’t be removed (${(await writeFault(path.dirname(place))) ?? code})` };
}

function trashing(): (folder: HeldFolder, name: string) => Promise<void> {
  const trashOf = trashFolders();
  return async (folder, name) => {
    const place = path.join(folder.realPath, name);
    await refuseWithoutTrash(place);
    try {
      const isMoved =
        folder.isHeld && (await moveToTrash(folder, { name, trashFolder: await trashOf(folder.reach(name), place) }));
      if (!isMoved) await (await import('trash')).default(place, { glob: false });
    } catch (error) {
      if (isGone(error) || !(await isOnAnotherDisk(place)) || (await writeFault(path.dirname(place)))) throw error;
      throw new Error(NO_TRASH, { cause: error });
    }
  };
}

/** Linux's trash of each disk, searched for once. */
function trashFolders(): (reached: string, place: string) => Promise<string> {
  const found = new Map<number, Promise<string>>();
  return async (reached, place) => {
    const { dev } = await lstat(reached);
    const mount = (await isOnAnotherDisk(reached)) ? await mountOf(place) : undefined;
    const folder = found.get(dev) ?? (await import('xdg-trashdir')).default(mount);
    found.set(dev, folder);
    return folder;
  };
}

/**
 * What the trash library does, but for an open folder: by its path, another folder might be reached by then. False if
 * the trash is on another disk after all.
 */
async function moveToTrash(
  folder: HeldFolder,
  { name, trashFolder }: { name: string; trashFolder: string },
): Promise<boolean> {
  const [files, infos] = [path.join(trashFolder, 'files'), path.join(trashFolder, 'info')];
  for (const part of [files, infos]) await mkdir(part, { mode: 0o700, recursive: true });
  const id = randomUUID();
  const info = path.join(infos, `${id}.trashinfo`);
  const now = new Date();
  const localTime = new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
  const lines = ['[Trash Info]', `Path=${encodeURI(path.join(folder.realPath, name))}`, `DeletionDate=${localTime}`];
  await writeFile(info, lines.join('\n'), { flag: 'wx', mode: 0o600 });
  try {
    await rename(folder.reach(name), path.join(files, id));
    return true;
  } catch (error) {
    await rm(info);
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    return false;
  }
}

async function refuseWithoutTrash(place: string): Promise<void> {
  if (process.platform !== 'linux' || !(await isOnAnotherDisk(place))) return;
  if (WITHOUT_TRASH.test(await mountOf(place))) throw new Error(NO_TRASH);
}

const isOnAnotherDisk = async (place: string): Promise<boolean> =>
  (await lstat(place)).dev !== (await stat(homedir())).dev;

/** Why a folder can't be written; undefined if it can. */
const writeFault = (folder: string): Promise<string | undefined> =>
  access(folder, constants.W_OK).then(
    () => undefined,
    ({ code }: NodeJS.ErrnoException) => code,
  );

/** The top folder on the same disk. */
async function mountOf(place: string): Promise<string> {
  const { dev } = await lstat(place);
  let mount = path.dirname(place);
  while (mount !== path.dirname(mount) && (await lstat(path.dirname(mount))).dev === dev) mount = path.dirname(mount);
  return mount;
}
