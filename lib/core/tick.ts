import type { Clock, Log } from './ports.ts';

/** Jobs by name, called with their time limit in milliseconds. */
export type Jobs = Readonly<Record<string, (milliseconds: number) => Promise<void>>>;

export interface Tick {
  /**
   * Runs all jobs in sequence and logs each; a failure doesn't stop the others. Each gets an equal share of the
   * remaining time.
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
