import { asLine, counted } from '../core/terminal/text.ts';
import type { LeftOut } from './library.ts';

/** A line per reason with the first path: `Skipped shows/a.mkv and 4 more: …`. */
export function leftOutLines(verb: string, all: readonly LeftOut[]): string[] {
  return [...Map.groupBy(all, ({ reason }) => reason)].map(([reason, [first, ...others]]) => {
    const more = others.length > 0 ? ` and ${counted(others.length, 'more', 'more')}` : '';
    return `${verb} ${asLine(first?.path ?? '')}${more}: ${asLine(reason)}.`;
  });
}
