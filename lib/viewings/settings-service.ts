import { settingsKey, settingsOf } from './settings-items.ts';
import type { PersonSettings } from './settings-rules.ts';
import type { Store } from '../core/store/store.ts';

/** What people set for themselves; the server's zone counts for those who set nothing. */
export interface Settings {
  of(user: string): Promise<PersonSettings>;
}

export const createSettings = ({ store, zone }: { store: Pick<Store, 'get'>; zone: string }): Settings => ({
  async of(user) {
    const item = await store.get(settingsKey(user), { consistent: true });
    return item
      ? settingsOf(item)
      : { zones: [{ from: null, zone }], dayEndsAt: 0, weekStartsOn: 'monday', defaultLanguage: null };
  },
});
