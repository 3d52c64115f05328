import { joinFolder, listFolders, listFollowedShows } from '../contract/catalog.ts';
import { ImmersionError, NotFoundError } from '../domain/errors.ts';
import { normalizeName } from '../domain/names.ts';
import { clearMatch } from '../domain/show-match.ts';
import type { ApiClient } from './api-client.ts';

const REASONS = {
  no_tvdb_id: 'it has no TVDB id',
  not_looked_up: 'its TVDB id was not looked up yet',
  unknown_at_tmdb: 'TMDB does not know its TVDB id',
} as const;

/** Why a folder is no series of the catalogue, to stand behind “because”. */
export const reasonText = (reason: keyof typeof REASONS | null): string =>
  reason === null ? 'nobody knows why' : REASONS[reason];

/** The TMDB id that a person means: the id itself, a show folder, or the name of a show that they watch. */
export async function findShow(text: string, api: ApiClient): Promise<number> {
  const wanted = normalizeName(text.trim());
  if (/^[1-9]\d*$/.test(wanted)) return Number(wanted);

  const { folders } = await api.call(listFolders);
  const folder =
    folders.find((one) => one.folder_name === wanted) ?? folders.find((one) => isSame(one.folder_name, wanted));
  if (folder) return idOf(folder.folder_name, api);

  const { shows } = await api.call(listFollowedShows);
  const named = clearMatch(
    shows.map((show) => ({ ...show, year: null })),
    { title: wanted, year: null },
  );
  if (named) return named.tmdb_id;
  throw new NotFoundError(`“${text}” is neither a show folder nor a show that you watch.`, {
    code: 'show_not_found',
    suggestions: [
      'Give its TMDB id: it stands in the address of its page at https://www.themoviedb.org.',
      'See the known folders with immersion shows.',
    ],
  });
}

async function idOf(folderName: string, api: ApiClient): Promise<number> {
  const folder = await api.call(joinFolder, { body: { folder_name: folderName } });
  if (folder.tmdb_id !== null) return folder.tmdb_id;
  throw new ImmersionError(
    `The folder “${folderName}” cannot be joined with the catalogue, because ${reasonText(folder.reason)}.`,
    {
      code: 'folder_not_joined',
      suggestions: [
        ...(folder.reason === 'no_tvdb_id' ? [`Give it one: immersion set-tvdb "${folderName}"`] : []),
        `Or say which series at TMDB it is: immersion show --link "${folderName}" TMDB_ID`,
      ],
    },
  );
}

const isSame = (one: string, other: string): boolean => one.toLocaleLowerCase() === other.toLocaleLowerCase();
