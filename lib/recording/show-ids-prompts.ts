import { searchShows, type SearchResult } from './search-contract.ts';
import { updateShow, type TrackedShow } from './shows-contract.ts';
import type { ApiClient } from '../core/terminal/api-client.ts';
import { resultsOf } from '../core/terminal/missing-endpoint.ts';
import { asLine } from '../core/terminal/text.ts';
import { chooseTitles, type TitleChoiceOptions, type TitleChoices } from '../shows/title-choice-prompts.ts';

/** Where people get a key of TVDB. */
export const TVDB_KEY_PAGE = 'https://thetvdb.com/api-information';

/** How shows that lack a TVDB id get one. */
export type ShowIdOptions = { api: ApiClient } & Pick<
  TitleChoiceOptions<SearchResult>,
  'prompts' | 'takeClearMatch' | 'tell'
>;

/** What became of the shows, by folder. */
export interface ShowIdResult extends Omit<TitleChoices, 'taken'> {
  set: { folder_name: string; tvdb_id: number }[];
}

/** Finds TVDB ids for show folders, one by one: by search and a question, or by a clear match alone. */
export async function setShowIds(
  folders: readonly string[],
  { api, ...options }: ShowIdOptions,
): Promise<ShowIdResult> {
  const set: ShowIdResult['set'] = [];
  const { taken: _, ...rest } = await chooseTitles<SearchResult>(folders, {
    ...options,
    kind: 'series',
    search: (query) => resultsOf(async () => (await api.call(searchShows, { query: { query } })).results),
    async store(folderName, chosen) {
      const tvdbId = 'id' in chosen ? chosen.id : chosen.result.tvdb_id;
      await api.call(updateShow, { body: { folder_name: folderName, tvdb_id: tvdbId } });
      set.push({ folder_name: folderName, tvdb_id: tvdbId });
      options.tell(
        `“${folderName}” is TVDB series ${tvdbId}${'result' in chosen ? `, ${asLine(chosen.result.name)}` : ''}.`,
      );
    },
  });
  return { set, ...rest };
}

/** The folders that have no TVDB id yet. */
export const withoutId = (shows: readonly TrackedShow[]): string[] =>
  shows.filter((show) => show.tvdb_id === null).map((show) => show.folder_name);
