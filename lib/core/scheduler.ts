import { InvalidInputError } from './errors.ts';
import type { Log } from './ports.ts';

export interface Task {
  name: string;
  /** Stops early when `signal` aborts. */
  run(signal: AbortSignal): Promise<unknown>;
  /** Between the end of a run and the next start. */
  intervalMs: number;
  timeoutMs: number;
}

/** Runs each task right away, then again after its interval. */
export interface Scheduler {
  start(): void;
  /** Waits for running tasks, except for hanging ones. */
  stop(): Promise<void>;
}

/** Time for a cancelled run to end; a hanging task isn't started again until it does. */
const GRACE_MS = 5000;

export function createScheduler({
  tasks,
  sleep,
  log,
}: {
  tasks: readonly Task[];
  /** Rejects when `signal` aborts. */
  sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  log: Log;
}): Scheduler {
  for (const { name, intervalMs, timeoutMs } of tasks) {
    for (const milliseconds of [intervalMs, timeoutMs]) {
      if (Number.isFinite(milliseconds) && milliseconds > 0) continue;
      throw refusal(`The task “${name}” cannot run every ${milliseconds} ms, or be cancelled after that.`);
    }
    if (tasks.filter((other) => other.name === name).length > 1) throw refusal(`Duplicate task “${name}”.`);
  }
  const stopping = new AbortController();
  const stopped = Promise.withResolvers<void>();
  let loops: Promise<void>[] | undefined;

  async function loop(task: Task): Promise<void> {
    while (!stopping.signal.aborted) {
      await runOnce(task);
      if (!stopping.signal.aborted) await sleep(task.intervalMs, stopping.signal).catch(() => undefined);
    }
  }

  async function runOnce(task: Task): Promise<void> {
    const { name, timeoutMs } = task;
    const ended = new AbortController();
    const cancelled = new AbortController();
    const work = (async () => void (await task.run(cancelled.signal)))().catch((error: unknown) => {
      if (!cancelled.signal.aborted) log.error('background task failed', { task: name }, error);
    });
    const deadline = async () => {
      await sleep(timeoutMs, ended.signal);
      log.warn('background task cancelled', { task: name, after_ms: timeoutMs });
      cancelled.abort(new Error(`${name} took longer than ${timeoutMs} ms`));
      await sleep(GRACE_MS, ended.signal);
      log.error('background task hangs', { task: name, after_ms: timeoutMs });
      await stopped.promise;
    };
    await Promise.race([work, deadline().catch(() => work)]);
    ended.abort();
  }

  return {
    start() {
      loops ??= tasks.map(loop);
    },
    async stop() {
      stopped.resolve();
      stopping.abort();
      await Promise.all(loops ?? []);
    },
  };
}

const refusal = (message: string) => new InvalidInputError(message, { code: 'invalid_task' });
