import type { Context } from '../core/context.ts';
import { createCompletion, type Completion } from '../shows/completion-service.ts';
import type { ShowServices } from '../shows/wiring.ts';
import type { ViewingServices } from '../viewings/wiring.ts';
import { createProgressService, type ProgressService } from './progress-service.ts';

export interface ProgressServices {
  progress: ProgressService;
  completion: Completion;
}

export async function wire(
  { store, clock }: Context,
  features: { viewings: () => Promise<ViewingServices>; shows: () => Promise<ShowServices> },
): Promise<ProgressServices> {
  const { viewings, tallies, kept } = await features.viewings();
  return {
    progress: createProgressService({ viewings, tallies }),
    completion: createCompletion({
      store,
      kept,
      clock,
      followedShows: async () => (await features.shows()).followedShows,
    }),
  };
}
