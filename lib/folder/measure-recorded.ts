import { randomUUID } from 'node:crypto';
import { normalizeName } from '../core/name-rules.ts';
import type { ApiClient } from '../core/terminal/api-client.ts';
import { chunksOf } from '../core/terminal/chunks.ts';
import type { Connection } from '../core/terminal/connection.ts';
import { syncMovies } from '../recording/sync-contract.ts';
import { viewingsOf } from '../viewings/history-calls.ts';
import { MAXIMUM_PAGE, type ViewingAnswer } from '../viewings/history-contract.ts';
import { isBetterSource, type SecondsSource } from '../viewings/viewing-rules.ts';
import type { Journal, NamedFile } from './journal.ts';
import type { LeftOut } from './library.ts';
import { scanLibrary } from './library-scan.ts';
import { measureFiles, type Measured } from './measuring.ts';
import { recordEpisodes } from './record-episodes.ts';
import { toFilmBody } from './record-films.ts';

/** A viewing's values that measuring its file improved. */
export interface Improvement {
  path: string;
  title: string;
  /** Null if unchanged. */
  seconds: number | null;
  seconds_before: number;
  seconds_source_before: SecondsSource;
  /** Null if unchanged. */
  language: string | null;
}

export interface MeasureResult {
  /** Files of the library that are already recorded. */
  files_recorded: number;
  changed: Improvement[];
  left_out: LeftOut[];
}

type RecordedFile = NamedFile & Measured & { viewing: ViewingAnswer };

/** Measures the recorded files of a library, and sends what that improves. */
export async function measureRecorded({
  connection: { api, identity },
  library,
  journal,
  isDryRun,
  progressed,
}: {
  connection: Connection;
  library: string;
  journal: Journal;
  isDryRun: boolean;
  progressed: (done: number, total: number) => void;
}): Promise<MeasureResult> {
  const { episodes, films } = await scanLibrary(library);
  // A file may be recorded under another name, such as that of its folder before a rename.
  const files = [...episodes, ...films].map((file: NamedFile) => ({ ...file, ...journal.knownAs(identity, file) }));
  const recorded = await recordedFiles(files, api);
  const isOther = (file: NamedFile) => journal.isAnotherFile(identity, file);
  const wanted = recorded.filter(({ viewing }) => isImprovable(viewing));
  const measurable = wanted.filter((file) => !isOther(file));
  const { whole, leftOut } = await measureFiles(measurable, {
    journal,
    progressed: (done) => progressed(done, measurable.length),
  });
  const better = whole.flatMap((file) => {
    const improvement = improvementOf(file);
    return improvement ? [{ file, improvement }] : [];
  });
  if (!isDryRun)
    await send(
      better.map(({ file }) => file),
      api,
    );
  return {
    files_recorded: recorded.length,
    changed: better.map(({ improvement }) => improvement),
    left_out: [
      ...leftOut,
      ...wanted.filter(isOther).map(({ path }) => ({ path, reason: 'another file was recorded under this name' })),
    ],
  };
}

/** The files that viewings come from; the first of several with one name. */
async function recordedFiles(files: readonly NamedFile[], api: ApiClient): Promise<RecordedFile[]> {
  const left = new Map<string, NamedFile>();
  for (const file of files) {
    const ref = normalizeName(
      file.folderName === undefined ? `movies/${file.fileName}` : `shows/${file.folderName}/${file.fileName}`,
    );
    if (!left.has(ref)) left.set(ref, file);
  }
  const recorded: RecordedFile[] = [];
  for await (const page of viewingsOf(api, {}, Infinity, MAXIMUM_PAGE)) {
    for (const viewing of page) {
      for (const { source, ref } of viewing.references) {
        const file = source === 'file' ? left.get(normalizeName(ref)) : undefined;
        if (file) recorded.push({ ...file, viewing });
      }
    }
  }
  return recorded.sort((a, b) => (a.path < b.path ? -1 : 1));
}

const hasWorseLength = ({ seconds_source: source }: ViewingAnswer): boolean => isBetterSource('file', source);
const hasWorseLanguage = ({ language_source: source }: ViewingAnswer): boolean =>
  source === null || source === 'provider' || source === 'default';
const isImprovable = (viewing: ViewingAnswer): boolean => hasWorseLength(viewing) || hasWorseLanguage(viewing);

function improvementOf({ path, viewing, durationSeconds, language }: RecordedFile): Improvement | undefined {
  const seconds = hasWorseLength(viewing) ? (durationSeconds ?? null) : null;
  const heard = hasWorseLanguage(viewing) ? (language ?? null) : null;
  if (seconds === null && heard === null) return undefined;
  return {
    path,
    title: viewing.title,
    seconds,
    seconds_before: viewing.seconds,
    seconds_source_before: viewing.seconds_source,
    language: heard,
  };
}

/** The API only accepts better values for recorded files. */
async function send(files: readonly RecordedFile[], api: ApiClient): Promise<void> {
  const run = { id: randomUUID(), kind: 'measure' };
  const episodes = files.flatMap((file) =>
    file.folderName === undefined ? [] : [{ ...file, folderName: file.folderName }],
  );
  await recordEpisodes(episodes, { api, run, confirmed: () => {}, progressed: () => {} });
  const films = files.filter(({ folderName }) => folderName === undefined);
  for (const chunk of chunksOf(films, (film) => toFilmBody(film))) {
    await api.call(syncMovies, { body: { movies: chunk.map((film) => toFilmBody(film)) }, run });
  }
}
