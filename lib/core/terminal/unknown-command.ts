import type { Hook, Interfaces } from '@oclif/core';
import { didYouMean } from './did-you-mean.ts';
import { errorJson, errorText, jsonText } from './error-text.ts';
import { EXIT_CODES } from './exit-codes.ts';

/** Reports unknown commands like other errors, with `--json` too. */
const unknownCommand: Hook.CommandNotFound = async function sayUnknown({ id, argv = [], config }) {
  const said = unknown(id.split(':'), config);
  if (argv.includes('--json')) process.stdout.write(jsonText(errorJson({ ...said, code: 'invalid_argument' })));
  else process.stderr.write(errorText(said));
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
