import { Flags } from '@oclif/core';
import { InvalidInputError } from '../core/errors.ts';
import { parseLength } from '../core/length-rules.ts';
import { knownLanguage } from '../core/language-rules.ts';
import type { ApiClient } from '../core/terminal/api-client.ts';
import { isMissing } from '../core/terminal/missing-endpoint.ts';
import { createDays, type Days } from './day-rules.ts';
import { momentOf } from './moment-rules.ts';
import { getSettings } from './settings-contract.ts';
import { parseWhen } from './when-rules.ts';

const EXAMPLES = 'Use a form such as 2026-10-01, “2026-10-01 21:30”, “yesterday 21:30”, monday or “3 days ago”.';

export const whenFlags = {
  at: Flags.string({
    description: 'When it ended, such as “yesterday 21:30”, monday or 2026-10-01T21:30; unknown counts in totals only',
    exclusive: ['on'],
  }),
  on: Flags.string({ description: 'The day it was watched, without a time' }),
};

export const languageFlag = Flags.string({ description: 'Language, as a code such as ja or es' });

/** `--at` or `--on` in epoch seconds; null for an unknown date, undefined if neither is given. */
export async function whenOf(
  { at, on }: { at?: string | undefined; on?: string | undefined },
  { now, ...context }: DaysContext & { now: number },
): Promise<number | null | undefined> {
  const text = on ?? at;
  if (text === undefined) return undefined;
  if (text === 'unknown') return null;
  const moment = momentOf(text, { now, days: await daysOf(context), isDay: on !== undefined });
  if ('at' in moment) return moment.at;
  throw refused(moment.fault);
}

/** Rejects a `--before` in the future. */
export async function checkBefore(text: string, { api, now }: { api: ApiClient; now: number }): Promise<void> {
  const when = parseWhen(text, { now, days: await daysOf({ api }) });
  if (!when) throw refused(`“${text}” is not a date or time.`);
  if (when.from > now / 1000) throw refused(`“${text}” is in the future.`);
}

/** A length in seconds. A bare number is ambiguous: minutes or hours. */
export function lengthOf(text: string): number {
  const seconds = parseLength(text);
  if (seconds !== undefined && seconds > 0) return seconds;
  const isNumber = /^\d+(?:\.\d+)?$/.test(text.trim());
  throw new InvalidInputError(isNumber ? `“${text}” could be minutes or hours.` : `“${text}” is not a length.`, {
    code: 'invalid_argument',
    suggestions: [
      isNumber
        ? `Write ${text.trim()}m for minutes, or ${text.trim()}h for hours.`
        : 'Use a form such as 45m, 1h20m or 1:20.',
    ],
  });
}

/** Null for `none`. */
export function languageOf(text: string): string | null {
  if (text === 'none') return null;
  const language = knownLanguage(text);
  if (language !== undefined) return language;
  throw new InvalidInputError(`“${text}” is not a language code.`, {
    code: 'invalid_argument',
    suggestions: ['Use a code such as ja for Japanese, es for Spanish or ko for Korean.'],
  });
}

/** `timeZone` is for services without user settings. */
interface DaysContext {
  api: ApiClient;
  timeZone?: string;
}

export async function daysOf({ api, timeZone }: DaysContext): Promise<Days> {
  try {
    const { time_zones: zones, day_ends_at: dayEndsAt } = await api.call(getSettings);
    return createDays({ zones: zones.map(({ from, time_zone: zone }) => ({ from, zone })), dayEndsAt });
  } catch (error) {
    if (timeZone === undefined || !isMissing(error)) throw error;
    return createDays({ zones: [{ from: null, zone: timeZone }], dayEndsAt: 0 });
  }
}

const refused = (message: string) =>
  new InvalidInputError(message, { code: 'invalid_argument', suggestions: [EXAMPLES] });
