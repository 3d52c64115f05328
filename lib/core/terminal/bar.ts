import type { Screen } from './terminal.ts';

/** Any value above 0 is visible. */
export function bar(
  value: number,
  { most, columns, screen }: { most: number; columns: number; screen: Screen },
): string {
  const length = most === 0 ? 0 : Math.max(value > 0 ? 1 : 0, Math.round((Math.min(value, most) / most) * columns));
  return screen.style('cyan', '█'.repeat(length)) + screen.style('dim', '░'.repeat(columns - length));
}
