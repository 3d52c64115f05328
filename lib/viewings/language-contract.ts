import * as z from 'zod';
import { knownLanguage } from '../core/language-rules.ts';

/** A language code; normalized to the primary subtag of BCP 47. */
export const languageSchema = z
  .string()
  .refine((text) => knownLanguage(text) !== undefined, 'must be a language code such as ja or es')
  .overwrite((text) => knownLanguage(text) ?? text)
  .meta({ example: 'ja' });
