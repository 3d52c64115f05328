import { joinFolder, listFolders, listFollowedShows } from './catalog-contract.ts';
import { getTmdbSeries, searchTmdb } from '../tmdb/tmdb-contract.ts';
import { ImmersionError, NotFoundError } from '../core/errors.ts';
import { normalizeName } from '../core/name-rules.ts';
import { clearMatch } from './show-match-rules.ts';
import type { ApiClient } from '../core/terminal/api-client.ts';
import type { Prompts } from '../core/terminal/prompts.ts';
import { asLine } from '../core/terminal/text.ts';
import { recordedFilesOf } from '../viewings/history-calls.ts';
import { chooseTitles, type TitleChoiceOptions } from './title-choice-prompts.ts';
import type { TitleResult } from './title-question-prompts.ts';

const CANDIDATES_LISTED = 5;

const REASONS = {
  no_tvdb_id: 'it has no TVDB id',
  not_looked_up: 'its TVDB id hasn’t been looked up yet',
  unknown_at_tmdb: 'TMDB has no series with its TVDB id',
} as const;

/** A clause after “because”. */
const reasonText = (reason: keyof typeof REASONS | null): string =>
  reason === null ? 'the reason is unknown' : REASONS[reason];

export const shownAs = (text: string, id: number): string =>
  text.trim() === String(id) ? `series ${id}` : `“${asLine(text)}” (TMDB series ${id})`;

/** Finds a TMDB id by show folder, id, followed show's name, or search. */
export async function findShow(text: string, api: ApiClient, prompts: Prompts | undefined): Promise<number> {
  return (await findOwnShow(text, api)) ?? searchShow(text, api, prompts);
}

/** Without searching TMDB. */
export async function findFollowedShow(text: string, api: ApiClient): Promise<number> {
  const found = await findOwnShow(text, api);
  if (found !== undefined) return found;
  throw new NotFoundError(`“${text}” is neither a show folder nor a show that you follow.`, {
    code: 'show_not_found',
    suggestions: ['Use its TMDB id: it’s in the address of its page on https://www.themoviedb.org.'],
  });
}

async function findOwnShow(text: string, api: ApiClient): Promise<number | undefined> {
  const wanted = normalizeName(text.trim());
  const { folders } = await api.call(listFolders);
  const exact = folders.find((one) => one.folder_name === wanted);
  // A folder may be named 86.
  if (!exact && /^[1-9]\d*$/.test(wanted)) return Number(wanted);
  const folder = exact ?? folders.find((one) => isSame(one.folder_name, wanted));
  if (folder) return idOf(folder.folder_name, api);

  const { shows } = await api.call(listFollowedShows);
  const candidates = shows.map((show) => ({ ...show, year: null }));
  return clearMatch(candidates, { title: wanted, year: null })?.tmdb_id;
}

type SeriesHit = TitleResult & { tmdb_id: number };

/** Finds the TMDB id of a folder's series: by an id in its name, or by search. */
export const searchShowOfFolder = (folderName: string, api: ApiClient, prompts: Prompts | undefined): Promise<number> =>
  searchShow(folderName, api, prompts, {
    titleOfIds: async ({ tmdbId }) => (tmdbId === null ? undefined : { id: tmdbId, provider: 'TMDB' }),
    namesakes: {
      filesOf: recordedFilesOf(api),
      seasonsOf: async ({ tmdb_id: id }) => (await api.call(getTmdbSeries, { params: { id } })).seasons,
    },
  });

async function searchShow(
  text: string,
  api: ApiClient,
  prompts: Prompts | undefined,
  ofFolder: Pick<TitleChoiceOptions<SeriesHit>, 'titleOfIds' | 'namesakes'> = {},
): Promise<number> {
  const search = async (query: string, type: 'tv' | 'movie') => {
    const { results } = await api.call(searchTmdb, { query: { query, type } });
    return results.map(({ tmdb_id, title, original_title, year, overview }) => ({
      tmdb_id,
      name: title,
      original_name: original_title,
      year,
      overview,
    }));
  };
  let found: number | undefined;
  let candidates: Awaited<ReturnType<typeof search>> = [];
  /** Don't offer series to a user who named a film. */
  const refuseFilm = async (query: string) => {
    const wanted = { title: query, year: null };
    if (candidates.some((candidate) => clearMatch([candidate], wanted))) return;
    const film = clearMatch(await search(query, 'movie'), wanted);
    if (!film) return;
    const year = film.year === null ? '' : ` (${film.year})`;
    throw new NotFoundError(`“${asLine(film.name)}”${year} is a film, and this is for series.`, {
      code: 'not_a_series',
      suggestions: [`See the film: immersion tmdb movie ${film.tmdb_id}`],
    });
  };
  const { stopped, failed } = await chooseTitles<SeriesHit>([text], {
    kind: 'series',
    async search(query) {
      candidates = await search(query, 'tv');
      await refuseFilm(query);
      return { results: candidates, provider: 'TMDB' };
    },
    async store(_, chosen) {
      found = 'id' in chosen ? chosen.id : chosen.result.tmdb_id;
    },
    prompts,
    takeClearMatch: true,
    ...ofFolder,
    tell: () => {},
  });
  const error = stopped ?? failed[0]?.error;
  if (error) throw error;
  if (found !== undefined) return found;
  if (prompts) throw new ImmersionError('Cancelled; no show was chosen.', { code: 'declined' });
  throw notClear(text, candidates);
}

function notClear(
  text: string,
  candidates: readonly { tmdb_id: number; name: string; year: number | null }[],
): ImmersionError {
  if (candidates.length === 0) {
    return new NotFoundError(`No show folder, followed show or TMDB series matches “${text}”.`, {
      code: 'show_not_found',
      suggestions: ['List your show folders: immersion shows', 'Or use the TMDB id of the series.'],
    });
  }
  const listed = candidates.slice(0, CANDIDATES_LISTED).map(({ tmdb_id: id, name, year }) => {
    return `${id}  ${asLine(name)}${year === null ? '' : ` (${year})`}`;
  });
  const message =
    candidates.length === 1
      ? `No TMDB series is called exactly “${text}”. Use the id if it’s this one:`
      : `Several TMDB series match “${text}”. Use the id of one:`;
  return new ImmersionError(message, {
    code: 'show_not_clear',
    suggestions: listed,
  });
}

async function idOf(folderName: string, api: ApiClient): Promise<number> {
  const folder = await api.call(joinFolder, { body: { folder_name: folderName } });
  if (folder.tmdb_id !== null) return folder.tmdb_id;
  throw new ImmersionError(`The folder “${folderName}” can’t be linked to a series: ${reasonText(folder.reason)}.`, {
    code: 'folder_not_joined',
    suggestions: [
      ...(folder.reason === 'no_tvdb_id' ? [`Match it: immersion set-tvdb "${folderName}"`] : []),
      `Or link it to a TMDB series: immersion show link "${folderName}"`,
    ],
  });
}

const isSame = (one: string, other: string): boolean => one.toLocaleLowerCase() === other.toLocaleLowerCase();
