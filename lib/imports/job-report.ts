import type { RunAnswer } from './jobs-contract.ts';
import { renderTable } from '../core/terminal/table.ts';
import type { Screen } from '../core/terminal/terminal.ts';
import { asLine, counted } from '../core/terminal/text.ts';

type List = keyof RunAnswer['lists'];
type Reason = RunAnswer['skipped_items'][number]['reason'];

const LIST_NAMES: Record<List, string> = {
  movies: 'Films',
  episodes: 'Episodes',
  watchlist: 'Watchlist',
  ratings: 'Ratings',
};
const REASONS: Record<Reason, string> = {
  no_tmdb_id: 'Trakt has no TMDB id for it',
  no_season: 'it names no season',
  no_episode_number: 'it names no episode',
  malformed: 'it cannot be read',
  unsupported_type: 'it is no film, series or episode',
  invalid_rating: 'its rating is not 1 to 10',
  not_at_tmdb: 'TMDB does not know it',
};
const ENTRIES_SHOWN = 20;
const BAR_COLUMNS = 20;

/** What a run did, or with a dry run would do: per list, what was left out and why, errors. Empty where there is nothing. */
export function runReport(run: RunAnswer, screen: Screen): string {
  const lists = Object.entries(run.lists) as [List, NonNullable<RunAnswer['lists'][List]>][];
  const table =
    lists.length === 0
      ? ''
      : renderTable(
          [
            { head: 'List' },
            { head: 'Entries', align: 'right' },
            { head: 'New titles', align: 'right' },
            { head: 'Known titles', align: 'right' },
            { head: 'Viewings', align: 'right' },
            { head: 'Ratings', align: 'right' },
          ],
          lists.map(([list, counts]) => [
            LIST_NAMES[list],
            ...[counts.total, counts.new, counts.existing, counts.sessions + counts.episodes, counts.ratings].map(
              (count) => count.toLocaleString('en-US'),
            ),
          ]),
          screen,
        );
  return [table, dates(run), skipped(run), incomplete(run), errors(run)].filter((part) => part !== '').join('\n\n');
}

/** `████████░░░░ 40 of 100  Title`, or what is done before the titles are known. */
export function runProgress(run: RunAnswer): string {
  if (run.total === null) {
    const read = Object.values(run.lists).reduce((sum, { total }) => sum + total, 0);
    return `Reading Trakt… ${counted(read, 'entry', 'entries')}`;
  }
  const filled = run.total === 0 ? BAR_COLUMNS : Math.round((run.completed / run.total) * BAR_COLUMNS);
  const bar = '█'.repeat(filled) + '░'.repeat(BAR_COLUMNS - filled);
  return asLine(`${bar} ${run.completed} of ${run.total}  ${run.current_item ?? ''}`.trimEnd());
}

/** `the trakt import, 40 of 100 titles`, after a verb. */
export const runName = ({ kind, completed, total }: RunAnswer): string =>
  `the ${kind.replaceAll('_', ' ')}, ${completed} of ${total ?? '?'} titles`;

/** `Imported 3 titles.`, as the run ended. */
export function runSentence(run: RunAnswer): string {
  const isPreview = run.kind === 'trakt_preview' || run.options.dry_run;
  const sum = (name: 'new' | 'sessions' | 'episodes' | 'ratings') =>
    Object.values(run.lists).reduce((total, list) => total + list[name], 0);
  if (run.status.startsWith('completed') && sum('new') + sum('sessions') + sum('episodes') + sum('ratings') === 0)
    return run.error_count > 0 ? 'Nothing was imported.' : 'Nothing new.';
  const what = `${counted(sum('new'), 'new title')}, ${counted(sum('sessions') + sum('episodes'), 'viewing')} and ${counted(sum('ratings'), 'rating')}`;
  if (run.status === 'cancelled') return `Cancelled after ${run.completed} of ${run.total ?? '?'}: ${what} stay.`;
  if (run.status === 'interrupted') {
    return `Interrupted after ${run.completed} of ${run.total ?? '?'}. Go on with immersion trakt resume.`;
  }
  return isPreview ? `An import would bring ${what}.` : `Imported ${what}.`;
}

/** Which plays count on no day, or are shown on another, since nobody can have watched them as stated. */
function dates({ dates: { undated, ticked_off: tickedOff, moved } }: RunAnswer): string {
  return [
    undated > 0 ? `${counted(undated, 'viewing')} without a date: counted in totals, on no day` : '',
    tickedOff > 0 ? `${counted(tickedOff, 'viewing')} ticked off, not watched then: counted in totals, on no day` : '',
    moved > 0 ? `${counted(moved, 'viewing')} shown at the air date: more than four episodes on one day` : '',
    tickedOff + moved > 0 ? '  → To take the dates as Trakt has them: immersion trakt import --dates trakt' : '',
  ]
    .filter((line) => line !== '')
    .join('\n');
}

function skipped({ skipped: count, skipped_items: entries }: RunAnswer): string {
  if (count === 0) return '';
  const lines = entries
    .slice(0, ENTRIES_SHOWN)
    .map(
      ({ reason, title, trakt_id: id }) =>
        `  ${asLine(title ?? (id === null ? '(no title)' : `Trakt ${id}`))}: ${REASONS[reason]}`,
    );
  const rest = count > lines.length ? [`  … and ${counted(count - lines.length, 'more', 'more')}`] : [];
  return [`Left out: ${counted(count, 'entry', 'entries')}`, ...lines, ...rest].join('\n');
}

const incomplete = (run: RunAnswer): string =>
  run.incomplete
    .map(({ list, reason }) => `${LIST_NAMES[list]}: incomplete (${reason.replaceAll('_', ' ')})`)
    .join('\n');

/** The command that does what a run did. */
const COMMANDS: Record<RunAnswer['kind'], string> = {
  trakt_preview: 'immersion trakt preview',
  trakt_import: 'immersion trakt import',
  trakt_sync: 'immersion trakt sync',
  archive_import: 'immersion trakt import FILE.zip',
};

function errors({ kind, errors: entries, error_count: count }: RunAnswer): string {
  if (count === 0) return '';
  const lines = entries
    .slice(0, ENTRIES_SHOWN)
    .map(({ item, stage, message }) => asLine(`  ${item ?? (stage ? LIST_NAMES[stage] : 'All')}: ${message}`));
  return [
    counted(count, 'error'),
    ...lines,
    ...(count > lines.length ? [`  … and ${count - lines.length} more`] : []),
    `  → Another ${COMMANDS[kind]} tries these once more.`,
  ].join('\n');
}
