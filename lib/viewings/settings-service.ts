import type { Clock } from '../core/ports.ts';
import type { Store } from '../core/store/store.ts';
import { createDays } from './day-rules.ts';
import { settingsKey, settingsOf, toSettingsItem } from './settings-items.ts';
import { changedSettings, NOTHING_SET, type PersonSettings, type SettingsChange } from './settings-rules.ts';

/** Users' settings, with the server's time zone as the default. */
export interface Settings {
  of(user: string): Promise<PersonSettings>;
}

export interface ChangeableSettings extends Settings {
  /** A new zone applies from the user's today, or to the whole past. */
  change(user: string, change: SettingsChange, from: 'today' | 'always'): Promise<PersonSettings>;
}

export const createSettings = ({ store, zone }: { store: Pick<Store, 'get'>; zone: string }): Settings => ({
  of: async (user) => inZone(await read(store, user), zone),
});

export function createChangeableSettings({
  store,
  zone,
  clock,
}: {
  store: Pick<Store, 'get' | 'put'>;
  zone: string;
  clock: Clock;
}): ChangeableSettings {
  return {
    ...createSettings({ store, zone }),
    async change(user, change, from) {
      const settings = await read(store, user);
      const today = createDays(inZone(settings, zone)).dayOf(clock.now() / 1000);
      const changed = changedSettings(settings, change, { from: from === 'today' ? today : null, serverZone: zone });
      await store.put(toSettingsItem(user, changed));
      return inZone(changed, zone);
    },
  };
}

async function read(store: Pick<Store, 'get'>, user: string): Promise<PersonSettings> {
  const item = await store.get(settingsKey(user), { consistent: true });
  return item ? settingsOf(item) : NOTHING_SET;
}

const inZone = (settings: PersonSettings, zone: string): PersonSettings =>
  settings.zones.length > 0 ? settings : { ...settings, zones: [{ from: null, zone }] };
