import { Args, Flags } from '@oclif/core';
import { InvalidInputError } from '../core/errors.ts';
import { RATING_NAMES, type Rating } from './rating-rules.ts';

export const typeArgument = Args.string({ description: 'Kind: movie or tv', options: ['movie', 'tv'], required: true });
export const idArgument = Args.custom<number>({
  async parse(text) {
    if (/^[1-9]\d{0,9}$/.test(text)) return Number(text);
    throw new InvalidInputError(`“${text}” is not a TMDB id, which is a number.`, {
      code: 'invalid_argument',
      suggestions: ['Find it: immersion tmdb search TITLE'],
    });
  },
})({ description: 'TMDB id', required: true });
export const languageFlag = Flags.custom({
  async parse(text) {
    if (/^[a-z]{2}(?:-[A-Z]{2})?$/.test(text)) return text;
    throw new InvalidInputError(`“${text}” is not a TMDB language.`, {
      code: 'invalid_argument',
      suggestions: ['Use a language such as ja or ja-JP.'],
    });
  },
})({ description: 'Language of the result, such as ja or ja-JP' });
export const pageFlag = Flags.integer({ description: 'Page of the list', min: 1, max: 500 });

/** 1 to 5 or a name; null for `none`. */
export function parseRating(text: string): Rating | null {
  if (text.toLowerCase() === 'none') return null;
  const found = Object.entries(RATING_NAMES).find(
    ([number, name]) => number === text || name.toLowerCase() === text.toLowerCase(),
  );
  if (found) return Number(found[0]) as Rating;
  const names = Object.entries(RATING_NAMES).map(([number, name]) => `${number} ${name}`);
  throw new InvalidInputError(`“${text}” is not a rating.`, {
    code: 'invalid_argument',
    suggestions: [`Use ${names.join(', ')}, or none to clear it.`],
  });
}
