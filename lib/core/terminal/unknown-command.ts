import type { Hook, Interfaces } from '@oclif/core';
import { didYouMean } from './did-you-mean.ts';
import { EXIT_CODES } from './exit-codes.ts';
import { asLine } from './text.ts';

/** Reports unknown commands like other errors, with `--json` too. */
const unknownCommand: Hook.CommandNotFound = async function sayUnknown({ id, argv = [], config }) {
  const { message, suggestions } = unknown(id.split(':'), config);
  if (argv.includes('--json')) {
    const error = { message, code: 'invalid_argument', suggestions };
    process.stdout.write(`${JSON.stringify({ error }, null, 2)}\n`);
  } else {
    process.stderr.write(`Error: ${asLine(message)}\n${suggestions.map((way) => `  → ${way}\n`).join('')}`);
  }
  process.exitCode = EXIT_CODES.usage[0];
};

export default unknownCommand;

/** The error for an unknown command, with a suggestion. */
export function unknown(
  words: readonly string[],
  config: Pick<Interfaces.Config, 'commands' | 'findCommand' | 'findTopic'>,
): { message: string; suggestions: string[] } {
  const known = words.findLastIndex((_, index) => config.findCommand(words.slice(0, index + 1).join(':')));
  const command = words.slice(0, known + 1).join(' ');
  const ids = config.commands.filter(({ hidden }) => !hidden).map(({ id }) => id.replaceAll(':', ' '));
  const [topic = ''] = words;
  const candidates = words.length === 1 ? ids.map((one) => one.split(' ')[0] ?? '') : ids;
  const help = command || (config.findTopic(topic) ? topic : '');
  return {
    message: command ? `Unexpected argument “${words[known + 1]}”.` : `Unknown command “${words.join(' ')}”.`,
    suggestions: [
      ...didYouMean(words.join(' '), candidates, 'immersion '),
      `See immersion ${help ? `${help} ` : ''}--help`,
    ],
  };
}
