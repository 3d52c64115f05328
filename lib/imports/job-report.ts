import type { JobAnswer } from './jobs-contract.ts';
import { IMPORT_SERVICES } from '../viewings/viewing-rules.ts';
import type { Activity } from '../core/terminal/activity.ts';
import { renderTable } from '../core/terminal/table.ts';
import type { Screen } from '../core/terminal/terminal.ts';
import { asLine, counted, thousands } from '../core/terminal/text.ts';

type List = keyof JobAnswer['lists'];
type Reason = JobAnswer['skipped_items'][number]['reason'];

const LIST_NAMES: Record<List, string> = {
  movies: 'Films',
  episodes: 'Episodes',
  watchlist: 'Watchlist',
  ratings: 'Ratings',
};
const REASONS: Record<Exclude<Reason, 'no_tmdb_id'>, string> = {
  no_season: 'no season given',
  no_episode_number: 'no episode given',
  malformed: 'unreadable',
  unsupported_type: 'not a film, series or episode',
  invalid_rating: 'rating is not 1 to 10',
  not_at_tmdb: 'not found on TMDB',
};
const ENTRIES_SHOWN = 20;
const BAR_COLUMNS = 20;

/** What a job did, or would do: counts per list, skipped entries, errors. Empty if nothing happened. */
export function jobReport(job: JobAnswer, screen: Screen): string {
  const lists = Object.entries(job.lists) as [List, NonNullable<JobAnswer['lists'][List]>][];
  const table =
    lists.length === 0
      ? ''
      : renderTable(
          [
            { head: 'List' },
            { head: 'Entries', align: 'right' },
            { head: 'New titles', align: 'right' },
            { head: 'Existing titles', align: 'right' },
            { head: 'Viewings', align: 'right' },
            { head: 'Ratings', align: 'right' },
          ],
          lists.map(([list, counts]) => [
            LIST_NAMES[list],
            ...[counts.total, counts.new, counts.existing, counts.sessions + counts.episodes, counts.ratings].map(
              thousands,
            ),
          ]),
          screen,
        );
  return [table, readFrom(job), dates(job), skipped(job), incomplete(job), errors(job)]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** `████████░░░░ 40 of 100  Title`; before the titles are known, the number of entries read. */
export function jobProgress(job: JobAnswer): Parameters<Activity['update']> {
  if (job.total === null) {
    const read = Object.values(job.lists).reduce((sum, { total }) => sum + total, 0);
    return [`Reading Trakt… ${counted(read, 'entry', 'entries')}`];
  }
  const filled = job.total === 0 ? BAR_COLUMNS : Math.round((job.completed / job.total) * BAR_COLUMNS);
  const bar = '█'.repeat(filled) + '░'.repeat(BAR_COLUMNS - filled);
  const text = `${bar} ${job.completed} of ${job.total}`;
  return [text, { done: job.completed, total: job.total, item: asLine(job.current_item ?? '') }];
}

/** `the trakt import, 40 of 100 titles` */
export const jobName = ({ kind, completed, total }: JobAnswer): string =>
  `the ${kind.replaceAll('_', ' ')}, ${completed} of ${total ?? '?'} titles`;

/** `Imported 3 titles.` */
export function jobSentence(job: JobAnswer): string {
  const isPreview = job.kind === 'trakt_preview' || job.options.dry_run;
  const sum = (name: 'new' | 'sessions' | 'episodes' | 'ratings') =>
    Object.values(job.lists).reduce((total, list) => total + list[name], 0);
  const viewings = sum('sessions') + sum('episodes') + job.joined;
  if (job.status.startsWith('completed') && sum('new') + viewings + sum('ratings') === 0)
    return job.error_count > 0 ? 'Nothing was imported.' : 'Nothing new.';
  const what = `${counted(sum('new'), 'new title')}, ${counted(viewings, 'viewing')} and ${counted(sum('ratings'), 'rating')}`;
  if (job.status === 'cancelled') return `Cancelled after ${job.completed} of ${job.total ?? '?'}: kept ${what}.`;
  if (job.status === 'interrupted') {
    const when = job.resume_at === null ? 'Resume' : `From ${job.resume_at} on, resume`;
    return `Interrupted after ${job.completed} of ${job.total ?? '?'}. ${when} with immersion trakt resume.`;
  }
  return isPreview ? `An import would add ${what}.` : `Imported ${what}.`;
}

/** Earlier plays come with an import. */
function readFrom({ kind, read_from: from }: JobAnswer): string {
  if (kind !== 'trakt_sync') return '';
  return (Object.entries(from) as [List, string][])
    .map(([list, instant]) => `${LIST_NAMES[list]}: read from ${instant}`)
    .join('\n');
}

/** Plays that count on no day or another day, since they can't have happened as recorded. */
function dates({ options: { service }, dates: { undated, ticked_off: tickedOff, moved } }: JobAnswer): string {
  return [
    undated > 0 ? `${counted(undated, 'viewing')} without a date: counted in totals only` : '',
    tickedOff > 0
      ? `${counted(tickedOff, 'viewing')} checked off in bulk, not watched then: counted in totals only`
      : '',
    moved > 0 ? `${counted(moved, 'viewing')} shown at the air date: more than four episodes on one day` : '',
    tickedOff + moved > 0
      ? `  → To use ${IMPORT_SERVICES[service]}’s dates unchanged: immersion ${service} import --dates trakt`
      : '',
  ]
    .filter((line) => line !== '')
    .join('\n');
}

function skipped({ options: { service }, skipped: count, skipped_items: entries }: JobAnswer): string {
  if (count === 0) return '';
  const name = IMPORT_SERVICES[service];
  const textOf = (reason: Reason) => (reason === 'no_tmdb_id' ? `no TMDB id on ${name}` : REASONS[reason]);
  const lines = entries
    .slice(0, ENTRIES_SHOWN)
    .map(
      ({ reason, title, trakt_id: id }) =>
        `  ${asLine(title ?? (id === null ? '(no title)' : `Trakt ${id}`))}: ${textOf(reason)}`,
    );
  const rest = count > lines.length ? [`  … and ${counted(count - lines.length, 'more', 'more')}`] : [];
  return [`Skipped: ${counted(count, 'entry', 'entries')}`, ...lines, ...rest].join('\n');
}

const incomplete = (job: JobAnswer): string =>
  job.incomplete
    .map(({ list, reason }) => `${LIST_NAMES[list]}: incomplete (${reason.replaceAll('_', ' ')})`)
    .join('\n');

const COMMANDS: Record<JobAnswer['kind'], string> = {
  trakt_preview: 'preview',
  trakt_import: 'import',
  trakt_sync: 'sync',
  archive_import: 'import FILE.zip',
};

function errors({ kind, options: { service }, errors: entries, error_count: count }: JobAnswer): string {
  if (count === 0) return '';
  const lines = entries
    .slice(0, ENTRIES_SHOWN)
    .map(({ item, stage, message }) => asLine(`  ${item ?? (stage ? LIST_NAMES[stage] : 'All')}: ${message}`));
  return [
    counted(count, 'error'),
    ...lines,
    ...(count > lines.length ? [`  … and ${count - lines.length} more`] : []),
    `  → Run immersion ${service} ${COMMANDS[kind]} again to retry these.`,
  ].join('\n');
}
