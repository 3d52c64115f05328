import type { Context } from '../core/context.ts';
import { createSettings } from '../viewings/settings-service.ts';
import { createWatchDates } from '../viewings/watch-dates-service.ts';
import { createEpisodes, type Episodes } from './episodes-service.ts';

export interface RecordingServices {
  episodes: Episodes;
}

/** Services that need no provider. */
export function wire({ store, config, clock }: Context): RecordingServices {
  const dates = createWatchDates({ settings: createSettings({ store, zone: config.timeZone }), clock });
  return { episodes: createEpisodes({ store, dates }) };
}
