import { Args, Flags } from '@oclif/core';
import { ImmersionCommand } from '../lib/core/terminal/base-command.ts';
import { InvalidInputError } from '../lib/core/errors.ts';
import { asLine } from '../lib/core/terminal/text.ts';
import { chooseFilms, filmCandidates, type FilmId } from '../lib/recording/film-ids-prompts.ts';
import { candidatesTable, nameOfFilm, recordedFilm, typedFilmId } from '../lib/recording/film-match-text.ts';
import type { MovieSearchResult } from '../lib/recording/search-contract.ts';
import { listMovies, updateMovie } from '../lib/recording/shows-contract.ts';

export interface SetMovieResult {
  set: ({ file_name: string } & FilmId)[];
  skipped: string[];
  /** Candidates for a film without an id, without a terminal to ask. */
  candidates: MovieSearchResult[];
}

export default class SetMovie extends ImmersionCommand {
  static override summary = 'Match a recorded film to a film on TVDB or TMDB';
  static override description =
    'Also corrects a wrong match. Without an id, searches for the film’s name and asks; without a terminal, lists the candidates. Without a file, goes through all unmatched films. A measured length stays.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> "Harbour Lights (2021)" 504',
    '<%= config.bin %> <%= command.id %> "Harbour Lights (2021)" tmdb:77',
    '<%= config.bin %> <%= command.id %> --yes',
  ];
  static override args = {
    file: Args.string({ description: 'File of the film, with or without its extension' }),
    id: Args.string({ description: 'TVDB id of the film, tmdb:ID, or its IMDb id' }),
  };
  static override flags = {
    yes: Flags.boolean({ char: 'y', description: 'Accept a single clear match without asking' }),
    'dry-run': Flags.boolean({ description: 'Only show what would be matched' }),
  };

  async run(): Promise<SetMovieResult> {
    const { args, flags } = await this.parse(SetMovie);
    const { api } = await this.connect();
    const result: SetMovieResult = { set: [], skipped: [], candidates: [] };
    const { movies } = await api.call(listMovies);
    const film = args.file === undefined ? undefined : recordedFilm(args.file, movies);
    const set = async (fileName: string, id: FilmId, name?: string): Promise<void> => {
      await api.call(updateMovie, { body: { file_name: fileName, ...id } });
      result.set.push({ file_name: fileName, ...id });
      this.tell(`“${asLine(fileName)}” is ${asLine(name ?? (await nameOfFilm(fileName, api)))}.`);
    };
    if (film && args.id !== undefined) {
      const id = await typedFilmId(args.id, api);
      if (!flags['dry-run']) await set(film.file_name, id);
      else {
        this.tell(`Would match “${film.file_name}” to ${args.id}.`);
        result.skipped.push(film.file_name);
      }
      return result;
    }

    const isUnmatched = (movie: (typeof movies)[number]) => movie.tvdb_id === null && movie.tmdb_id === null;
    const names = (film ? [film] : movies.filter(isUnmatched)).map(({ file_name: name }) => name);
    if (movies.length === 0) this.tell('No films are recorded yet. Record some first: immersion sync');
    else if (names.length === 0) this.tell('Every film is matched.');
    if (flags['dry-run']) {
      for (const name of names) this.tell(`Would ask for “${asLine(name)}”.`);
      return { ...result, skipped: names };
    }
    const prompts = await this.prompts(flags);
    if (names.length > 0 && !prompts && !flags.yes) {
      if (!film) {
        for (const name of names) this.tell(`“${asLine(name)}” isn’t matched.`);
        throw new InvalidInputError('Can’t ask which films they are without a terminal.', {
          code: 'input_needed',
          suggestions: [
            'Name the file and the id: immersion set-movie FILE ID',
            'Or accept clear matches: immersion set-movie --yes',
          ],
        });
      }
      result.skipped = names;
      result.candidates = await filmCandidates(film.file_name, api);
      this.say(candidatesTable(result.candidates, this.screen));
      this.tell('Choose one: immersion set-movie FILE ID');
      return result;
    }
    const { skipped, stopped } = await chooseFilms(names, {
      api,
      prompts,
      takeClearMatch: flags.yes,
      tell: (text) => this.tell(text),
      store: set,
    });
    if (stopped) throw stopped;
    return { ...result, skipped };
  }
}
