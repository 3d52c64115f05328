import type { FolderLinkFact, TitleFact } from './ports.ts';
import type { Work } from './viewing-rules.ts';

export interface WorkFacts {
  folders: readonly { folderName: string; tvdbId: number | null }[];
  links: readonly FolderLinkFact[];
  titles: readonly TitleFact[];
  /** The catalog's series by TMDB id. */
  catalog: ReadonlyMap<number, { tvdbId: number | null; name: string | null }>;
}

/** A user's films and series, one object for each, whichever source names it. */
export interface Works {
  /** Works for folders that aren't stored, too. */
  ofFolder(folderName: string): Work;
  ofTmdb(kind: Work['kind'], tmdbId: number): Work;
  /** By a show's folder name, or by `tmdb:<id>`. */
  named(id: string): Work;
  /** The TVDB id of the first folder that has one, else the series' own. */
  tvdbIdOf(work: Work): number | null;
  /** The title's metadata, for its length. */
  title(work: Work): TitleFact | undefined;
}

/**
 * A folder's series is: the user's link, else the TMDB series with the folder's TVDB id, else the TVDB id alone, else
 * the folder itself.
 */
export function createWorks({ folders, links, titles, catalog }: WorkFacts): Works {
  const titleOf = new Map(titles.map((title) => [`${title.kind} ${title.tmdbId}`, title]));
  const known = new Map<string, Work>();
  const byFolder = new Map<string, Work>();
  const linked = new Map(links.map((link) => [link.folderName, link]));
  const tvdbIdOf = (tmdbId: number) => titleOf.get(`series ${tmdbId}`)?.tvdbId ?? catalog.get(tmdbId)?.tvdbId ?? null;
  const byTvdb = new Map<number, number>();
  const folderTvdbIds = new Map<Work, number>();
  const series = titles.filter(({ kind }) => kind === 'series').map(({ tmdbId }) => tmdbId);
  for (const tmdbId of [...new Set([...series, ...catalog.keys()])].toSorted((a, b) => a - b)) {
    for (const tvdbId of [titleOf.get(`series ${tmdbId}`)?.tvdbId, catalog.get(tmdbId)?.tvdbId]) {
      if (typeof tvdbId === 'number' && !byTvdb.has(tvdbId)) byTvdb.set(tvdbId, tmdbId);
    }
  }

  const once = (map: Map<string, Work>, key: string, make: () => Work): Work => {
    const work = map.get(key) ?? make();
    map.set(key, work);
    return work;
  };
  const ofTmdb = (kind: Work['kind'], tmdbId: number): Work =>
    once(known, `${kind} ${tmdbId}`, () => {
      const title = titleOf.get(`${kind} ${tmdbId}`);
      const name = title?.name ?? (kind === 'series' ? (catalog.get(tmdbId)?.name ?? null) : null);
      const tvdbId = kind === 'series' ? tvdbIdOf(tmdbId) : (title?.tvdbId ?? null);
      return { kind, tmdbId, tvdbId, name, image: title?.image ?? null };
    });

  const unknown = (tvdbId: number | null): Work => ({ kind: 'series', tmdbId: null, tvdbId, name: null, image: null });
  // Sorted, so that the result doesn't depend on the order of folders.
  for (const { folderName, tvdbId } of folders.toSorted((a, b) => (a.folderName < b.folderName ? -1 : 1))) {
    const link = linked.get(folderName);
    const isValid = link !== undefined && (link.tvdbId === null || link.tvdbId === tvdbId);
    const tmdbId = isValid ? link.tmdbId : tvdbId === null ? undefined : byTvdb.get(tvdbId);
    if (tmdbId === undefined && tvdbId === null) continue;
    const work = tmdbId === undefined ? once(known, `tvdb ${tvdbId}`, () => unknown(tvdbId)) : ofTmdb('series', tmdbId);
    byFolder.set(folderName, work);
    if (tvdbId !== null && !folderTvdbIds.has(work)) folderTvdbIds.set(work, tvdbId);
  }
  const ofFolder = (folderName: string) => once(byFolder, folderName, () => unknown(null));
  return {
    ofTmdb,
    ofFolder,
    named(id) {
      const tmdbId = /^tmdb:(\d+)$/.exec(id)?.[1];
      return tmdbId === undefined ? ofFolder(id) : ofTmdb('series', Number(tmdbId));
    },
    tvdbIdOf: (work) => folderTvdbIds.get(work) ?? work.tvdbId,
    title: ({ kind, tmdbId }) => titleOf.get(`${kind} ${tmdbId}`),
  };
}
