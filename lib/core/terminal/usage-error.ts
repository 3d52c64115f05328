import { InvalidInputError } from '../errors.ts';

/** Converts an error of oclif's parser: one sentence, and the command's help as the suggestion. */
export function usageError(error: Error, command: string): InvalidInputError {
  const { args, flags } = error as { args?: (string | { name: string })[]; flags?: string[] };
  const text = error.message
    .replace(/\s*See more help with --help\s*$/, '')
    .replace(/^The following errors? occurred:/, '')
    .replaceAll(/\s+/g, ' ')
    .replace(/^Parsing (--\S+) Expected/, '$1: expected')
    .trim();
  const names = (args ?? []).map((one) => (typeof one === 'string' ? `“${one}”` : one.name.toUpperCase())).join(', ');
  const message = text.startsWith('Nonexistent flag')
    ? `Unknown flag ${flags?.join(', ')}`
    : /^Missing \d+ required arg/.test(text)
      ? `Missing argument ${names}`
      : text.startsWith('Unexpected argument')
        ? `Unexpected argument ${names}`
        : text;
  return new InvalidInputError(message.replace(/[^.?!]$/, '$&.'), {
    code: 'invalid_argument',
    suggestions: [`See immersion ${command} --help`],
  });
}
