import { partitionOf, recordKind } from '../core/codec.ts';
import type { Item, Key } from '../core/store/store.ts';
import { settingsRecord, type PersonSettings } from './settings-rules.ts';

export const settingsKey = (user: string): Key => ({ partition: partitionOf(user), sort: 'SETTINGS' });

export const SETTINGS_KIND = recordKind(settingsRecord, { prefix: 'SETTINGS', key: () => '' });

export const toSettingsItem = (user: string, settings: PersonSettings): Item =>
  SETTINGS_KIND.toItem(user, { type: 'settings', ...settings });

export const settingsOf = (item: Item): PersonSettings => SETTINGS_KIND.read(item);
