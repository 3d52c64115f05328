import { isUtf8 } from 'node:buffer';
import { passwordFault } from './password-rules.ts';
import { InvalidInputError } from '../core/errors.ts';
import { asLine } from '../core/terminal/text.ts';
import { readInput } from '../core/terminal/given-input.ts';
import type { Io } from '../core/terminal/terminal.ts';

/** Reads a password from standard input, or asks twice. Throws `InvalidInputError` if missing or weak. */
export async function newPassword(
  user: string,
  { io, fromInput, mayAsk, force }: { io: Io; fromInput: boolean; mayAsk: boolean; force: boolean },
): Promise<string> {
  const checked = (password: string): string => {
    const fault = passwordFault(password, { user, force });
    if (!fault) return password;
    throw new InvalidInputError(`The password ${fault.what}.`, {
      code: 'invalid_argument',
      suggestions: fault.isWeak ? ['Choose a longer one, of several words.', 'To use it anyway, add --force.'] : [],
    });
  };
  if (fromInput) return checked(await typedPassword(io));
  if (!mayAsk) {
    throw new InvalidInputError('Can’t ask for a password without a terminal.', {
      code: 'input_needed',
      suggestions: ['Pass it on standard input with --password-stdin.'],
    });
  }
  const { password } = await import('@inquirer/prompts');
  const context = { input: io.input, output: io.errorOutput as NodeJS.WritableStream };
  const first = checked(await password({ message: asLine(`Password for “${user}”`) }, context));
  await password(
    { message: 'Repeat the password', validate: (again) => again === first || 'The passwords don’t match.' },
    context,
  );
  return first;
}

/** In another encoding, the password would not be the one that browsers and clients send. */
async function typedPassword({ input }: Io): Promise<string> {
  const bytes = await readInput(input);
  if (isUtf8(bytes))
    return bytes
      .toString()
      .replace(/^\uFEFF/, '')
      .replace(/\r?\n$/, '');
  throw new InvalidInputError('The password on standard input is not UTF-8 text.', { code: 'invalid_argument' });
}
