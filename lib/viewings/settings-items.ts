import type { DaySettings } from './day-rules.ts';
import { partitionOf } from './record-items.ts';
import type { Item, Key } from '../core/store/store.ts';

/** What a person set for themselves. */
export interface PersonSettings extends DaySettings {
  /** BCP 47 primary subtag of what says no language itself. */
  defaultLanguage: string | null;
}

export const settingsKey = (user: string): Key => ({ partition: partitionOf(user), sort: 'SETTINGS' });

export const toSettingsItem = (user: string, { zones, dayEndsAt, defaultLanguage }: PersonSettings): Item => ({
  pk: settingsKey(user).partition,
  sk: settingsKey(user).sort,
  user,
  zones,
  day_ends_at: dayEndsAt,
  default_language: defaultLanguage,
});

export const settingsOf = (item: Item): PersonSettings => ({
  zones: item['zones'] as PersonSettings['zones'],
  dayEndsAt: Number(item['day_ends_at']),
  defaultLanguage: (item['default_language'] as string | null | undefined) ?? null,
});
