import { choice, count, declare, maybe, objects, optional, pattern, text, type ValuesOf } from '../core/field-rules.ts';
import type { DaySettings } from './day-rules.ts';

/** The first is meant where a person set none. */
export const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

export const settingsRecord = declare('settings', {
  /** In their order; the first counts from ever, each other from its day on. */
  zones: objects<DaySettings['zones'][number]>('zones', {
    from: maybe(pattern('', /^\d{4}-\d\d-\d\d$/, 'must be a day such as 2026-10-01')),
    zone: text('', 100).bounds,
  }),
  dayEndsAt: count('day_ends_at', { maximum: 6 }),
  weekStartsOn: choice('week_starts_on', WEEKDAYS),
  /** BCP 47 primary subtag of what says no language itself. */
  defaultLanguage: optional(text('default_language', 35)),
});

/** What a person set for themselves. */
export type PersonSettings = ValuesOf<typeof settingsRecord.fields>;
