import { InvalidInputError, NotFoundError } from '../core/errors.ts';
import { normalizeName } from '../core/name-rules.ts';
import type { ApiClient } from '../core/terminal/api-client.ts';
import { renderTable } from '../core/terminal/table.ts';
import type { Screen } from '../core/terminal/terminal.ts';
import { parseTvdbId } from '../shows/title-question-prompts.ts';
import { filmOfImdb, type FilmId } from './film-ids-prompts.ts';
import type { MovieSearchResult } from './search-contract.ts';
import { listMovies, type RecordedMovie } from './shows-contract.ts';

/** Finds a recorded film by its file name, with or without extension and path. */
export function recordedFilm(text: string, movies: readonly RecordedMovie[]): RecordedMovie {
  const file = normalizeName(text.slice(text.lastIndexOf('/') + 1));
  const meant = [normalizeName(text), file, file.replace(/\.[^.]+$/u, '')];
  for (const name of meant) {
    const found = movies.find((movie) => normalizeName(movie.file_name) === name);
    if (found) return found;
  }
  throw new NotFoundError(`No recorded film is named “${text}”.`, { code: 'movie_not_found' });
}

/** `504` or `tvdb:504`, `tmdb:77`, `tt0245429`. */
export async function typedFilmId(text: string, api: ApiClient): Promise<FilmId> {
  const [, catalog = 'tvdb', digits = ''] = /^\s*(?:(tvdb|tmdb)[:-])?(\d+)\s*$/i.exec(text) ?? [];
  const id = parseTvdbId(digits);
  if (id !== undefined) return catalog.toLowerCase() === 'tmdb' ? { tmdb_id: id } : { tvdb_id: id };
  if (/^tt\d{5,10}$/.test(text)) {
    const found = await filmOfImdb(text, api);
    if (found) return found;
    throw new NotFoundError(`No film has the IMDb id ${text}.`, { code: 'imdb_film_unknown' });
  }
  throw new InvalidInputError(`“${text}” is not a film id.`, {
    code: 'invalid_argument',
    suggestions: ['Use a TVDB id such as 504, a TMDB id as tmdb:77, or an IMDb id such as tt0245429.'],
  });
}

export async function nameOfFilm(fileName: string, api: ApiClient): Promise<string> {
  const { movies } = await api.call(listMovies);
  const film = movies.find((movie) => movie.file_name === fileName);
  return film?.name ?? `film ${film?.tvdb_id ?? film?.tmdb_id}`;
}

/** Candidates with the ids to choose them by. */
export const candidatesTable = (candidates: readonly MovieSearchResult[], screen: Screen): string =>
  candidates.length === 0
    ? 'No film found with this name.'
    : renderTable(
        [{ head: 'Id' }, { head: 'Name', flexible: true }, { head: 'Original name', flexible: true }, { head: 'Year' }],
        candidates.map(({ tvdb_id: tvdbId, tmdb_id: tmdbId, name, original_name: original, year }) => [
          tvdbId === undefined ? `tmdb:${tmdbId}` : String(tvdbId),
          name,
          original === name ? '' : (original ?? ''),
          year?.toString() ?? '',
        ]),
        screen,
      );
