import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { getProgress, type ProgressAnswer } from '../progress/progress-contract.ts';
import { listShows } from '../recording/shows-contract.ts';
import { ImmersionError } from '../core/errors.ts';
import { linkKey, type MediaLink } from '../recording/link-rules.ts';
import { normalizeName } from '../core/name-rules.ts';
import type { Activity } from '../core/terminal/activity.ts';
import { clean, type CleanMode } from './cleaning.ts';
import { isEmptyPlan, planCleaning } from './cleaning-plan.ts';
import { askCleaning } from './cleaning-prompts.ts';
import { cleanedSentence, describePlan, keptFolderText, planDetails } from './cleaning-text.ts';
import { endsOfFolders } from './finished-folders.ts';
import type { Connection } from '../core/terminal/connection.ts';
import { JOURNAL_FAULTS, type Journal, type NamedFile } from './journal.ts';
import { DATES_IGNORED, dateOfFile, dateOfLinks, datedText, runDatesOf, type RunDates } from './file-dates.ts';
import { askWhenWatched, datedTodayText, neverRecorded } from './first-run.ts';
import {
  checkLibrary,
  LIBRARY_PARTS,
  showFolderOf,
  type FoundEpisode,
  type FoundFile,
  type LeftOut,
  type LibraryScan,
} from './library.ts';
import { leftOutLines } from './left-out-text.ts';
import { scanLibrary } from './library-scan.ts';
import { readLinks, type LinkLine } from './links-file.ts';
import type { Prompts } from '../core/terminal/prompts.ts';
import { measureFiles, type Measured } from './measuring.ts';
import { recordEpisodes } from './record-episodes.ts';
import { recordFilms } from './record-films.ts';
import { recordLinks, withoutLengthText } from './record-links.ts';
import { linkedFolders } from '../shows/linked-folders-calls.ts';
import { CANNOT_COUNT_AGAIN, fileAgain, linkAgain, recordAgain } from './record-again.ts';
import {
  asRecorded,
  askSameOrAgain,
  foundFiles,
  foundLinks,
  linksRecordedBefore,
  recordedBeforeLines,
  RENAME_HINT,
  sortByNames,
  whyKept,
  type ByNames,
  type RecordedBefore,
  type SameOrAgain,
} from './recorded-before.ts';
import { expandPlaylists, offerToCommentOut } from './tidy-links.ts';
import { setShowIds, withoutId } from '../recording/show-ids-prompts.ts';
import { readEpisodeNumber } from '../shows/episode-number-rules.ts';
import { givesId } from '../shows/title-choice-prompts.ts';
import { asLine, counted } from '../core/terminal/text.ts';
import { episodeNamesFault } from '../viewings/episode-key-rules.ts';

export const SYNC_PARTS = ['shows', 'movies', 'links'] as const;
export type SyncPart = (typeof SYNC_PARTS)[number];

export interface SyncOptions {
  connection: Connection;
  library: string;
  journal: Journal;
  parts: ReadonlySet<SyncPart>;
  /** Also record all earlier episodes of linked podcasts. */
  backfill: boolean;
  /** Also record all videos of linked playlists. */
  playlist: boolean;
  /** Undefined without a terminal. */
  prompts?: Prompts | undefined;
  /** Undefined asks, or keeps without a terminal. */
  cleanMode?: CleanMode | undefined;
  takeClearMatch: boolean;
  /** How to date new items; now by default. */
  dates?: RunDates | undefined;
  /** Treat files with recorded names as the same viewing. */
  recordedBefore?: SameOrAgain | undefined;
  dryRun: boolean;
  /** Printed first. */
  introduction: readonly string[];
  tell: (text: string) => void;
  /** Prints the summary. */
  showProgress: (progress: ProgressAnswer) => Promise<void>;
  activity: (text: string) => Activity;
}

interface EpisodeName {
  folder_name: string;
  file_name: string;
}

export interface SyncResult {
  batch_id: string;
  episodes_found: number;
  episodes_added: number;
  films_found: number;
  films_added: number;
  links_found: number;
  videos_added: number;
  podcast_episodes_added: number;
  /** Null for the time of recording. */
  dated_by: RunDates['by'] | null;
  /** Time only: these aren't new episodes or films. */
  rewatches_added: number;
  /** The API ignored the dates. */
  dates_ignored: boolean;
  /** Recorded, but without an episode number. */
  episodes_without_number: EpisodeName[];
  shows_without_id: string[];
  films_without_id: string[];
  files_removed: number;
  bytes_removed: number;
  folders_removed: number;
  lines_removed: number;
  left_out: LeftOut[];
  /** Intentionally not counted. */
  ignored: LeftOut[];
  /** With a dry run. */
  would_record: { episodes: EpisodeName[]; movies: string[]; links: string[] };
  progress: ProgressAnswer | null;
}

interface SyncRun extends SyncOptions {
  result: SyncResult;
  /** The journal is unusable, so nothing may be removed. */
  journalFault?: ImmersionError;
  /** Files that count as watched today, though that is unlikely. */
  datedToday?: number;
}

/** A sync: scan, record, match, show progress, clean up. */
export async function runSync(options: SyncOptions): Promise<SyncResult> {
  const { connection, library, parts } = options;
  await checkLibrary(library);
  const found = await scanLibrary(library);
  const run: SyncRun = { ...options, result: emptyResult(found) };
  for (const line of options.introduction) options.tell(line);
  await handleJournalFault(run, () => attempt(run, 'Dates', () => firstRunDates(run, found)));
  const scan = withDates(found, run.dates);
  const { result } = run;
  result.dated_by = run.dates?.by ?? null;

  if (parts.has('shows')) await attempt(run, 'Episodes', () => episodesStep(run, scan));
  if (parts.has('shows') && !options.dryRun) await attempt(run, 'Show ids', () => showIdsStep(run));
  if (parts.has('movies')) await attempt(run, 'Films', () => filmsStep(run, scan));
  if (parts.has('links')) await attempt(run, 'Links', () => linksStep(run));
  if (options.dryRun) {
    if (parts.has('shows')) await attempt(run, 'Show folders', () => previewKeptFolders(run, scan));
    tellLeftOut(run);
    return result;
  }

  tellDates(run, scan);

  await attempt(run, 'Progress', async () => {
    result.progress = await connection.api.call(getProgress);
    await options.showProgress(result.progress);
  });
  if (!run.journalFault) await handleJournalFault(run, () => attempt(run, 'Cleaning up', () => cleanStep(run)));
  if (run.journalFault) {
    result.left_out.push({
      path: library,
      reason: `its files are kept this time. ${withoutPeriod(run.journalFault)}`,
    });
  }
  tellLeftOut(run);
  return result;
}

/** Many files at once are unlikely to be all watched today: a first run asks, or says what it assumes. */
async function firstRunDates(run: SyncRun, { episodes, films }: LibraryScan): Promise<void> {
  const { connection, journal, parts, prompts } = run;
  if (run.dates || run.dryRun) return;
  const now = Date.now();
  const files = [...(parts.has('shows') ? episodes : []), ...(parts.has('movies') ? films : [])];
  const count = await neverRecorded(files, { api: connection.api, journal, identity: connection.identity, now });
  if (count === 0) return;
  if (!prompts || run.takeClearMatch) {
    run.datedToday = count;
    return;
  }
  const by = await askWhenWatched(prompts, count);
  run.dates = await runDatesOf({ dates: by }, { api: connection.api, now });
}

function withDates(scan: LibraryScan, dates: RunDates | undefined): LibraryScan {
  if (!dates) return scan;
  const now = Date.now();
  const dated = <F extends FoundFile>(file: F): F => ({ ...file, watchedAt: dateOfFile(dates, file, now) });
  return { ...scan, episodes: scan.episodes.map(dated), films: scan.films.map(dated) };
}

function tellDates({ dates, datedToday, result, tell }: SyncRun, { episodes, films }: LibraryScan): void {
  const { episodes_added, films_added, videos_added, podcast_episodes_added, rewatches_added } = result;
  if (datedToday && episodes_added + films_added > 0) tell(datedTodayText(datedToday));
  if (!dates) return;
  if (episodes_added + films_added + videos_added + podcast_episodes_added + rewatches_added > 0) {
    return tell(result.dates_ignored ? DATES_IGNORED : datedText(dates, [...episodes, ...films]));
  }
  if (episodes.length + films.length + result.links_found > 0) {
    tell('Nothing was new. What is recorded keeps its date; change it with immersion edit.');
  }
}

/** Errors that will affect all further steps. */
const FATAL_CODES = /^(?:api_unreachable|api_answer_unreadable|unauthorized|forbidden|store_.+|internal_error)$/;

/** A failing step doesn't stop the others; the error is reported. */
async function attempt(run: SyncRun, name: string, step: () => Promise<void>): Promise<void> {
  try {
    await step();
  } catch (error) {
    const isPassing =
      error instanceof ImmersionError && !FATAL_CODES.test(error.code) && !JOURNAL_FAULTS.has(error.code);
    if (!isPassing) throw error;
    printError(error, run.tell);
    if (run.result.shows_without_id.length > 0 && error.code === 'api_failed') {
      run.tell('  → It may fail because a show isn’t matched yet. Match them: immersion set-tvdb');
    }
    run.tell('  Continuing: what was recorded is safe.');
    run.result.left_out.push({ path: run.library, reason: `${name}: ${withoutPeriod(error)}` });
  }
}

function tellLeftOut({ result, tell }: SyncRun): void {
  const [first, ...others] = result.episodes_without_number;
  if (first) {
    const example = `“${asLine(`${first.folder_name} / ${first.file_name}`)}”`;
    const what = others.length > 0 ? `${others.length + 1} episodes, such as ${example}, have` : `${example} has`;
    tell(`${what} no readable episode number: counted, but in no season. Name files like S01E05.`);
  }
  for (const line of leftOutLines('Ignored', result.ignored)) tell(line);
  for (const line of leftOutLines('Skipped', result.left_out)) tell(line);
}

async function episodesStep(run: SyncRun, { episodes }: LibraryScan): Promise<void> {
  const { connection, result, tell } = run;
  const folders = new Set(episodes.map((episode) => episode.folderName)).size;
  tell(
    episodes.length === 0
      ? `No watched episodes in ${run.library}.`
      : `Found ${counted(episodes.length, 'watched episode')} of ${counted(folders, 'show')}.`,
  );
  result.episodes_without_number = episodes
    .filter(({ folderName, fileName }) => !readEpisodeNumber(fileName, folderName))
    .map(toNames);
  if (run.dryRun) return previewEpisodes(run, episodes);
  if (episodes.length === 0) return;
  const activity = run.activity('Recording…');
  const { whole, leftOut } = await measureFiles(episodes, {
    journal: run.journal,
    progressed: (done) =>
      activity.update(`Measuring… ${done} of ${counted(episodes.length, 'file')}`, { done, total: episodes.length }),
  }).catch((error: unknown) => {
    activity.stop();
    throw error;
  });
  result.left_out.push(...leftOut);
  const names = await byNames(run, whole);
  writeJournal(run, () => run.journal.noteSent(connection.identity, names.own));
  const record = async (files: FoundEpisode[], confirmed: (chunk: FoundEpisode[], added: number) => void) => {
    const progressed = (done: number) =>
      activity.update(`Recording… ${done} of ${counted(files.length, 'episode')}`, { done, total: files.length });
    const { api } = connection;
    const { added, refused, datesIgnored } = await recordEpisodes(files, {
      api,
      run: { id: result.batch_id, kind: 'sync' },
      confirmed,
      progressed,
    });
    result.left_out.push(...refused);
    if (datesIgnored) result.dates_ignored = true;
    result.episodes_added += added;
  };
  try {
    await record(names.own, (files) => confirmFiles(run, files));
    await record(names.unsure, (files, added) => {
      const isAllNew = added === new Set(files.map((file) => `${file.folderName}/${file.fileName}`)).size;
      if (isAllNew) confirmFiles(run, files);
      else names.before.push(...files);
    });
  } finally {
    activity.stop();
  }
  tell(`Recorded ${counted(result.episodes_added, 'new episode')}.`);
  await settleRecordedBefore(run, names.before);
}

function previewEpisodes({ result, tell }: SyncRun, episodes: readonly FoundEpisode[]): void {
  for (const episode of episodes) {
    const { folderName, fileName, path: file } = episode;
    const fault = episodeNamesFault(folderName, fileName);
    if (fault !== undefined) {
      result.left_out.push({ path: file, reason: fault });
      continue;
    }
    result.would_record.episodes.push(toNames(episode));
    tell(`  would record ${asLine(`${folderName} / ${fileName}`)}`);
  }
}

/** The show folders that a cleanup after this sync would keep. */
async function previewKeptFolders({ connection, library, tell }: SyncRun, { episodes }: LibraryScan): Promise<void> {
  const folders = new Set(episodes.map(({ path: file }) => showFolderOf(file, library)));
  const going = new Set(episodes.map(({ path: file }) => file));
  for (const end of await endsOfFolders(folders, { going, watched: episodes, api: connection.api }))
    if (end.kind === 'stays') tell(keptFolderText(end, library));
}

async function showIdsStep(run: SyncRun): Promise<void> {
  const { connection, prompts, takeClearMatch, result, tell } = run;
  const without = withoutId((await connection.api.call(listShows)).shows);
  if (without.length === 0) return;
  const linked = await linkedFolders(connection.api);
  const missing = without.filter((folder) => !linked.has(folder));
  if (missing.length === 0) return;
  const options = { api: connection.api, prompts, takeClearMatch, tell };
  if (!prompts && !takeClearMatch) {
    const { set } = await setShowIds(missing.filter(givesId), options);
    const left = missing.filter((folder) => !set.some((one) => one.folder_name === folder));
    result.shows_without_id = left;
    if (left.length === 0) return;
    tell(
      `${counted(left.length, 'show')} ${left.length === 1 ? 'isn’t' : 'aren’t'} matched yet (20 min per episode without a measured length). Match ${left.length === 1 ? 'it' : 'them'}: immersion set-tvdb`,
    );
    return;
  }
  const { set, skipped, stopped } = await setShowIds(missing, options);
  result.shows_without_id = skipped;
  if (stopped) {
    printError(stopped, tell);
    tell('  Continuing: unmatched shows count 20 minutes per episode.');
  } else {
    tell(`Matched ${counted(set.length, 'show')}, skipped ${skipped.length}.`);
  }
}

async function filmsStep(run: SyncRun, { films }: LibraryScan): Promise<void> {
  const { connection, prompts, takeClearMatch, result, tell } = run;
  if (films.length === 0) return;
  const names = new Set(films.map((film) => film.fileName));
  tell(`Found ${counted(names.size, 'watched film')}.`);
  if (run.dryRun) {
    for (const name of names) tell(`  would record ${asLine(name)}`);
    result.would_record.movies.push(...names);
    return;
  }
  // Listed films need no question: the API identifies them by file name.
  const recorded = await recordedFilms(run);
  const isOwn = (film: NamedFile) => run.journalFault || run.journal.wasSent(connection.identity, film);
  const known = films.filter((film) => recorded.has(film.fileName));
  writeJournal(run, () => {
    // With the id that they were recorded with.
    const own = known.filter(isOwn).map((film) => ({ ...film, ...run.journal.knownAs(connection.identity, film) }));
    run.journal.confirm(connection.identity, own);
  });
  await settleRecordedBefore(
    run,
    known.filter((film) => !isOwn(film)),
  );
  const activity = run.activity('Measuring…');
  const unmeasured = films.filter((film) => !recorded.has(film.fileName));
  const total = unmeasured.length;
  const { whole: missing, leftOut } = await measureFiles(unmeasured, {
    journal: run.journal,
    progressed: (done) => activity.update(`Measuring… ${done} of ${counted(total, 'file')}`, { done, total }),
  }).finally(() => activity.stop());
  result.left_out.push(...leftOut);
  if (missing.length === 0) return tell('Recorded 0 new films.');
  writeJournal(run, () => run.journal.noteSent(connection.identity, missing));
  const { added, skipped, unmatched, failed, stopped, datesIgnored } = await recordFilms(missing, {
    api: connection.api,
    run: { id: result.batch_id, kind: 'sync' },
    confirmed: (files) => confirmFiles(run, files),
    prompts,
    takeClearMatch,
    tell,
  });
  result.films_added = added;
  if (datesIgnored) result.dates_ignored = true;
  result.films_without_id.push(...skipped);
  if (stopped) printError(stopped, tell);
  tell(`Recorded ${counted(added, 'new film')}.`);
  if (unmatched.length > 0) {
    return tell(
      `${counted(unmatched.length, 'film')} recorded without a match. Match ${unmatched.length === 1 ? 'it' : 'them'}: immersion set-movie`,
    );
  }
  if (skipped.length === 0) return;
  tell(
    `${counted(skipped.length, 'film')} not recorded: this API doesn’t accept films without an id. Sync in a terminal, or with --yes.`,
  );
  const folder = path.join(run.library, LIBRARY_PARTS.movies, LIBRARY_PARTS.watched);
  if (stopped) result.left_out.push({ path: folder, reason: `films not recorded. ${withoutPeriod(stopped)}` });
  for (const { name, error } of failed) {
    result.left_out.push({ path: path.join(folder, name), reason: `not recorded. ${withoutPeriod(error)}` });
  }
}

/** Names of recorded films. If progress is unavailable, those recorded on this computer. */
async function recordedFilms({ connection, journal, journalFault, library }: SyncRun): Promise<Set<string>> {
  try {
    const { movies } = await connection.api.call(getProgress);
    return new Set(movies.map((movie) => normalizeName(movie.movie_id)));
  } catch (error) {
    if (!(error instanceof ImmersionError) || FATAL_CODES.test(error.code)) throw error;
    const entries = journalFault ? [] : journal.entries(connection.identity, library);
    return new Set(entries.flatMap(({ known }) => (known?.filmId ? [known.fileName] : [])));
  }
}

async function linksStep(run: SyncRun): Promise<void> {
  const { connection, result, tell } = run;
  const file = path.join(run.library, LIBRARY_PARTS.links);
  let { lines, playlists, leftOut, ignored } = await readLinks(file);
  if (playlists.length > 0) {
    const isWanted = run.playlist && !run.dryRun;
    const faults = await expandPlaylists(file, playlists, { api: connection.api, isWanted });
    if (isWanted) ({ lines, leftOut, ignored } = await readLinks(file));
    leftOut.push(...(run.playlist && run.dryRun ? [] : faults));
  }
  result.left_out.push(...leftOut);
  result.ignored.push(...ignored);
  result.links_found = lines.length;
  if (run.dryRun && run.playlist) {
    for (const { playlistId } of playlists) tell(`  would record the videos of playlist ${playlistId}`);
  }
  if (lines.length === 0) return;
  tell(`Found ${counted(lines.length, 'link')} in ${LIBRARY_PARTS.links}.`);
  if (run.dryRun) {
    result.would_record.links.push(...new Set(lines.map(({ link }) => linkKey(link))));
    for (const key of result.would_record.links) tell(`  would record ${key}`);
    return;
  }
  const links = lines.map(({ link }) => link);
  const before = run.journalFault ? [] : await linksBefore(run, file, links);
  const isBefore = new Set(before.map(linkKey));
  const activity = run.activity(`Recording ${counted(lines.length, 'link')}…`);
  const recorded = await recordLinks(links, {
    api: connection.api,
    run: { id: result.batch_id, kind: 'sync' },
    backfill: run.backfill,
    watchedAt: dateOfLinks(run.dates),
    confirmed: (links) =>
      confirmLinks(
        run,
        file,
        links.filter((link) => !isBefore.has(linkKey(link))),
      ),
  }).finally(() => {
    activity.stop();
  });
  if (recorded.datesIgnored) result.dates_ignored = true;
  result.videos_added = recorded.videosAdded;
  result.podcast_episodes_added = recorded.podcastEpisodesAdded;
  const { staying, leftOut: faults } = await offerToCommentOut(file, recorded.refused, run);
  result.left_out.push(...faults);
  for (const { link, reason } of staying) {
    const line = lines.find((one) => linkKey(one.link) === linkKey(link));
    result.left_out.push({ path: `${file} line ${line?.number}`, reason: `${linkKey(link)}: ${reason}` });
  }
  for (const { error, links } of recorded.failed) {
    printError(error, tell);
    result.left_out.push({
      path: file,
      reason: `${counted(links.length, 'link')} not recorded. ${withoutPeriod(error)}`,
    });
  }
  tell(
    `Recorded ${counted(recorded.videosAdded, 'new video')} and ${counted(recorded.podcastEpisodesAdded, 'new podcast episode')}.`,
  );
  const lengths = withoutLengthText(recorded);
  if (lengths !== '') tell(lengths);
  await settleLinks(
    run,
    file,
    before.flatMap((link) => lines.find((line) => linkKey(line.link) === linkKey(link)) ?? []),
  );
}

async function cleanStep(run: SyncRun): Promise<void> {
  const { connection, journal, library, parts, prompts, result, tell } = run;
  const context = { journal, identity: connection.identity, library, api: connection.api, parts };
  const plan = await planCleaning(context);
  // Finished folders are cleaned up with files; alone they aren't worth a question.
  const what = describePlan({ ...plan, finishedFolders: [] });
  const isWorthAsking = plan.files.length > 0 || plan.lines > 0;
  const isAsked = run.cleanMode === undefined && isWorthAsking && prompts !== undefined;
  if (isAsked || (run.cleanMode && run.cleanMode !== 'keep')) {
    for (const line of planDetails(plan, library)) tell(line);
  }
  const mode = isAsked ? await askCleaning(prompts, { what }) : (run.cleanMode ?? 'keep');
  if (mode === 'keep' || isEmptyPlan(plan)) {
    result.left_out.push(...plan.staying);
    if (isWorthAsking) tell(`Kept ${what}. Clean up with immersion clean, or immersion sync --clean trash.`);
    return;
  }
  const activity = run.activity(`Cleaning up ${what}…`);
  const cleaned = await clean(plan, mode, context).finally(() => {
    activity.stop();
  });
  result.files_removed = cleaned.filesRemoved;
  result.bytes_removed = cleaned.bytesRemoved;
  result.folders_removed = cleaned.foldersRemoved;
  result.lines_removed = cleaned.linesRemoved;
  result.left_out.push(...cleaned.leftOut);
  tell(cleanedSentence(cleaned, mode));
}

const confirmFiles = (run: SyncRun, files: readonly NamedFile[]): void =>
  writeJournal(run, () => run.journal.confirm(run.connection.identity, files));

/** Without a journal, nothing is removed, so this doesn't matter. */
async function byNames<F extends NamedFile>(run: SyncRun, files: F[]): Promise<ByNames<F>> {
  const { connection, journal } = run;
  try {
    if (!run.journalFault)
      return await sortByNames(files, { api: connection.api, journal, identity: connection.identity });
  } catch (error) {
    noteJournalFault(run, error);
  }
  return { own: files, before: [], unsure: [] };
}

/** Files with recorded names are kept unless they are the same viewing. */
async function settleRecordedBefore(
  run: SyncRun,
  found: readonly RecordedBefore<NamedFile & Measured>[],
): Promise<void> {
  if (found.length === 0) return;
  const files = found.map(asRecorded);
  const isSettled = await askOrCount(run, {
    what: foundFiles(found),
    again: files.map(fileAgain),
    hints: [RENAME_HINT],
  });
  if (isSettled) return confirmFiles(run, files);
  run.result.left_out.push(...found.map((file) => ({ path: file.path, reason: whyKept(file) })));
}

/** The same for links: their lines stay. */
async function settleLinks(run: SyncRun, file: string, lines: readonly LinkLine[]): Promise<void> {
  if (lines.length === 0) return;
  const at = dateOfLinks(run.dates);
  const links = lines.map(({ link }) => link);
  const isSettled = await askOrCount(run, {
    what: foundLinks(links),
    again: links.map((link) => linkAgain(link, at, run.result.batch_id)),
  });
  if (isSettled) return confirmLinks(run, file, links);
  run.result.left_out.push(
    ...lines.map(({ number }) => ({ path: `${file} line ${number}`, reason: 'recorded before' })),
  );
}

/** Whether it is known what recorded things are: the same viewing, or another one, which is counted here. */
async function askOrCount(
  run: SyncRun,
  { what, again, hints = [] }: { what: string; again: Parameters<typeof recordAgain>[0]; hints?: string[] },
): Promise<boolean> {
  const { connection, result, tell } = run;
  // If all files are kept, the answer isn't needed now.
  const prompts = run.cleanMode === 'keep' ? undefined : run.prompts;
  const answer = run.recordedBefore ?? (prompts && (await askSameOrAgain(prompts, what)));
  if (!answer) for (const line of [...recordedBeforeLines(what), ...hints]) tell(line);
  if (answer !== 'again') return answer === 'same';
  const added = await recordAgain(again, { api: connection.api, run: { id: result.batch_id, kind: 'sync' } });
  if (added === undefined) {
    tell(CANNOT_COUNT_AGAIN);
    return false;
  }
  result.rewatches_added += added;
  tell(`Counted ${counted(added, 'rewatch', 'rewatches')}.`);
  return true;
}

const confirmLinks = (run: SyncRun, file: string, links: readonly MediaLink[]): void =>
  writeJournal(run, () => run.journal.confirmLinks(run.connection.identity, file, links.map(linkKey)));

async function linksBefore(run: SyncRun, file: string, links: readonly MediaLink[]): Promise<MediaLink[]> {
  const { connection, journal } = run;
  let before: MediaLink[] = [];
  await handleJournalFault(run, async () => {
    before = await linksRecordedBefore(links, { api: connection.api, journal, identity: connection.identity, file });
  });
  return before;
}

/** A journal error doesn't stop the run; only cleaning up is skipped. */
function writeJournal(run: SyncRun, write: () => void): void {
  if (run.journalFault) return;
  try {
    write();
  } catch (error) {
    noteJournalFault(run, error);
  }
}

async function handleJournalFault(run: SyncRun, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    noteJournalFault(run, error);
  }
}

function noteJournalFault(run: SyncRun, error: unknown): void {
  if (!(error instanceof ImmersionError) || !JOURNAL_FAULTS.has(error.code)) throw error;
  run.journalFault = error;
}
const toNames = ({ folderName, fileName }: FoundEpisode): EpisodeName => ({
  folder_name: folderName,
  file_name: fileName,
});

const withoutPeriod = ({ message }: ImmersionError): string => message.replace(/\.$/, '');

function printError(fault: ImmersionError, tell: (text: string) => void): void {
  tell(fault.message);
  for (const suggestion of fault.suggestions) tell(`  → ${suggestion}`);
}

const emptyResult = ({ episodes, films, leftOut, ignored }: LibraryScan): SyncResult => ({
  batch_id: randomUUID(),
  episodes_found: episodes.length,
  episodes_added: 0,
  films_found: films.length,
  films_added: 0,
  links_found: 0,
  videos_added: 0,
  podcast_episodes_added: 0,
  dated_by: null,
  rewatches_added: 0,
  dates_ignored: false,
  episodes_without_number: [],
  shows_without_id: [],
  films_without_id: [],
  files_removed: 0,
  bytes_removed: 0,
  folders_removed: 0,
  lines_removed: 0,
  left_out: [...leftOut],
  ignored: [...ignored],
  would_record: { episodes: [], movies: [], links: [] },
  progress: null,
});
