import type { HistoryEntry } from './history-contract.ts';
import { renderTable } from '../core/terminal/table.ts';
import type { Screen } from '../core/terminal/terminal.ts';
import { formatMinutes } from '../core/terminal/text.ts';

const KINDS: Record<HistoryEntry['type'], string> = {
  episode: 'episode',
  movie: 'film',
  youtube_video: 'video',
  spotify_episode: 'podcast',
};

/** Watched things as a table, in the order given, with times of the computer's zone. */
export const historyTable = (entries: readonly HistoryEntry[], screen: Screen): string =>
  renderTable(
    [
      { head: 'Watched' },
      { head: 'Kind' },
      { head: 'Title', flexible: true },
      { head: 'Show', flexible: true },
      { head: 'Time', align: 'right' },
    ],
    entries.map((entry) => [
      localTime(entry.watched_at),
      KINDS[entry.type],
      entry.title,
      entry.collection ?? '',
      formatMinutes(Math.floor(entry.duration_seconds / 60)),
    ]),
    screen,
  );

/** `2026-10-01 18:30`, in the computer's zone. */
export function localTime(instant: string): string {
  const date = new Date(instant);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`;
}
