import type { TrackedShow } from '../contract/shows.ts';
import { renderTable } from './table.ts';
import type { Screen } from './terminal.ts';

/** The tracked show folders as a table. */
export const showsTable = (shows: readonly TrackedShow[], screen: Screen): string =>
  renderTable(
    [
      { head: 'Folder', flexible: true },
      { head: 'TVDB id', align: 'right' },
      { head: 'Name', flexible: true },
    ],
    shows.map((show) => [show.folder_name, show.tvdb_id?.toString() ?? '–', show.tvdb_name ?? '–']),
    screen,
  );
