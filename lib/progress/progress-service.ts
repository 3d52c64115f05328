import { createProgressTally, type Progress } from './progress-rules.ts';
import type { Tallies } from '../viewings/tallies-service.ts';
import type { Viewings } from '../viewings/viewings-service.ts';

export interface ProgressService {
  of(user: string): Promise<Progress>;
}

export const createProgressService = ({
  viewings,
  tallies,
}: {
  viewings: Pick<Viewings, 'daysOf'>;
  tallies: Tallies;
}): ProgressService => ({
  of: (user) =>
    tallies.of(user, 'progress', async (now) => createProgressTally({ now, days: await viewings.daysOf(user) })),
});
