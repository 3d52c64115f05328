import * as z from 'zod';
import { readEach } from './http.ts';

/** Optional fields of a provider's answer: a value of another type counts as missing. */
export const optionalText = z.string().nullish().catch(null);
export const optionalNumber = z.number().nullish().catch(null);

const LONGEST_HOURS = 1000;
/** A longer film, video or episode is a mistake. */
export const LONGEST_SECONDS = LONGEST_HOURS * 60 * 60;
/** A length in minutes. */
export const optionalMinutes = z
  .number()
  .max(LONGEST_HOURS * 60)
  .nullish()
  .catch(null);

/** An object whose absence, or another type, counts as missing. */
export const optionalObject = <T extends z.ZodRawShape>(shape: T) => z.object(shape).nullish().catch(null);

/** A list without its invalid elements. */
export const listOf = <T>(item: z.ZodType<T>) => z.array(z.unknown()).transform((items) => readEach(item, items));

/** The same; another type counts as missing. */
export const optionalList = <T>(item: z.ZodType<T>) => listOf(item).nullish().catch(null);

export const idNumber = z.int().positive();
