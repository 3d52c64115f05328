/** `1,234h 5m`, `45m`, `0m` */
export function formatLength(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  if (hours === 0) return seconds > 0 && minutes === 0 ? 'under 1m' : `${rest}m`;
  return rest === 0 ? `${formatCount(hours)}h` : `${formatCount(hours)}h ${rest}m`;
}

export const formatCount = (count: number): string => count.toLocaleString('en-US');

/** `1 day`, `2 days`, `1 film` */
export const countOf = (count: number, noun: string): string =>
  `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;

const DAY_FORMAT = new Intl.DateTimeFormat('en-US', {
  weekday: 'short',
  month: 'short',
  day: 'numeric',
  year: 'numeric',
  timeZone: 'UTC',
});
const DATE_FORMAT = new Intl.DateTimeFormat('en-US', {
  month: 'short',
  day: 'numeric',
  year: 'numeric',
  timeZone: 'UTC',
});

const MONTH_FORMAT = new Intl.DateTimeFormat('en-US', { month: 'short', timeZone: 'UTC' });

/** `Fri, Nov 27, 2026` for `2026-11-27`. */
export const formatDay = (day: string): string => DAY_FORMAT.format(new Date(`${day}T00:00Z`));

/** `Nov 27, 2026` */
export const formatDate = (day: string): string => DATE_FORMAT.format(new Date(`${day}T00:00Z`));

/** `Nov` */
export const formatMonth = (day: string): string => MONTH_FORMAT.format(new Date(`${day}T00:00Z`));

export function daysAfter(day: string, days: number): string {
  const date = new Date(`${day}T00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}

/** `Today, 21:05`, `Yesterday`, `Mon, Nov 23, 2026` */
export function formatWhen(day: string | null, localAt: string | null, today: string | undefined): string {
  if (day === null) return 'No date';
  const name = day === today ? 'Today' : today && day === daysAfter(today, -1) ? 'Yesterday' : formatDay(day);
  const time = /T(\d\d:\d\d)/.exec(localAt ?? '')?.[1];
  return time === undefined ? name : `${name}, ${time}`;
}

const LANGUAGE_NAMES = new Intl.DisplayNames(['en'], { type: 'language' });

export function languageName(code: string | null): string {
  if (code === null) return 'Not set';
  try {
    return LANGUAGE_NAMES.of(code) ?? code;
  } catch {
    return code;
  }
}

/** The `lang` of a title by its script: without it, Japanese gets Chinese glyphs. */
export function languageOf(title: string): string | undefined {
  if (/[\u3040-\u30FF]/.test(title)) return 'ja';
  if (/[\uAC00-\uD7AF]/.test(title)) return 'ko';
  if (/[\u4E00-\u9FFF]/.test(title)) return 'ja';
  return undefined;
}

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

export function startOfWeek(day: string, weekStartsOn: string): string {
  const weekday = new Date(`${day}T00:00Z`).getUTCDay();
  return daysAfter(day, -((weekday - WEEKDAYS.indexOf(weekStartsOn) + 7) % 7));
}
