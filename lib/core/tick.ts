import type { Clock, Log } from './ports.ts';

/** What a schedule starts: each job by its name in the log, with the milliseconds that it may take. */
export type Jobs = Readonly<Record<string, (milliseconds: number) => Promise<void>>>;

export interface Tick {
  /**
   * Runs every job, one after another, and logs each. A failed one does not keep the others from running. Each may take
   * its share of the milliseconds that are left, so that all of them get their turn.
   */
  run(milliseconds: number): Promise<{ done: string[]; failed: string[] }>;
}

export function createTick({ jobs, log, clock }: { jobs: Jobs; log: Log; clock: Clock }): Tick {
  return {
    async run(milliseconds) {
      const end = clock.now() + milliseconds;
      const result: { done: string[]; failed: string[] } = { done: [], failed: [] };
      const all = Object.entries(jobs);
      for (const [index, [job, work]] of all.entries()) {
        const started = clock.now();
        try {
          await work(Math.floor(Math.max(0, end - started) / (all.length - index)));
          result.done.push(job);
          log.info('scheduled job done', { job, duration_ms: clock.now() - started });
        } catch (error) {
          result.failed.push(job);
          log.error('scheduled job failed', { job, duration_ms: clock.now() - started }, error);
        }
      }
      return result;
    },
  };
}
