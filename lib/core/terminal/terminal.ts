import { styleText } from 'node:util';
import type { Environment } from '../config.ts';
import type { Prompts } from './prompts.ts';

/** The streams and settings that a command runs with; the demo and tests give their own. */
export interface Io {
  environment: Environment;
  workingDirectory: string;
  input: NodeJS.ReadStream | NodeJS.ReadableStream;
  output: NodeJS.WriteStream | NodeJS.WritableStream;
  errorOutput: NodeJS.WriteStream | NodeJS.WritableStream;
  /** Who answers questions, where it is not the person at the terminal. */
  prompts?: Prompts;
}

/** What a text on the terminal may look like. */
export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

/** One output of the terminal. */
export interface Screen {
  /** Columns of the terminal, 80 where there is none. */
  columns: number;
  color: boolean;
  style: (style: Style, text: string) => string;
}

const COLUMNS_WITHOUT_TERMINAL = 80;

/** The screen behind a stream. Colour needs a terminal and no `NO_COLOR`; `FORCE_COLOR` gives it anywhere. */
export function screenOf(stream: Io['output'], environment: Environment): Screen {
  const terminal = isTerminal(stream) ? stream : undefined;
  const columns = Number(environment['COLUMNS']) || terminal?.columns || COLUMNS_WITHOUT_TERMINAL;
  const wanted = Boolean(environment['FORCE_COLOR']) && environment['FORCE_COLOR'] !== '0';
  const color = !environment['NO_COLOR'] && environment['TERM'] !== 'dumb' && (wanted || terminal !== undefined);
  return {
    columns: Math.max(40, columns),
    color,
    style: (style, text) => (color ? styleText(style, text, { validateStream: false }) : text),
  };
}

/** Whether prompts make sense: a person sits at both ends. */
export const canPrompt = ({ input, errorOutput }: Io): boolean =>
  'isTTY' in input && input.isTTY && isTerminal(errorOutput);

export const isTerminal = (stream: Io['output']): stream is NodeJS.WriteStream => 'isTTY' in stream && stream.isTTY;
