import { readFacts, type ViewingSources } from './facts-service.ts';
import { episodePrefixes, partitionOf } from './record-items.ts';
import type { EpisodeNames } from './stored-names-service.ts';
import { placeText } from './viewing-rules.ts';
import { folderFiles } from './viewings-service.ts';

export interface SamePlaces {
  /** Finds, for files that aren't recorded, recorded files of the same episode. */
  of(user: string, files: readonly EpisodeNames[]): Promise<{ file: EpisodeNames; recorded: EpisodeNames }[]>;
}

export function createSamePlaces(sources: ViewingSources): SamePlaces {
  const { store, shows } = sources;

  async function recordedIn(user: string, folderName: string): Promise<string[]> {
    const names: string[] = [];
    for (const prefix of episodePrefixes(folderName)) {
      const items = store.query(partitionOf(user), { prefix, projection: ['pk', 'sk', 'file_name'], consistent: true });
      for await (const item of items) names.push(String(item['file_name']));
    }
    return names;
  }

  return {
    async of(user, files) {
      if (files.length === 0) return [];
      const facts = await readFacts(user, sources);
      const { showNamed } = await shows.names();
      const { folders, works } = facts;

      const named = [...folders.values()].map((one) => ({ ...one, name: showNamed(one.folderName) }));
      /** The folder and others of its series; for a new folder, those with its id, or its title and year. */
      const foldersOf = (folderName: string): string[] => {
        const work = works.ofFolder(folderName);
        const { title, year, tvdbId } = showNamed(folderName);
        const isSame = (one: (typeof named)[number]): boolean => {
          if (folders.has(folderName)) return works.ofFolder(one.folderName) === work;
          if (tvdbId !== null && one.tvdbId !== null) return tvdbId === one.tvdbId;
          return one.name.title.toLowerCase() === title.toLowerCase() && one.name.year === year;
        };
        return named.filter(isSame).map((one) => one.folderName);
      };
      const placesOf = async (folderName: string, fileNames: readonly string[]) => {
        const read = await shows.places(works.ofFolder(folderName).tmdbId);
        const places = read(folderFiles(facts, folderName, fileNames));
        return (fileName: string) => places.get(fileName)?.map(placeText).join() ?? '';
      };

      const found: { file: EpisodeNames; recorded: EpisodeNames }[] = [];
      for (const [folderName, asked] of Map.groupBy(files, (file) => file.folderName)) {
        const known = foldersOf(folderName);
        if (known.length === 0) continue;
        const recordedAt = new Map<string, EpisodeNames>();
        const own = new Set(known.includes(folderName) ? await recordedIn(user, folderName) : []);
        // All files of a folder decide what its numbers mean.
        const placeOf = await placesOf(folderName, [...own, ...asked.map(({ fileName }) => fileName)]);
        for (const fileName of own) recordedAt.set(placeOf(fileName), { folderName, fileName });
        for (const other of known.filter((name) => name !== folderName)) {
          const fileNames = await recordedIn(user, other);
          const placeOfOther = await placesOf(other, fileNames);
          for (const fileName of fileNames) recordedAt.set(placeOfOther(fileName), { folderName: other, fileName });
        }
        recordedAt.delete('');
        for (const file of asked) {
          const recorded = recordedAt.get(placeOf(file.fileName));
          // Another process may have just recorded the file itself.
          if (recorded && !own.has(file.fileName)) found.push({ file, recorded });
        }
      }
      return found;
    },
  };
}
