import type { Hook } from '@oclif/core';
import { EXIT_CODES } from './exit-codes.ts';

/** Reports unknown commands like other errors, with `--json` too. */
const unknownCommand: Hook.CommandNotFound = async function unknownCommandHook({ id, argv = [], config }) {
  const words = id.split(':');
  const known = words.findLastIndex((_, index) => config.findCommand(words.slice(0, index + 1).join(':')));
  const command = words.slice(0, known + 1).join(' ');
  const message = command ? `Unexpected argument “${words[known + 1]}”.` : `Unknown command “${words.join(' ')}”.`;
  const suggestion = `See immersion ${command ? `${command} ` : ''}--help`;
  if (argv.includes('--json')) {
    const error = { message, code: 'invalid_argument', suggestions: [suggestion] };
    process.stdout.write(`${JSON.stringify({ error }, null, 2)}\n`);
  } else {
    process.stderr.write(`Error: ${message}\n  → ${suggestion}\n`);
  }
  process.exitCode = EXIT_CODES.usage[0];
};

export default unknownCommand;
