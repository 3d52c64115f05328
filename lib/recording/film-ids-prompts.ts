import type { ApiClient } from '../core/terminal/api-client.ts';
import { resultsOf } from '../core/terminal/missing-endpoint.ts';
import {
  chooseTitles,
  findCandidates,
  type TitleChoiceOptions,
  type TitleChoices,
} from '../shows/title-choice-prompts.ts';
import type { TitleProvider } from '../shows/title-question-prompts.ts';
import { searchIds, searchMovies, type MovieSearchResult } from './search-contract.ts';

/** A TVDB id, or else a TMDB id. */
export type FilmId = { tvdb_id: number } | { tmdb_id: number };

export type FilmChoiceOptions = {
  api: ApiClient;
  /** `name` is that of a search result. */
  store: (fileName: string, id: FilmId, name: string | undefined) => Promise<void>;
} & Pick<TitleChoiceOptions<MovieSearchResult>, 'prompts' | 'takeClearMatch' | 'tell'>;

/** Finds the film of each file in turn: by an id in its name, by asking, or by a clear match. */
export function chooseFilms(
  fileNames: readonly string[],
  { api, store, ...options }: FilmChoiceOptions,
): Promise<TitleChoices> {
  return chooseTitles<MovieSearchResult>(fileNames, {
    ...options,
    kind: 'film',
    search: searcher(api),
    async titleOfIds({ tvdbId, tmdbId, imdbId }) {
      if (tvdbId !== null) return { id: tvdbId, provider: 'TVDB' };
      if (tmdbId !== null) return { id: tmdbId, provider: 'TMDB' };
      const found = imdbId === null ? undefined : await filmOfImdb(imdbId, api);
      if (!found) return undefined;
      return 'tvdb_id' in found ? { id: found.tvdb_id, provider: 'TVDB' } : { id: found.tmdb_id, provider: 'TMDB' };
    },
    async store(fileName, chosen) {
      if ('id' in chosen) {
        return store(fileName, chosen.provider === 'TMDB' ? { tmdb_id: chosen.id } : { tvdb_id: chosen.id }, undefined);
      }
      const { tvdb_id: tvdbId, tmdb_id: tmdbId, name } = chosen.result;
      return store(fileName, tvdbId === undefined ? { tmdb_id: tmdbId ?? 0 } : { tvdb_id: tvdbId }, name);
    },
  });
}

/** Most likely first. */
export const filmCandidates = (fileName: string, api: ApiClient): Promise<MovieSearchResult[]> =>
  findCandidates(fileName, { kind: 'film', search: searcher(api) });

/** Undefined if unknown. */
export async function filmOfImdb(imdbId: string, api: ApiClient): Promise<FilmId | undefined> {
  const { tvdb_id: tvdbId, tmdb_id: tmdbId } = await api.call(searchIds, {
    query: { type: 'movie', imdb_id: imdbId },
  });
  if (tvdbId !== null) return { tvdb_id: tvdbId };
  return tmdbId === null ? undefined : { tmdb_id: tmdbId };
}

/** Typed ids belong to the provider that was searched. */
function searcher(api: ApiClient) {
  let provider: TitleProvider = 'TVDB';
  return async (query: string) => {
    const results = await resultsOf(async () => (await api.call(searchMovies, { query: { query } })).results);
    if (results.length > 0) provider = results.some((hit) => hit.tmdb_id !== undefined) ? 'TMDB' : 'TVDB';
    return { results, provider };
  };
}
