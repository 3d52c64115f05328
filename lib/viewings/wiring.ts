import type { Context } from '../core/context.ts';
import { createBatches, type Batches } from './batch-service.ts';
import { createChanges, type Changes } from './changes-service.ts';
import { createHistory, type History } from './history-service.ts';
import type { ShowFacts, TitleFacts } from './ports.ts';
import { createSettings, type Settings } from './settings-service.ts';
import { createViewings, type Viewings } from './viewings-service.ts';

export interface ViewingServices {
  batches: Batches;
  changes: Changes;
  history: History;
  settings: Settings;
  viewings: Viewings;
}

export async function wire(
  { store, config }: Context,
  rooms: { titleFacts: () => Promise<{ titles: TitleFacts }>; showFacts: () => Promise<{ shows: ShowFacts }> },
): Promise<ViewingServices> {
  const settings = createSettings({ store, zone: config.timeZone });
  const { titles } = await rooms.titleFacts();
  const { shows } = await rooms.showFacts();
  return {
    batches: createBatches({ store }),
    changes: createChanges({ store }),
    history: createHistory({ store, zone: config.timeZone }),
    settings,
    viewings: createViewings({ store, titles, shows, settings }),
  };
}
