import type { Context } from '../core/context.ts';
import { createKept, type Kept } from '../core/store/kept.ts';
import { createBatchList, type BatchList } from './batch-list-service.ts';
import { createBatches, type Batches } from './batch-service.ts';
import { createHeld, type Held } from './held-service.ts';
import { createChanges, type Changes } from './changes-service.ts';
import { createHistory, type History } from './history-service.ts';
import type { ImportedItems } from './imported-items.ts';
import type { ShowFacts, TitleFacts } from './ports.ts';
import type { Runs } from './run-service.ts';
import { createSamePlaces, type SamePlaces } from './same-place-service.ts';
import { createSettings, type Settings } from './settings-service.ts';
import { createTallies, type Tallies } from './tallies-service.ts';
import { createViewings, type Viewings } from './viewings-service.ts';

export interface ViewingServices {
  batches: Batches;
  batchList: BatchList;
  held: Held;
  samePlaces: SamePlaces;
  changes: Changes;
  history: History;
  kept: Kept;
  settings: Settings;
  tallies: Tallies;
  viewings: Viewings;
}

/** For all users together, to bound memory. */
const KEPT_ANSWERS = 48;

export async function wire(
  { store, config, clock }: Context,
  features: {
    titleFacts: () => Promise<{ titles: TitleFacts; imported: ImportedItems }>;
    showFacts: () => Promise<{ shows: ShowFacts }>;
    runs: () => Promise<{ runs: Runs }>;
  },
): Promise<ViewingServices> {
  const settings = createSettings({ store, zone: config.timeZone });
  const { titles, imported } = await features.titleFacts();
  const { shows } = await features.showFacts();
  const { runs } = await features.runs();
  const changes = createChanges({ store });
  const viewings = createViewings({ store, titles, shows, settings });
  const kept = createKept({ store, clock, maximum: KEPT_ANSWERS });
  const tallies = createTallies({ viewings, kept, clock });
  return {
    batches: createBatches({ store, imported, runs, changes }),
    batchList: createBatchList({ store, imported }),
    held: createHeld({ store }),
    samePlaces: createSamePlaces({ store, titles, shows, settings }),
    changes,
    history: createHistory({ viewings, tallies, clock }),
    kept,
    settings,
    tallies,
    viewings,
  };
}
