import { choice, count, declare, maybe, objects, optional, pattern, text, type ValuesOf } from '../core/field-rules.ts';
import type { DaySettings } from './day-rules.ts';

/** The first is the default. */
export const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

export const settingsRecord = declare('settings', {
  /** In order: the first applies to all earlier days. Empty if not set. */
  zones: objects<DaySettings['zones'][number]>('zones', {
    from: maybe(pattern('', /^\d{4}-\d\d-\d\d$/, 'must be a day such as 2026-10-01')),
    zone: text('', 100).bounds,
  }),
  dayEndsAt: count('day_ends_at', { maximum: 6 }),
  weekStartsOn: choice('week_starts_on', WEEKDAYS),
  /** BCP 47 primary subtag for viewings without a language. */
  defaultLanguage: optional(text('default_language', 35)),
});

export type PersonSettings = ValuesOf<typeof settingsRecord.fields>;

export const NOTHING_SET: PersonSettings = { zones: [], dayEndsAt: 0, weekStartsOn: 'monday', defaultLanguage: null };

/** Undefined values stay. */
export interface SettingsChange {
  timeZone?: string | undefined;
  dayEndsAt?: number | undefined;
  weekStartsOn?: Weekday | undefined;
  defaultLanguage?: string | null | undefined;
}

/**
 * Applies a change. A zone applies from the day `from` (`YYYY-MM-DD`), or, with null, to the whole past; `serverZone`
 * applied until the user first set one.
 */
export function changedSettings(
  { zones, ...settings }: PersonSettings,
  { timeZone, ...values }: SettingsChange,
  { from, serverZone }: { from: string | null; serverZone: string },
): PersonSettings {
  const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
  const changed = { ...settings, ...(given as Partial<PersonSettings>) };
  if (timeZone === undefined) return { ...changed, zones };
  if (from === null) return { ...changed, zones: [{ from: null, zone: timeZone }] };
  const before = zones.length > 0 ? zones : [{ from: null, zone: serverZone }];
  const earlier = before.filter((one) => one.from === null || one.from < from);
  const isSame = earlier.at(-1)?.zone === timeZone;
  return { ...changed, zones: isSame ? earlier : [...earlier, { from, zone: timeZone }] };
}
