import { LIBRARY_PARTS } from './library.ts';
import { type LinkLine, readLinks } from './links-file.ts';
import { type MediaLink, linkKey } from '../recording/link-rules.ts';
import { type SyncRun, confirmLinks, handleJournalFault, printError, withoutPeriod } from './sync-context.ts';
import { askOrCount } from './sync-recorded-before.ts';
import { counted } from '../core/terminal/text.ts';
import { dateOfLinks } from './file-dates.ts';
import { expandPlaylists, offerToCommentOut } from './tidy-links.ts';
import { foundLinks, linksRecordedBefore } from './recorded-before.ts';
import { linkAgain } from './record-again.ts';
import path from 'node:path';
import { recordLinks, withoutLengthText } from './record-links.ts';

export async function linksStep(run: SyncRun): Promise<void> {
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

async function linksBefore(run: SyncRun, file: string, links: readonly MediaLink[]): Promise<MediaLink[]> {
  const { connection, journal } = run;
  let before: MediaLink[] = [];
  await handleJournalFault(run, async () => {
    before = await linksRecordedBefore(links, { api: connection.api, journal, identity: connection.identity, file });
  });
  return before;
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
