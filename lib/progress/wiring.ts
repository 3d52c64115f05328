import type { Context } from '../core/context.ts';
import { createCompletion, type Completion } from '../shows/completion-service.ts';
import type { ShowServices } from '../shows/wiring.ts';
import type { Images } from '../tmdb/images-service.ts';
import { createProgressService, type ProgressService } from './progress-service.ts';

export interface ProgressServices {
  progress: ProgressService;
  completion: Completion;
}

export async function wire(
  { store, clock, config }: Context,
  { images, shows }: { images: () => Promise<{ images: Images }>; shows: () => Promise<ShowServices> },
): Promise<ProgressServices> {
  const { images: posters } = await images();
  return {
    progress: createProgressService({
      store,
      clock,
      zone: config.timeZone,
      posterUrl: (file) => posters.posterUrl(file),
    }),
    completion: createCompletion({ followedShows: async () => (await shows()).followedShows }),
  };
}
