import type { ErrorDetail, ImmersionError } from '../errors.ts';
import { asLine } from './text.ts';
import type { Style } from './terminal.ts';

/** What is said of an error. */
export interface SaidError {
  message: string;
  details?: readonly ErrorDetail[];
  suggestions?: readonly string[];
  /** Shown when debugging. */
  stack?: string | undefined;
}

/** The only place that words errors for a terminal: nothing in them can control it. */
export function errorText(
  { message, details = [], suggestions = [], stack }: SaidError,
  style: (style: Style, text: string) => string = (_, text) => text,
): string {
  const lines = [
    `${style('red', 'Error:')} ${asLine(message)}`,
    ...details.map((detail) =>
      asLine(`  ${'id' in detail ? detail.id : detail.path}: ${'id' in detail ? detail.reason : detail.message}`),
    ),
    ...suggestions.map((way) => `  → ${asLine(way)}`),
    ...(stack?.split('\n').map((line) => style('dim', asLine(line))) ?? []),
  ];
  return `${lines.join('\n')}\n`;
}

/** The `--json` output of an error. */
export const errorJson = ({
  message,
  details = [],
  suggestions = [],
  code,
}: SaidError & Pick<ImmersionError, 'code'>) => ({
  error: {
    message,
    code,
    ...(suggestions.length > 0 ? { suggestions } : {}),
    ...(details.length > 0 ? { details } : {}),
  },
});

/** JSON that also escapes control characters beyond the standard's. */
export const jsonText = (json: unknown): string =>
  `${JSON.stringify(json, null, 2).replaceAll(/[\u007F-\u009F]/gu, (character) => `\\u00${character.charCodeAt(0).toString(16)}`)}\n`;
