import { DateTime } from 'luxon';
import { daysAfter, type ClockTime, type Days } from './day-rules.ts';
import { toEpochSeconds } from '../core/instant-rules.ts';

/** Epoch seconds, both included; equal for an instant. */
export interface When {
  from: number;
  until: number;
}

const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const SECONDS_OF: Record<string, number> = { s: 1, m: 60, h: 3600 };
const AGO = /^(\d{1,4}|an?) ?([a-z]+?)s?( ago)?$/;
const DAY_AND_TIME = /^(?:(.+?)(?: at | |(?<=\d)t))?(\d{1,2}(?::\d\d){0,2} ?(?:am|pm)?)$/;
/** Unit names in the singular. */
const UNITS: Record<string, string[]> = {
  s: ['s', 'sec', 'second'],
  m: ['m', 'min', 'minute'],
  h: ['h', 'hr', 'hour'],
  days: ['d', 'day'],
  weeks: ['w', 'wk', 'week'],
  months: ['mo', 'month'],
  years: ['y', 'yr', 'year'],
};

/**
 * Parses `7d`, `3 days ago`, `2 hours ago`, `now`, `today`, `yesterday`, `monday`, `last monday`, `21:30`, `yesterday
 * 21:30`, `2026-10-01`, `2026-10`, ISO 8601 or epoch seconds in the user's zone and days; undefined for anything else.
 * A weekday or a time without a day means the latest past one. `now` is in epoch milliseconds.
 */
export function parseWhen(text: string, { now, days }: { now: number; days: Days }): When | undefined {
  const phrase = text.trim().toLowerCase().replaceAll(/\s+/g, ' ');
  const seconds = toEpochSeconds(now);
  if (phrase === 'now') return instant(seconds);
  if (/^\d{5,12}$/.test(phrase)) return instant(Number(phrase));
  return (
    agoOf(phrase, seconds, days) ??
    periodOf(phrase, days) ??
    momentOf(phrase, seconds, days) ??
    isoOf(text.trim(), days)
  );
}

const instant = (seconds: number): When => ({ from: seconds, until: seconds });

const wholeDays = (first: string, next: string, days: Days): When => ({
  from: days.startOf(first),
  until: days.startOf(next) - 1,
});

/** Hours or less give an instant, days or more a day. */
function agoOf(phrase: string, seconds: number, days: Days): When | undefined {
  const [, count = '', name = ''] = AGO.exec(phrase) ?? [];
  const unit = Object.keys(UNITS).find((one) => UNITS[one]?.includes(name));
  if (!unit) return undefined;
  const number = /^an?$/.test(count) ? 1 : Number(count);
  const length = SECONDS_OF[unit];
  if (length !== undefined) return instant(seconds - number * length);
  const today = DateTime.fromISO(days.dayOf(seconds), { zone: 'utc' });
  const first = today.minus({ [unit]: number });
  const day = first.toISODate() ?? '';
  return first.year < 1 ? undefined : wholeDays(day, daysAfter(day, 1), days);
}

/** A year or month in ISO 8601. */
function periodOf(phrase: string, days: Days): When | undefined {
  const isYear = /^\d{4}$/.test(phrase);
  if (!isYear && !/^\d{4}-\d\d$/.test(phrase)) return undefined;
  const first = DateTime.fromISO(phrase, { zone: 'utc' });
  if (!first.isValid) return undefined;
  const next = first.plus(isYear ? { years: 1 } : { months: 1 });
  return wholeDays(first.toISODate(), next.toISODate(), days);
}

/** A day, a time of day, or both. */
function momentOf(phrase: string, seconds: number, days: Days): When | undefined {
  const [, dayText = '', timeText = ''] = DAY_AND_TIME.exec(phrase) ?? [];
  const isWhole = dayOf(phrase, seconds, days);
  if (isWhole !== undefined) return wholeDays(isWhole, daysAfter(isWhole, 1), days);
  const time = clockTimeOf(timeText);
  if (!time) return undefined;
  if (dayText !== '') {
    const day = dayOf(dayText, seconds, days);
    return day === undefined ? undefined : instant(days.instantAt(day, time));
  }
  const today = days.dayOf(seconds);
  const at = days.instantAt(today, time);
  return instant(at <= seconds ? at : days.instantAt(daysAfter(today, -1), time));
}

function dayOf(phrase: string, seconds: number, days: Days): string | undefined {
  const today = days.dayOf(seconds);
  if (phrase === 'today') return today;
  if (phrase === 'yesterday') return daysAfter(today, -1);
  if (/^\d{4}-\d\d-\d\d$/.test(phrase)) return DateTime.fromISO(phrase).isValid ? phrase : undefined;
  const [, last, name = ''] = /^(last )?([a-z]{3,9})$/.exec(phrase) ?? [];
  const weekday = name === '' ? -1 : WEEKDAYS.findIndex((one) => one === name || one.slice(0, 3) === name);
  if (weekday < 0) return undefined;
  const distance = (DateTime.fromISO(today, { zone: 'utc' }).weekday - 1 - weekday + 7) % 7;
  return daysAfter(today, -(distance === 0 && last ? 7 : distance));
}

/** `21:30`, `21:30:05`, `9pm`, `9:30 pm`. */
function clockTimeOf(phrase: string): ClockTime | undefined {
  const [match, hourText, minuteText, secondText = '0', half] =
    /^(\d{1,2})(?::(\d\d)(?::(\d\d))?)? ?(am|pm)?$/.exec(phrase) ?? [];
  if (match === undefined || (minuteText === undefined && half === undefined)) return undefined;
  const [hour, minute, second] = [Number(hourText), Number(minuteText ?? 0), Number(secondText)];
  if (minute > 59 || second > 59 || (half ? hour < 1 || hour > 12 : hour > 23)) return undefined;
  return { hour: half ? (hour % 12) + (half === 'pm' ? 12 : 0) : hour, minute, second };
}

/** ISO 8601 with an offset, and its rarer forms. */
function isoOf(text: string, days: Days): When | undefined {
  const parsed = DateTime.fromISO(text, { setZone: true });
  if (!parsed.isValid || !/\d/.test(text)) return undefined;
  if (/(?:z|[+-]\d\d(?::?\d\d)?)$/i.test(text) && /t/i.test(text)) return instant(Math.floor(parsed.toSeconds()));
  const { hour, minute, second } = parsed;
  const date = parsed.toISODate();
  return /t/i.test(text)
    ? instant(days.instantAt(date, { hour, minute, second }))
    : wholeDays(date, daysAfter(date, 1), days);
}
