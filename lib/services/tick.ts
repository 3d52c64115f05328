import type { Clock, Log } from './ports.ts';

/** What a schedule starts: each job by its name in the log. */
export type Jobs = Readonly<Record<string, () => Promise<void>>>;

export interface Tick {
  /** Runs every job, one after another, and logs each. A failed one does not keep the others from running. */
  run(): Promise<{ done: string[]; failed: string[] }>;
}

export function createTick({ jobs, log, clock }: { jobs: Jobs; log: Log; clock: Clock }): Tick {
  return {
    async run() {
      const result: { done: string[]; failed: string[] } = { done: [], failed: [] };
      for (const [job, work] of Object.entries(jobs)) {
        const started = clock.now();
        try {
          await work();
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
