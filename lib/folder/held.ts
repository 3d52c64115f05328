import type { ClientRun } from '../core/run-header-rules.ts';
import { randomUUID } from 'node:crypto';
import type { ApiClient } from '../core/terminal/api-client.ts';
import { chunksOf } from '../core/terminal/chunks.ts';
import { isMissing } from '../core/terminal/missing-endpoint.ts';
import { ImmersionError } from '../core/errors.ts';
import { normalizeName } from '../core/name-rules.ts';
import { getProgress } from '../progress/progress-contract.ts';
import { linkKey, type MediaLink } from '../recording/link-rules.ts';
import { syncMovies } from '../recording/sync-contract.ts';
import { findHeld } from '../viewings/held-contract.ts';
import type { FileIdentity, NamedFile } from './journal.ts';
import { recordEpisodes } from './record-episodes.ts';
import { recordLinks } from './record-links.ts';

export interface Asked<F extends FileIdentity = FileIdentity> {
  files: readonly F[];
  links: readonly MediaLink[];
}

export interface HeldThings<F> {
  files: Set<F>;
  links: Set<string>;
  /** The recorded file of the same season and episode, for files that aren't recorded, if requested. */
  samePlace?: Map<F, FileIdentity>;
}

/** Which of these the API has; undefined if the API can't tell. */
export async function askHeld<F extends FileIdentity>(
  api: ApiClient,
  { files, links }: Asked<F>,
  { samePlace = false } = {},
): Promise<HeldThings<F> | undefined> {
  const places = new Map<F, FileIdentity>();
  const held: HeldThings<F> = { files: new Set(), links: new Set(), samePlace: places };
  try {
    for (const chunk of chunksOf(files, toName)) {
      const episodes = chunk.flatMap(({ folderName, fileName }) =>
        folderName === undefined ? [] : [{ folder_name: folderName, file_name: fileName }],
      );
      const movies = chunk.flatMap(({ folderName, fileName }) =>
        folderName === undefined ? [{ file_name: fileName }] : [],
      );
      const answer = await api.call(findHeld, { body: { episodes, movies, ...(samePlace && { same_place: true }) } });
      const names = new Set([
        ...answer.episodes.map((episode) => nameOf(episode.folder_name, episode.file_name)),
        ...answer.movies.map((movie) => nameOf(undefined, movie.file_name)),
      ]);
      const recorded = new Map(answer.same_place?.map((one) => [nameOf(one.folder_name, one.file_name), one.recorded]));
      for (const file of chunk) {
        const name = nameOf(file.folderName, file.fileName);
        if (names.has(name)) held.files.add(file);
        const other = recorded.get(name);
        if (other) places.set(file, { folderName: other.folder_name, fileName: other.file_name });
      }
    }
    for (const chunk of chunksOf(links, ({ id }) => id)) {
      const ids = (service: MediaLink['service']) =>
        chunk.filter((link) => link.service === service).map(({ id }) => id);
      const answer = await api.call(findHeld, {
        body: { video_ids: ids('youtube'), episode_ids: ids('spotify') },
      });
      for (const id of answer.video_ids) held.links.add(linkKey({ service: 'youtube', id }));
      for (const id of answer.episode_ids) held.links.add(linkKey({ service: 'spotify', id }));
    }
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  return held;
}

/**
 * Which of these the API has, checked right before removal. An API without that endpoint gets them sent again, which is
 * idempotent: success means that they are stored.
 */
export async function verifyHeld(api: ApiClient, asked: Asked<NamedFile>): Promise<HeldThings<NamedFile>> {
  return (await askHeld(api, asked)) ?? (await sendAgain(api, asked));
}

async function sendAgain(api: ApiClient, { files, links }: Asked<NamedFile>): Promise<HeldThings<NamedFile>> {
  const held: HeldThings<NamedFile> = { files: new Set(), links: new Set() };
  const run: ClientRun = { id: randomUUID(), kind: 'clean' };
  const episodes = files.flatMap((file) =>
    file.folderName === undefined ? [] : [{ ...file, folderName: file.folderName, file }],
  );
  await recordEpisodes(episodes, {
    api,
    run,
    confirmed: (chunk) => {
      for (const { file } of chunk) held.files.add(file);
    },
    progressed: () => {},
  });
  const films = files.filter(({ folderName }) => folderName === undefined);
  for (const film of await heldFilms(api, films, run)) held.files.add(film);
  await recordLinks(links, {
    api,
    run,
    backfill: false,
    confirmed: (chunk) => {
      for (const link of chunk) held.links.add(linkKey(link));
    },
  });
  return held;
}

/** A film whose id was set elsewhere can't be sent again, but progress lists it. */
async function heldFilms(api: ApiClient, films: readonly NamedFile[], run: ClientRun): Promise<NamedFile[]> {
  if (films.length === 0) return [];
  const [known, others] = [films.filter(({ filmId }) => filmId), films.filter(({ filmId }) => !filmId)];
  const held: NamedFile[] = [];
  if (known.length > 0) {
    const movies = known.map(({ fileName, filmId }) => ({ file_name: fileName, ...filmId }));
    await api.call(syncMovies, { body: { movies }, run });
    held.push(...known);
  }
  if (others.length === 0) return held;
  try {
    const { movies } = await api.call(getProgress);
    const names = new Set(movies.map((movie) => normalizeName(movie.movie_id)));
    held.push(...others.filter(({ fileName }) => names.has(fileName)));
  } catch (error) {
    // Files that can't be checked are kept.
    if (!(error instanceof ImmersionError)) throw error;
  }
  return held;
}

const toName = ({ folderName, fileName }: FileIdentity) => ({ folder_name: folderName, file_name: fileName });
const nameOf = (folderName: string | undefined, fileName: string): string =>
  JSON.stringify([folderName === undefined ? null : normalizeName(folderName), normalizeName(fileName)]);
