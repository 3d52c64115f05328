import { type ByNames, sortByNames } from './recorded-before.ts';
import type { FoundEpisode, LibraryScan } from './library.ts';
import type { NamedFile } from './journal.ts';
import { type SyncRun, confirmFiles, noteJournalFault, toNames, writeJournal } from './sync-context.ts';
import { asLine, counted } from '../core/terminal/text.ts';
import { episodeNamesFault } from '../viewings/episode-key-rules.ts';
import { measureFiles } from './measuring.ts';
import { readEpisodeNumber } from '../shows/episode-number-rules.ts';
import { recordEpisodes } from './record-episodes.ts';
import { settleRecordedBefore } from './sync-recorded-before.ts';

export async function episodesStep(run: SyncRun, { episodes }: LibraryScan): Promise<void> {
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
