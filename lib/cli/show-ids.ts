import { MAXIMUM_QUERY_CHARACTERS, searchShows, type SearchResult } from '../contract/search.ts';
import { updateShow, type TrackedShow } from '../contract/shows.ts';
import { ImmersionError } from '../domain/errors.ts';
import { titleOfFolder } from '../domain/folder-name.ts';
import { clearMatch, rankMatches } from '../domain/show-match.ts';
import type { ApiClient } from './api-client.ts';
import type { Prompts } from './prompts.ts';
import { asLine } from './text.ts';

/** How shows that lack a TVDB id get one. */
export interface ShowIdOptions {
  api: ApiClient;
  /** Absent where nobody can be asked. */
  prompts?: Prompts | undefined;
  /** Take a single clear match without asking. */
  takeClearMatch: boolean;
  tell: (text: string) => void;
}

/** What became of the shows, by folder. */
export interface ShowIdResult {
  set: { folder_name: string; tvdb_id: number }[];
  skipped: string[];
  /** Why it ended early: the provider cannot be asked at all. */
  stopped?: ImmersionError;
}

/** Where people get a key of TVDB. */
export const TVDB_KEY_PAGE = 'https://thetvdb.com/api-information';

/** Errors that every further search would meet as well. */
const HOPELESS = new Set(['tvdb_not_configured', 'tvdb_key_refused', 'api_unreachable', 'unauthorized', 'forbidden']);

/** Finds TVDB ids for show folders, one by one: by search and a question, or by a clear match alone. */
export async function setShowIds(folders: readonly string[], options: ShowIdOptions): Promise<ShowIdResult> {
  const result: ShowIdResult = { set: [], skipped: [] };
  let skipAll = false;
  for (const folderName of folders) {
    if (skipAll) {
      result.skipped.push(folderName);
      continue;
    }
    try {
      const choice = await settle(folderName, options);
      skipAll = choice === 'skip-all';
      if (typeof choice === 'string') {
        result.skipped.push(folderName);
        continue;
      }
      result.set.push({ folder_name: folderName, tvdb_id: choice.tvdbId });
      options.tell(`“${folderName}” is TVDB series ${choice.tvdbId}${choice.name ? `, ${asLine(choice.name)}` : ''}.`);
    } catch (error) {
      if (!(error instanceof ImmersionError)) throw error;
      result.skipped.push(folderName);
      if (HOPELESS.has(error.code)) {
        const left = folders.slice(folders.indexOf(folderName) + 1);
        return { ...result, skipped: [...result.skipped, ...left], stopped: error };
      }
      options.tell(`“${folderName}” was skipped: ${error.message}`);
    }
  }
  return result;
}

/** The folders that have no TVDB id yet. */
export const withoutId = (shows: readonly TrackedShow[]): string[] =>
  shows.filter((show) => show.tvdb_id === null).map((show) => show.folder_name);

type Choice = { tvdbId: number; name?: string | undefined } | 'skip' | 'skip-all';

/** Sets what was chosen. An id that TVDB does not know is asked for again, where somebody can be asked. */
async function settle(folderName: string, options: ShowIdOptions): Promise<Choice> {
  const choice = await choose(folderName, options);
  if (typeof choice === 'string') return choice;
  try {
    await options.api.call(updateShow, { body: { folder_name: folderName, tvdb_id: choice.tvdbId } });
    return choice;
  } catch (error) {
    const unknown = error instanceof ImmersionError && error.code === 'tvdb_series_not_found';
    if (!unknown || !options.prompts) throw error;
    options.tell(error.message);
    return settle(folderName, { ...options, takeClearMatch: false });
  }
}

async function choose(folderName: string, { api, prompts, takeClearMatch, tell }: ShowIdOptions): Promise<Choice> {
  const wanted = titleOfFolder(folderName);
  let query = wanted.title.slice(0, MAXIMUM_QUERY_CHARACTERS).toWellFormed();
  for (;;) {
    const { results } = await api.call(searchShows, { query: { query } });
    const ranked: SearchResult[] = rankMatches(results, { title: query, year: wanted.year });
    const clear = takeClearMatch ? clearMatch(ranked, { title: query, year: wanted.year }) : undefined;
    if (clear) return { tvdbId: clear.tvdb_id, name: clear.name };
    if (!prompts) {
      if (takeClearMatch) tell(`“${folderName}” has no single clear match for “${query}” at TVDB.`);
      return 'skip';
    }
    const choice = await prompts.chooseShow({ folderName, query, results: ranked });
    if (choice.kind === 'skip' || choice.kind === 'skip-all') return choice.kind;
    if (choice.kind === 'id') {
      return { tvdbId: choice.tvdbId, name: ranked.find((one) => one.tvdb_id === choice.tvdbId)?.name };
    }
    query = choice.query;
  }
}
