import { createProgressTally, type Progress } from './progress-rules.ts';
import type { Viewings } from '../viewings/viewings-service.ts';
import type { Clock } from '../core/ports.ts';

export interface ProgressService {
  /** A person's progress up to now. */
  of(user: string): Promise<Progress>;
}

export function createProgressService({ viewings, clock }: { viewings: Viewings; clock: Clock }): ProgressService {
  return {
    async of(user) {
      const tally = createProgressTally({ now: clock.now(), days: await viewings.daysOf(user) });
      for await (const viewing of viewings.viewingsOf(user)) tally.add(viewing);
      return tally.result();
    },
  };
}
