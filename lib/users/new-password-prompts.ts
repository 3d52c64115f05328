import { text } from 'node:stream/consumers';
import { InvalidInputError } from '../core/errors.ts';
import type { Io } from '../core/terminal/terminal.ts';

/** A new password: from standard input, or asked for twice without showing it. Throws `InvalidInputError` for none. */
export async function newPassword(
  user: string,
  { io, fromInput, mayAsk }: { io: Io; fromInput: boolean; mayAsk: boolean },
): Promise<string> {
  if (fromInput) return checked((await text(io.input)).replace(/\r?\n$/, ''));
  if (!mayAsk) {
    throw new InvalidInputError('Nobody can be asked here for a password.', {
      code: 'input_needed',
      suggestions: ['Give it on standard input, with --password-stdin.'],
    });
  }
  const { password } = await import('@inquirer/prompts');
  const context = { input: io.input, output: io.errorOutput as NodeJS.WritableStream };
  const first = checked(await password({ message: `Password of “${user}”` }, context));
  await password(
    { message: 'The same again', validate: (again) => again === first || 'That is another one.' },
    context,
  );
  return first;
}

function checked(password: string): string {
  const fault = password === '' ? 'is empty' : /\p{Cc}/u.test(password) ? 'has a control character' : undefined;
  if (!fault) return password;
  throw new InvalidInputError(`The password ${fault}.`, { code: 'invalid_argument' });
}
