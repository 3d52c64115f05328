import { InvalidInputError } from './errors.ts';
import type { Log } from './ports.ts';

/** Work that is done again and again. */
export interface Task {
  name: string;
  /** Ends early when `signal` aborts. */
  run(signal: AbortSignal): Promise<unknown>;
  /** From the end of one run to the start of the next. */
  intervalMs: number;
  /** How long a run may take before it is cancelled. */
  timeoutMs: number;
}

/** Runs tasks in the background: each at once, then again a while after its last run has ended. */
export interface Scheduler {
  start(): void;
  /** Ends a task's pause, so that it runs now. */
  wake(name: string): void;
  /** Starts nothing more and waits for what is running, unless it hangs. */
  stop(): Promise<void>;
}

/** The time a cancelled run has to end; one that goes on keeps its task from running again until it ends. */
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
  const pauses = new Map<string, AbortController>();
  let loops: Promise<void>[] | undefined;
  let stopping = false;
  const isStopping = () => stopping;
  const stopped = Promise.withResolvers<void>();

  async function loop(task: Task): Promise<void> {
    while (!isStopping()) {
      await runOnce(task);
      if (isStopping()) return;
      const pause = new AbortController();
      pauses.set(task.name, pause);
      await sleep(task.intervalMs, pause.signal).catch(() => undefined);
      pauses.delete(task.name);
    }
  }

  async function runOnce(task: Task): Promise<void> {
    const { name, timeoutMs } = task;
    const over = new AbortController();
    const called = new AbortController();
    const work = (async () => void (await task.run(called.signal)))().catch((error: unknown) => {
      if (!called.signal.aborted) log.error('background task failed', { task: name }, error);
    });
    const deadline = async () => {
      await sleep(timeoutMs, over.signal);
      log.warn('background task cancelled', { task: name, after_ms: timeoutMs });
      called.abort(new Error(`${name} took longer than ${timeoutMs} ms`));
      await sleep(GRACE_MS, over.signal);
      log.error('background task hangs', { task: name, after_ms: timeoutMs });
      await stopped.promise;
    };
    await Promise.race([work, deadline().catch(() => work)]);
    over.abort();
  }

  return {
    start() {
      loops ??= tasks.map(loop);
    },
    wake(name) {
      if (!tasks.some((task) => task.name === name)) throw refusal(`No such task: “${name}”.`);
      pauses.get(name)?.abort();
    },
    async stop() {
      stopping = true;
      stopped.resolve();
      for (const pause of pauses.values()) pause.abort();
      await Promise.all(loops ?? []);
    },
  };
}

const refusal = (message: string) => new InvalidInputError(message, { code: 'invalid_task' });
