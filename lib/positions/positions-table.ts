import { seasonAndEpisode, localTime } from '../core/terminal/text.ts';
import type { PositionAnswer } from './positions-contract.ts';
import { renderTable } from '../core/terminal/table.ts';
import type { Screen } from '../core/terminal/terminal.ts';

/** In the given order; with user names if present. */
export function positionTable(
  positions: readonly (Omit<PositionAnswer, 'username'> & { username?: string })[],
  screen: Screen,
): string {
  const named = positions.some(({ username }) => username !== undefined);
  return renderTable(
    [
      ...(named ? [{ head: 'User', flexible: true }] : []),
      { head: 'Show', flexible: true },
      { head: 'At' },
      { head: 'Updated' },
    ],
    positions.map((position) => [
      ...(named ? [position.username ?? ''] : []),
      position.tv_show,
      seasonAndEpisode(position),
      // Other programs may omit the time.
      position.last_updated === '' ? '–' : localTime(`${position.last_updated}Z`),
    ]),
    screen,
  );
}
