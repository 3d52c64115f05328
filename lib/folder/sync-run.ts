import { type LibraryScan, checkLibrary } from './library.ts';
import {
  type SyncOptions,
  type SyncResult,
  type SyncRun,
  attempt,
  handleJournalFault,
  withoutPeriod,
} from './sync-context.ts';
import { asLine } from '../core/terminal/text.ts';
import { cleanStep, previewKeptFolders } from './sync-cleaning.ts';
import { episodesStep } from './sync-episodes.ts';
import { filmsStep } from './sync-films.ts';
import { firstRunDates, tellDates, withDates } from './sync-dates.ts';
import { leftOutLines } from './left-out-text.ts';
import { linksStep } from './sync-links.ts';
import { randomUUID } from 'node:crypto';
import { scanLibrary } from './library-scan.ts';
import { showIdsStep } from './sync-show-ids.ts';

/** A sync: scan, record, match, show progress, clean up. */
export async function runSync(options: SyncOptions): Promise<SyncResult> {
  const { library, parts } = options;
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
    result.progress = await options.showProgress();
  });
  if (!run.journalFault) await handleJournalFault(run, () => attempt(run, 'Cleaning up', () => cleanStep(run)));
  if (run.journalFault) {
    result.left_out.push({
      path: library,
      reason: `its files were kept this time. ${withoutPeriod(run.journalFault)}`,
    });
  }
  tellLeftOut(run);
  return result;
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
