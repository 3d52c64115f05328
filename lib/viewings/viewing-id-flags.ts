import { InvalidInputError } from '../core/errors.ts';

/** Ids of viewings, or beginnings of ids, as typed. Throws `InvalidInputError`. */
export function viewingIdsOf(typed: readonly string[]): string[] {
  const wrong = typed.find((id) => !/^[\da-f]{1,12}$/.test(id));
  if (wrong === undefined) return [...new Set(typed)];
  throw new InvalidInputError(`“${wrong}” is not a viewing id.`, {
    code: 'invalid_argument',
    suggestions: ['List your viewings with their ids: immersion history'],
  });
}
