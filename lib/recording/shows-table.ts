import type { TrackedShow } from './shows-contract.ts';
import { renderTable } from '../core/terminal/table.ts';
import type { Screen } from '../core/terminal/terminal.ts';

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
