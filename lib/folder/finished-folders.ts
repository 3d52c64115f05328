import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { ApiClient } from '../core/terminal/api-client.ts';
import { normalizeName } from '../core/name-rules.ts';
import { askHeld } from './held.ts';
import { isJunkBelow, isSubtitle, videosOfSubtitle } from './junk-rules.ts';
import type { FileIdentity } from './journal.ts';
import { isGone } from './library.ts';

/** What happens to a show's folder when its watched files are removed. */
export type FolderEnd =
  /** Only junk remains: it is removed, too. */
  | { kind: 'finished'; folder: string; also: string[] }
  /** It is kept because of this file. */
  | { kind: 'stays'; folder: string; keptBy: string }
  | { kind: 'gone'; folder: string };

/** Recursive; links aren't followed and count as files. */
export interface FolderContents {
  files: string[];
  /** Deepest first, the folder itself last. */
  directories: string[];
}

/**
 * Decides which show folders are finished once files are removed. Subtitles are junk only if their episode was watched.
 * Unreadable folders are omitted.
 */
export async function endsOfFolders(
  folders: Iterable<string>,
  { going, watched, api }: { going: ReadonlySet<string>; watched: readonly FileIdentity[]; api: ApiClient },
): Promise<FolderEnd[]> {
  const ends: FolderEnd[] = [];
  const namesOf = Map.groupBy(watched, ({ folderName }) => folderName);
  for (const folder of folders) {
    const found = await contentsOf(folder).catch(() => 'unreadable' as const);
    if (found === 'unreadable') continue;
    if (!found) {
      ends.push({ kind: 'gone', folder });
      continue;
    }
    const left = found.files.filter((file) => !going.has(file));
    const folderName = normalizeName(path.basename(folder));
    const known = new Set((namesOf.get(folderName) ?? []).map(({ fileName }) => path.posix.basename(fileName)));
    const keptBy =
      left.find((file) => !isJunkBelow(segmentsOf(file, folder))) ??
      (await unwatchedSubtitle(left, { folder, folderName, known, api }));
    ends.push(keptBy === undefined ? { kind: 'finished', folder, also: left } : { kind: 'stays', folder, keptBy });
  }
  return ends;
}

/** The first subtitle whose video isn't recorded, according to the journal or the API. */
async function unwatchedSubtitle(
  files: readonly string[],
  {
    folder,
    folderName,
    known,
    api,
  }: { folder: string; folderName: string; known: ReadonlySet<string>; api: ApiClient },
): Promise<string | undefined> {
  const unsure = files
    .map((file) => ({ file, segments: segmentsOf(file, folder) }))
    .filter(({ segments }) => isSubtitle(segments.at(-1) ?? '') && !isJunkBelow([...segments.slice(0, -1), '_']))
    .map(({ file, segments }) => ({ file, videos: videosOfSubtitle(segments).map(normalizeName) }))
    .filter(({ videos }) => !videos.some((video) => known.has(video)));
  if (unsure.length === 0) return undefined;
  const asked = unsure.flatMap(({ file, videos }) => videos.map((fileName) => ({ file, folderName, fileName })));
  const held = await askHeld(api, { files: asked, links: [] });
  const watched = new Set([...(held?.files ?? [])].map(({ file }) => file));
  return unsure.find(({ file }) => !watched.has(file))?.file;
}

/** Undefined if the folder is missing. */
export async function contentsOf(folder: string): Promise<FolderContents | undefined> {
  let entries;
  try {
    entries = await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
  const contents: FolderContents = { files: [], directories: [] };
  for (const entry of entries) {
    const place = path.join(folder, entry.name);
    const inside = entry.isDirectory() ? await contentsOf(place) : { files: [place], directories: [] };
    contents.files.push(...(inside?.files ?? []));
    contents.directories.push(...(inside?.directories ?? []));
  }
  contents.directories.push(folder);
  return contents;
}

const segmentsOf = (file: string, folder: string): string[] => path.relative(folder, file).split(path.sep);
