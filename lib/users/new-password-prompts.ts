import { text } from 'node:stream/consumers';
import { passwordFault } from './password-rules.ts';
import { InvalidInputError } from '../core/errors.ts';
import type { Edges } from '../core/terminal/terminal.ts';

/** A new password: from standard input, or asked for twice without showing it. Throws `InvalidInputError` for none, or a weak one. */
export async function newPassword(
  user: string,
  { edges, fromInput, mayAsk, force }: { edges: Edges; fromInput: boolean; mayAsk: boolean; force: boolean },
): Promise<string> {
  const checked = (password: string): string => {
    const fault = passwordFault(password, { user, force });
    if (!fault) return password;
    throw new InvalidInputError(`The password ${fault.what}.`, {
      code: 'invalid_argument',
      suggestions: fault.isWeak
        ? ['Choose a longer one, of several words.', 'Or take it all the same, with --force.']
        : [],
    });
  };
  if (fromInput) return checked((await text(edges.input)).replace(/\r?\n$/, ''));
  if (!mayAsk) {
    throw new InvalidInputError('Nobody can be asked here for a password.', {
      code: 'input_needed',
      suggestions: ['Give it on standard input, with --password-stdin.'],
    });
  }
  const { password } = await import('@inquirer/prompts');
  const context = { input: edges.input, output: edges.errorOutput as NodeJS.WritableStream };
  const first = checked(await password({ message: `Password of “${user}”` }, context));
  await password(
    { message: 'The same again', validate: (again) => again === first || 'That is another one.' },
    context,
  );
  return first;
}
