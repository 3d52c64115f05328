import { DATES_IGNORED, type RunDates, dateOfFile, datedText, runDatesOf } from './file-dates.ts';
import type { FoundFile, LibraryScan } from './library.ts';
import type { SyncRun } from './sync-context.ts';
import { askWhenWatched, datedTodayText, neverRecorded } from './first-run.ts';

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
