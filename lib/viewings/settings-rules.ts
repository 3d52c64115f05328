import {
  choice,
  count,
  declare,
  maybe,
  objects,
  optional,
  otherwise,
  pattern,
  text,
  type ValuesOf,
} from '../core/field-rules.ts';
import type { DaySettings } from './day-rules.ts';
import { WEEKDAYS } from './period-rules.ts';

export const settingsRecord = declare('settings', {
  /** In their order; the first counts from ever, each other from its day on. */
  zones: objects<DaySettings['zones'][number]>('zones', {
    from: maybe(pattern('', /^\d{4}-\d\d-\d\d$/, 'must be a day such as 2026-10-01')),
    zone: text('', 100).bounds,
  }),
  dayEndsAt: count('day_ends_at', { maximum: 6 }),
  weekStartsOn: otherwise(choice('week_starts_on', WEEKDAYS), 'monday'),
  /** BCP 47 primary subtag of what says no language itself. */
  defaultLanguage: optional(text('default_language', 35)),
});

/** What a person set for themselves. */
export type PersonSettings = ValuesOf<typeof settingsRecord.fields>;
