import { DATES_IGNORED, DATE_SOURCES, type RunDates, dateOfFile, datedText, runDatesOf } from './file-dates.ts';
import type { FoundFile, LibraryScan } from './library.ts';
import type { SyncRun } from './sync-context.ts';
import type { ApiClient } from '../core/terminal/api-client.ts';
import type { Prompts } from '../core/terminal/prompts.ts';
import { counted } from '../core/terminal/text.ts';
import { askHeld } from './held.ts';
import type { Journal, NamedFile } from './journal.ts';

/** A regular sync has fewer files. */
const MANY_FILES = 25;
const OLD_MILLISECONDS = 2 * 24 * 60 * 60 * 1000;

/** Many files at once are unlikely to be all watched today: a first run asks, or says what it assumes. */
export async function firstRunDates(run: SyncRun, { episodes, films }: LibraryScan): Promise<void> {
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

export function withDates(scan: LibraryScan, dates: RunDates | undefined): LibraryScan {
  if (!dates) return scan;
  const now = Date.now();
  const dated = <F extends FoundFile>(file: F): F => ({ ...file, watchedAt: dateOfFile(dates, file, now) });
  return { ...scan, episodes: scan.episodes.map(dated), films: scan.films.map(dated) };
}

export function tellDates({ dates, datedToday, result, tell }: SyncRun, { episodes, films }: LibraryScan): void {
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

/**
 * The number of files changed long ago and never recorded, if worth a question: in a first run, or in one repeating an
 * interrupted or undone run. Otherwise 0, also for services that take no dates.
 */
async function neverRecorded(
  files: readonly NamedFile[],
  { api, journal, identity, now }: { api: ApiClient; journal: Journal; identity: string; now: number },
): Promise<number> {
  const isOld = ({ modifiedAt }: NamedFile) => Number(BigInt(modifiedAt) / 1_000_000n) < now - OLD_MILLISECONDS;
  const old = files.filter(isOld);
  if (old.length < MANY_FILES) return 0;
  const isRepeated = (file: NamedFile) => journal.wasSent(identity, file);
  const isFirst = !journal.hasSent(identity);
  if (!isFirst && !old.some(isRepeated)) return 0;
  const held = await askHeld(api, { files, links: [] });
  const missing = held ? old.filter((file) => !held.files.has(file)) : [];
  return missing.length >= MANY_FILES && (isFirst || missing.some(isRepeated)) ? missing.length : 0;
}

const ANSWERS = { today: 'Today', modified: 'When each file was last changed', unknown: 'I don’t know' };

/** Asks when these files were watched. */
const askWhenWatched = (prompts: Prompts, count: number): Promise<(typeof DATE_SOURCES)[number]> =>
  prompts.select({
    message: `${counted(count, 'file')} were never recorded. When did you watch them?`,
    choices: DATE_SOURCES.map((value) => ({ name: ANSWERS[value], value })),
    fresh: true,
  });

/** Printed if it can't ask. */
const datedTodayText = (count: number): string =>
  `${counted(count, 'file')} that you may have watched earlier count as watched today. To date them by when each was last changed: immersion undo, then immersion sync --dates modified.`;
