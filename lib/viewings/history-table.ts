import type { HistoryEntry } from './history-contract.ts';
import { renderTable } from '../core/terminal/table.ts';
import type { Screen } from '../core/terminal/terminal.ts';
import { formatMinutes, localTime } from '../core/terminal/text.ts';

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
