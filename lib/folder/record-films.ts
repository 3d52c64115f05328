import type { ClientRun } from '../core/contract/names.ts';
import type { TitleProvider } from '../shows/title-question-prompts.ts';
import { searchIds, searchMovies, type MovieSearchResult } from '../recording/search-contract.ts';
import { syncMovies } from '../recording/sync-contract.ts';
import { ImmersionError } from '../core/errors.ts';
import type { ApiClient } from '../core/terminal/api-client.ts';
import { resultsOf } from '../core/terminal/missing-endpoint.ts';
import type { NamedFile } from './journal.ts';
import type { FoundFilm } from './library.ts';
import { asLine } from '../core/terminal/text.ts';
import { chooseTitles, type TitleChoiceOptions, type TitleChoices } from '../shows/title-choice-prompts.ts';

type FilmId = Pick<MovieSearchResult, 'tvdb_id' | 'tmdb_id'>;

/** What became of films. */
export interface RecordedFilms extends TitleChoices {
  added: number;
  datesIgnored: boolean;
}

/**
 * Asks which films the files are, and records each as soon as it is answered, so that Ctrl-C loses no answer. Files with
 * one name are one film. `confirmed` is called with the files of each film that the API has stored.
 */
export async function recordFilms(
  films: readonly FoundFilm[],
  {
    api,
    run,
    confirmed,
    ...options
  }: {
    api: ApiClient;
    run: ClientRun;
    confirmed: (files: NamedFile[]) => void;
  } & Pick<TitleChoiceOptions<MovieSearchResult>, 'prompts' | 'takeClearMatch' | 'tell'>,
): Promise<RecordedFilms> {
  let added = 0;
  let datesIgnored = false;
  // An id that is typed belongs to the provider that was searched.
  let provider: TitleProvider = 'TVDB';
  const names = [...new Set(films.map((film) => film.fileName))];
  const choices = await chooseTitles<MovieSearchResult>(names, {
    ...options,
    kind: 'film',
    async search(query) {
      const results = await resultsOf(async () => (await api.call(searchMovies, { query: { query } })).results);
      if (results.length > 0) provider = results.some((hit) => hit.tmdb_id !== undefined) ? 'TMDB' : 'TVDB';
      return { results, provider };
    },
    async titleOfIds({ tvdbId, tmdbId, imdbId }) {
      if (tvdbId !== null) return { id: tvdbId, provider: 'TVDB' };
      if (tmdbId !== null) return { id: tmdbId, provider: 'TMDB' };
      const query = { type: 'movie', imdb_id: imdbId ?? '' };
      const { tvdb_id: atTvdb, tmdb_id: atTmdb } = await api.call(searchIds, { query });
      if (atTvdb !== null) return { id: atTvdb, provider: 'TVDB' };
      return atTmdb === null ? undefined : { id: atTmdb, provider: 'TMDB' };
    },
    async store(fileName, chosen) {
      const idKind = 'id' in chosen && chosen.provider === 'TMDB' ? 'tmdb_id' : 'tvdb_id';
      const found: FilmId = 'result' in chosen ? chosen.result : { [idKind]: chosen.id };
      const id = found.tvdb_id === undefined ? { tmdb_id: found.tmdb_id ?? 0 } : { tvdb_id: found.tvdb_id };
      try {
        const watchedAt = films.find((film) => film.fileName === fileName)?.watchedAt;
        const isDated = watchedAt !== undefined;
        const body = { movies: [{ file_name: fileName, ...id, ...(isDated && { watched_at: watchedAt }) }] };
        const answer = await api.call(syncMovies, { body, run });
        added += answer.movies_added;
        if (isDated && !answer.dated) datesIgnored = true;
      } catch (error) {
        const reason = error instanceof ImmersionError && error.code === 'unknown_ids' ? error.details[0] : undefined;
        if (!reason || !('id' in reason)) throw error;
        throw new ImmersionError(`${reason.id}: ${reason.reason}`, { code: 'unknown_film' });
      }
      confirmed(films.filter((film) => film.fileName === fileName).map((film) => ({ ...film, filmId: id })));
      options.tell(`“${fileName}” is recorded${'result' in chosen ? ` as ${asLine(chosen.result.name)}` : ''}.`);
    },
  });
  return { ...choices, added, datesIgnored };
}
