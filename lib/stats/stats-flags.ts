import { InvalidInputError } from '../core/errors.ts';
import { didYouMean } from '../core/terminal/did-you-mean.ts';
import { periodAround } from '../viewings/period-rules.ts';
import type { Split } from './split-rules.ts';

/** The query for `GET /stats`, and the default split. */
export interface AskedPeriod {
  query: { period?: string; from?: string; to?: string };
  by: Split;
}

const SPLIT_OF = { today: 'medium', week: 'day', month: 'day', year: 'month', all: 'year' } as const;
export const PERIOD_WORDS = 'today, week, month, year, all, a year such as 2026 or a month such as 2026-10';

/** `today`, `week`, `month`, `year`, `all`, `2026` or `2026-10`. */
export function parsePeriod(text: string): AskedPeriod {
  if (Object.hasOwn(SPLIT_OF, text)) return { query: { period: text }, by: SPLIT_OF[text as keyof typeof SPLIT_OF] };
  if (/^\d{4}$/.test(text)) return { query: { from: `${text}-01-01`, to: `${text}-12-31` }, by: 'month' };
  if (/^\d{4}-(?:0[1-9]|1[0-2])$/.test(text)) {
    return { query: periodAround(`${text}-01`, 'month', 'monday'), by: 'day' };
  }
  throw new InvalidInputError(`Unknown period “${text}”. Use ${PERIOD_WORDS}.`, {
    code: 'invalid_argument',
    suggestions: didYouMean(text, Object.keys(SPLIT_OF)),
  });
}
