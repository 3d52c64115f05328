import { normalizeName } from '../core/name-rules.ts';
import { MAXIMUM_SORT_KEY_BYTES, type Item, type Store } from '../core/store/store.ts';
import { episodeKey, partitionOf, SORT_KEY_PREFIXES } from './record-items.ts';
import { storedItems } from './record-service.ts';

/** Names are NFC-normalized. */
export interface EpisodeNames {
  folderName: string;
  fileName: string;
}

const NAMES = ['pk', 'sk', 'folder_name', 'file_name'];

/** Whether the names may be stored in another form: the original service doesn't normalize names or escape `#`. */
export const hasOtherForms = ({ folderName, fileName }: EpisodeNames): boolean =>
  [folderName, fileName].some((name) => name.includes('#') || name.normalize('NFD') !== name);

/** Show folders stored under unnormalized names, by their normalized name. */
export async function storedFolders(store: Store, user: string): Promise<Map<string, string>> {
  const folders = new Map<string, string>();
  const options = { prefix: SORT_KEY_PREFIXES.show, projection: NAMES, consistent: true };
  for await (const item of store.query(partitionOf(user), options)) {
    const name = String(item['folder_name']);
    if (normalizeName(name) !== name) folders.set(normalizeName(name), name);
  }
  return folders;
}

/** Those that are stored, in any form of their names. */
export async function storedEpisodes<E extends EpisodeNames>(
  store: Store,
  user: string,
  episodes: readonly E[],
): Promise<Set<E>> {
  const folders = episodes.some(hasOtherForms) ? await storedFolders(store, user) : new Map<string, string>();
  const keys = new Set<string>();
  for (const episode of episodes) {
    const isPlain = !hasOtherForms(episode) && !folders.has(episode.folderName);
    for (const key of isPlain ? [episodeKey(episode.folderName, episode.fileName)] : keysOf(episode, folders))
      keys.add(key);
  }
  const found = await itemsAt(store, user, keys);
  const names = new Set(
    [...found.values()].map((item) => nameOf(String(item['folder_name']), String(item['file_name']))),
  );
  return new Set(episodes.filter(({ folderName, fileName }) => names.has(nameOf(folderName, fileName))));
}

/** Those that are stored, in any form. */
export async function storedNames(
  store: Store,
  user: string,
  { prefix, names }: { prefix: string; names: readonly string[] },
): Promise<string[]> {
  const keys = new Set(names.flatMap((name) => formsOf(name)).map((form) => prefix + form));
  const found = new Set([...(await itemsAt(store, user, keys)).keys()].map((key) => normalizeName(key)));
  return names.filter((name) => found.has(normalizeName(prefix + name)));
}

function itemsAt(store: Store, user: string, sortKeys: ReadonlySet<string>): Promise<Map<string, Item>> {
  const keys = [...sortKeys]
    .filter((sort) => Buffer.byteLength(sort) <= MAXIMUM_SORT_KEY_BYTES)
    .map((sort) => ({ partition: partitionOf(user), sort }));
  return storedItems(store, keys, NAMES);
}

function keysOf({ folderName, fileName }: EpisodeNames, folders: ReadonlyMap<string, string>): string[] {
  const folderForms = new Set([...formsOf(folderName), folders.get(folderName) ?? folderName]);
  return [...folderForms].flatMap((folder) =>
    formsOf(fileName).flatMap((file) => [episodeKey(folder, file), `EPISODE#${folder}#${file}`]),
  );
}

const formsOf = (name: string): string[] => [name, name.normalize('NFD')];

const nameOf = (folderName: string, fileName: string): string =>
  JSON.stringify([normalizeName(folderName), normalizeName(fileName)]);
