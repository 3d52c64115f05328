import type { Activity } from '../core/terminal/activity.ts';
import type { CleanMode } from './cleaning.ts';
import type { Connection } from '../core/terminal/connection.ts';
import type { FoundEpisode, LeftOut } from './library.ts';
import { ImmersionError } from '../core/errors.ts';
import { JOURNAL_FAULTS, type Journal, type NamedFile } from './journal.ts';
import { type MediaLink, linkKey } from '../recording/link-rules.ts';
import type { ProgressAnswer } from '../progress/progress-contract.ts';
import type { Prompts } from '../core/terminal/prompts.ts';
import type { RunDates } from './file-dates.ts';
import type { SameOrAgain } from './recorded-before.ts';

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
  /** Prints the progress. */
  showProgress: () => Promise<ProgressAnswer>;
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

export interface SyncRun extends SyncOptions {
  result: SyncResult;
  /** The journal is unusable, so nothing may be removed. */
  journalFault?: ImmersionError;
  /** Files that count as watched today, though that is unlikely. */
  datedToday?: number;
}

/** Errors that will affect all further steps. */
export const FATAL_CODES = /^(?:api_unreachable|api_answer_unreadable|unauthorized|forbidden|store_.+|internal_error)$/;

/** A failing step doesn't stop the others; the error is reported. */
export async function attempt(run: SyncRun, name: string, step: () => Promise<void>): Promise<void> {
  try {
    await step();
  } catch (error) {
    const isPassing =
      error instanceof ImmersionError && !FATAL_CODES.test(error.code) && !JOURNAL_FAULTS.has(error.code);
    if (!isPassing) throw error;
    printError(error, run.tell);
    if (name === 'Progress' && run.result.shows_without_id.length > 0 && error.code === 'api_failed') {
      run.tell('  → It may fail because a show isn’t matched yet. Match them: immersion set-tvdb');
    }
    run.tell('  Continuing: what was recorded is safe.');
    run.result.left_out.push({ path: run.library, reason: `${name}: ${withoutPeriod(error)}` });
  }
}

export const confirmFiles = (run: SyncRun, files: readonly NamedFile[]): void =>
  writeJournal(run, () => run.journal.confirm(run.connection.identity, files));

export const confirmLinks = (run: SyncRun, file: string, links: readonly MediaLink[]): void =>
  writeJournal(run, () => run.journal.confirmLinks(run.connection.identity, file, links.map(linkKey)));

/** A journal error doesn't stop the run; only cleaning up is skipped. */
export function writeJournal(run: SyncRun, write: () => void): void {
  if (run.journalFault) return;
  try {
    write();
  } catch (error) {
    noteJournalFault(run, error);
  }
}

export async function handleJournalFault(run: SyncRun, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    noteJournalFault(run, error);
  }
}

export function noteJournalFault(run: SyncRun, error: unknown): void {
  if (!(error instanceof ImmersionError) || !JOURNAL_FAULTS.has(error.code)) throw error;
  run.journalFault = error;
}

export const toNames = ({ folderName, fileName }: FoundEpisode): EpisodeName => ({
  folder_name: folderName,
  file_name: fileName,
});

export const withoutPeriod = ({ message }: ImmersionError): string => message.replace(/\.$/, '');

export function printError(fault: ImmersionError, tell: (text: string) => void): void {
  tell(fault.message);
  for (const suggestion of fault.suggestions) tell(`  → ${suggestion}`);
}
