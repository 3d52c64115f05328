import { styleText } from 'node:util';
import type { Environment } from '../config.ts';
import type { Prompts } from './prompts.ts';

/** A command's streams and environment. */
export interface Io {
  environment: Environment;
  workingDirectory: string;
  input: NodeJS.ReadStream | NodeJS.ReadableStream;
  output: NodeJS.WriteStream | NodeJS.WritableStream;
  errorOutput: NodeJS.WriteStream | NodeJS.WritableStream;
  /** Answers questions in place of the user. */
  prompts?: Prompts;
}

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

export interface Screen {
  /** 80 without a terminal. */
  columns: number;
  color: boolean;
  style: (style: Style, text: string) => string;
}

const COLUMNS_WITHOUT_TERMINAL = 80;

/** Color needs a terminal and no `NO_COLOR`; `FORCE_COLOR` forces it. */
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

export const canPrompt = ({ input, errorOutput }: Io): boolean =>
  'isTTY' in input && input.isTTY && isTerminal(errorOutput);

export const isTerminal = (stream: Io['output']): stream is NodeJS.WriteStream => 'isTTY' in stream && stream.isTTY;
