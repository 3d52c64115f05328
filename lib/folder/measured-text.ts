import { renderTable } from '../core/terminal/table.ts';
import type { Screen } from '../core/terminal/terminal.ts';
import { formatSeconds } from '../core/terminal/text.ts';
import type { Improvement } from './measure-recorded.ts';

export const improvementsTable = (changed: readonly Improvement[], screen: Screen): string =>
  renderTable(
    [
      { head: 'File', flexible: true },
      { head: 'Before', align: 'right' },
      { head: 'Measured', align: 'right' },
      { head: 'Language' },
    ],
    changed.map(({ title, seconds, seconds_before: before, language }) => [
      title,
      formatSeconds(before),
      seconds === null ? '' : formatSeconds(seconds),
      language ?? '',
    ]),
    screen,
  );

/** `: 11m more` */
export function timeChange(changed: readonly Improvement[]): string {
  const more = changed.reduce(
    (sum, { seconds, seconds_before: before }) => sum + (seconds === null ? 0 : seconds - before),
    0,
  );
  if (Math.abs(more) < 60) return '';
  return `: ${formatSeconds(Math.abs(more))} ${more > 0 ? 'more' : 'less'}`;
}
