import { getSeasons, searchIds, searchShows, type SearchResult } from './search-contract.ts';
import { listShows, updateShow, type TrackedShow } from './shows-contract.ts';
import { SERIES_PROVIDERS, type SeriesProvider } from '../core/providers-rules.ts';
import type { ApiClient } from '../core/terminal/api-client.ts';
import { resultsOf } from '../core/terminal/missing-endpoint.ts';
import { asLine } from '../core/terminal/text.ts';
import type { CatalogIds } from '../shows/folder-name-rules.ts';
import { recordedFilesOf } from '../viewings/history-calls.ts';
import { chooseTitles, type TitleChoiceOptions, type TitleChoices } from '../shows/title-choice-prompts.ts';

export type ShowIdOptions = { api: ApiClient } & Pick<
  TitleChoiceOptions<SearchResult>,
  'prompts' | 'takeClearMatch' | 'tell'
>;

/** Results by folder. */
export interface ShowIdResult extends Omit<TitleChoices, 'taken'> {
  set: { folder_name: string; tvdb_id: number }[];
}

/** Finds TVDB ids for each show folder in turn: by an id in its name, by asking, or by a clear match. */
export async function setShowIds(
  folders: readonly string[],
  { api, ...options }: ShowIdOptions,
): Promise<ShowIdResult> {
  const set: ShowIdResult['set'] = [];
  let isAttributed = false;
  const { taken: _, ...rest } = await chooseTitles<SearchResult>(folders, {
    ...options,
    kind: 'series',
    async search(query) {
      let source = 'tvdb' as SeriesProvider;
      const results = await resultsOf(async () => {
        const answer = await api.call(searchShows, { query: { query } });
        source = answer.source ?? source;
        return answer.results;
      });
      const { name, attribution } = SERIES_PROVIDERS[source];
      if (attribution !== null && !isAttributed) {
        options.tell(`${attribution}.`);
        isAttributed = true;
      }
      return { results, provider: name };
    },
    titleOfIds: async (ids) => {
      const tvdbId = await tvdbIdOf(ids, api);
      return tvdbId === null ? undefined : { id: tvdbId, provider: 'TVDB' };
    },
    namesakes: {
      filesOf: recordedFilesOf(api),
      seasonsOf: async ({ tvdb_id: id }) =>
        id === null ? [] : (await api.call(getSeasons, { params: { id } })).seasons,
    },
    async store(folderName, chosen) {
      const tvdbId = 'id' in chosen ? chosen.id : (chosen.result.tvdb_id ?? 0);
      await api.call(updateShow, { body: { folder_name: folderName, tvdb_id: tvdbId } });
      set.push({ folder_name: folderName, tvdb_id: tvdbId });
      const name = 'id' in chosen ? await nameOfShow(folderName, api) : chosen.result.name;
      options.tell(`“${folderName}” is TVDB series ${tvdbId}${name === null ? '' : `, ${asLine(name)}`}.`);
    },
  });
  return { set, ...rest };
}

export async function nameOfShow(folderName: string, api: ApiClient): Promise<string | null> {
  const { shows } = await api.call(listShows);
  return shows.find((show) => show.folder_name === folderName)?.tvdb_name ?? null;
}

async function tvdbIdOf({ tvdbId, tmdbId, imdbId }: CatalogIds, api: ApiClient): Promise<number | null> {
  if (tvdbId !== null) return tvdbId;
  const query = tmdbId === null ? { imdb_id: imdbId ?? '' } : { tmdb_id: tmdbId };
  return (await api.call(searchIds, { query: { type: 'series', ...query } })).tvdb_id;
}

/** Folders without a TVDB id. */
export const withoutId = (shows: readonly TrackedShow[]): string[] =>
  shows.filter((show) => show.tvdb_id === null).map((show) => show.folder_name);
