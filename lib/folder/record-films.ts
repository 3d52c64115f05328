import type { ClientRun } from '../core/run-header-rules.ts';
import { ImmersionError } from '../core/errors.ts';
import type { ApiClient } from '../core/terminal/api-client.ts';
import { chunksOf } from '../core/terminal/chunks.ts';
import { asLine } from '../core/terminal/text.ts';
import { chooseFilms, type FilmChoiceOptions, type FilmId } from '../recording/film-ids-prompts.ts';
import { syncMovies } from '../recording/sync-contract.ts';
import type { TitleChoices } from '../shows/title-choice-prompts.ts';
import { askHeld } from './held.ts';
import type { NamedFile } from './journal.ts';
import type { FoundFilm } from './library.ts';
import type { Measured } from './measuring.ts';

export interface RecordedFilms extends TitleChoices {
  added: number;
  datesIgnored: boolean;
  /** Recorded without an id. */
  unmatched: string[];
}

type MeasuredFilm = FoundFilm & Measured;

/**
 * Asks for each film and records it right away, so that Ctrl-C loses no answer; then records unmatched ones. Files with
 * the same name are one film. Calls `confirmed` with the files of stored films.
 */
export async function recordFilms(
  films: readonly MeasuredFilm[],
  {
    api,
    run,
    confirmed,
    ...options
  }: {
    api: ApiClient;
    run: ClientRun;
    confirmed: (files: NamedFile[]) => void;
  } & Pick<FilmChoiceOptions, 'prompts' | 'takeClearMatch' | 'tell'>,
): Promise<RecordedFilms> {
  let added = 0;
  let datesIgnored = false;
  const byName = Map.groupBy(films, (film) => film.fileName);
  const send = async (movies: ReturnType<typeof toFilmBody>[]): Promise<void> => {
    const answer = await api.call(syncMovies, { body: { movies }, run });
    added += answer.movies_added;
    if (!answer.dated && movies.some((movie) => movie.watched_at !== undefined)) datesIgnored = true;
  };
  const choices = await chooseFilms([...byName.keys()], {
    ...options,
    api,
    async store(fileName, id, name) {
      const files = byName.get(fileName) ?? [];
      try {
        await send(files.slice(0, 1).map((film) => toFilmBody(film, id)));
      } catch (error) {
        const reason = error instanceof ImmersionError && error.code === 'unknown_ids' ? error.details[0] : undefined;
        if (!reason || !('id' in reason)) throw error;
        throw new ImmersionError(`${reason.id}: ${reason.reason}`, { code: 'unknown_film' });
      }
      confirmed(files.map((film) => ({ ...film, filmId: id })));
      options.tell(`“${fileName}” is recorded${name === undefined ? '' : ` as ${asLine(name)}`}.`);
    },
  });
  const left = choices.skipped.flatMap((name) => byName.get(name)?.slice(0, 1) ?? []);
  if (left.length === 0 || !(await takesUnmatched(api, left))) {
    return { ...choices, added, unmatched: [], datesIgnored };
  }
  for (const chunk of chunksOf(left, (film) => toFilmBody(film))) {
    await send(chunk.map((film) => toFilmBody(film)));
    confirmed(chunk.flatMap(({ fileName }) => byName.get(fileName) ?? []));
  }
  return { ...choices, added, unmatched: left.map(({ fileName }) => fileName), datesIgnored };
}

/** An API that implements only the contract rejects films without an id; it lacks the endpoint used here, too. */
const takesUnmatched = async (api: ApiClient, films: readonly FoundFilm[]): Promise<boolean> =>
  (await askHeld(api, { files: films.slice(0, 1), links: [] })) !== undefined;

/** A film in a request to `POST /syncmovies`. */
export const toFilmBody = ({ fileName, durationSeconds, language, watchedAt }: MeasuredFilm, id?: FilmId) => ({
  file_name: fileName,
  ...id,
  ...(durationSeconds !== undefined && { duration_seconds: durationSeconds }),
  ...(language !== undefined && { language }),
  ...(watchedAt !== undefined && { watched_at: watchedAt }),
});
