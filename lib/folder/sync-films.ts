import { FATAL_CODES, type SyncRun, confirmFiles, printError, withoutPeriod, writeJournal } from './sync-context.ts';
import { ImmersionError } from '../core/errors.ts';
import { LIBRARY_PARTS, type LibraryScan } from './library.ts';
import type { NamedFile } from './journal.ts';
import { asLine, counted } from '../core/terminal/text.ts';
import { getProgress } from '../progress/progress-contract.ts';
import { measureFiles } from './measuring.ts';
import { normalizeName } from '../core/name-rules.ts';
import path from 'node:path';
import { recordFilms } from './record-films.ts';
import { settleRecordedBefore } from './sync-recorded-before.ts';

export async function filmsStep(run: SyncRun, { films }: LibraryScan): Promise<void> {
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
