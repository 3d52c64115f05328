import type { Context } from '../core/context.ts';
import { createBatches, type Batches } from './batch-service.ts';
import { createExchange, type Exchange } from './exchange-service.ts';
import { createHeld, type Held } from './held-service.ts';
import { createHistory, type History } from './history-service.ts';

export interface ViewingServices {
  batches: Batches;
  exchange: Exchange;
  held: Held;
  history: History;
}

export const wire = ({ store, config }: Context): ViewingServices => ({
  batches: createBatches({ store }),
  exchange: createExchange({ store }),
  held: createHeld({ store }),
  history: createHistory({ store, zone: config.timeZone }),
});
