import { listFolders, listFollowedShows } from '../contract/catalog.ts';
import type { ProgressAnswer } from '../contract/progress.ts';
import { ImmersionError } from '../domain/errors.ts';
import type { ApiClient } from './api-client.ts';

type ShowProgress = ProgressAnswer['shows'][number];

/** The completion of a show of the progress, in percent; undefined where it is not known. */
export type CompletionOf = (show: ShowProgress) => number | undefined;

/** What the catalogue knows of the completion of shows. Progress can be shown without: an older API has no catalogue. */
export async function readCompletion(api: ApiClient): Promise<CompletionOf> {
  try {
    const [{ shows }, { folders }] = await Promise.all([api.call(listFollowedShows), api.call(listFolders)]);
    const known = shows.filter((show) => show.completion_percentage !== null);
    const linked = new Map(folders.map((folder) => [folder.folder_name, folder.tmdb_id]));
    return ({ show_id: tvdbId, folder_name: folder }) => {
      const link = typeof folder === 'string' ? linked.get(folder) : undefined;
      const found =
        known.find((show) => typeof link === 'number' && show.tmdb_id === link) ??
        known.find((show) => tvdbId !== null && show.tvdb_id?.toString() === tvdbId);
      return found?.completion_percentage ?? undefined;
    };
  } catch (error) {
    if (error instanceof ImmersionError) return () => undefined;
    throw error;
  }
}
