import { setImmediate as turn } from 'node:timers/promises';
import test from 'ava';
import { InvalidInputError } from '../lib/core/errors.ts';
import type { Log } from '../lib/core/ports.ts';
import { createScheduler, type Task } from '../lib/core/scheduler.ts';

/** A clock that advances when a test says so, for everything that sleeps. */
function createTime() {
  let now = 0;
  let sleepers: { at: number; wake: () => void }[] = [];
  return {
    now: () => now,
    sleep: (milliseconds: number, signal: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        const sleeper = { at: now + milliseconds, wake: resolve };
        sleepers.push(sleeper);
        signal.addEventListener('abort', () => {
          sleepers = sleepers.filter((other) => other !== sleeper);
          reject(signal.reason as Error);
        });
      }),
    async advance(milliseconds: number) {
      const until = now + milliseconds;
      for (;;) {
        await turn();
        const [next] = sleepers.toSorted((a, b) => a.at - b.at);
        if (!next || next.at > until) break;
        now = next.at;
        sleepers = sleepers.filter((other) => other !== next);
        next.wake();
      }
      now = until;
    },
  };
}

function start(task: Partial<Task> & { run: Task['run'] }, time = createTime()) {
  const lines: string[] = [];
  const say = (message: string) => void lines.push(message);
  const log: Log = { info: say, warn: say, error: say };
  const tasks = [{ name: 'episodes', intervalMs: 1000, timeoutMs: 60_000, ...task }];
  const scheduler = createScheduler({ tasks, sleep: time.sleep, log });
  scheduler.start();
  return { scheduler, time, lines };
}

test('a task of 2.5 s at an interval of 1 s starts at 0, 3.5 and 7 s', async (t) => {
  const time = createTime();
  const starts: number[] = [];
  const { scheduler } = start({ run: (signal) => (starts.push(time.now() / 1000), time.sleep(2500, signal)) }, time);
  await time.advance(10_000);
  t.deepEqual(starts, [0, 3.5, 7]);
  void scheduler.stop();
  await time.advance(2500);
});

test('a task that throws runs again', async (t) => {
  let runs = 0;
  const { time, lines, scheduler } = start({
    async run() {
      runs += 1;
      throw new Error('no');
    },
  });
  await time.advance(2500);
  t.is(runs, 3);
  t.deepEqual(
    lines,
    Array.from({ length: 3 }, () => 'background task failed'),
  );
  await scheduler.stop();
});

test('stopping waits for the run that is under way, and starts no other', async (t) => {
  const time = createTime();
  const events: string[] = [];
  const { scheduler } = start(
    {
      async run(signal) {
        events.push('start');
        await time.sleep(2500, signal);
        events.push('end');
      },
    },
    time,
  );
  await time.advance(1000);
  const stopped = scheduler.stop().then(() => events.push('stopped'));
  await time.advance(1000);
  t.deepEqual(events, ['start']);
  await time.advance(10_000);
  await stopped;
  t.deepEqual(events, ['start', 'end', 'stopped']);
});

test('stopping in a pause is done at once', async (t) => {
  const { scheduler, time } = start({ run: async () => {} });
  await time.advance(500);
  await scheduler.stop();
  t.is(time.now(), 500);
});

test('a run that hangs is called off after its time, and the next one starts', async (t) => {
  const time = createTime();
  const starts: number[] = [];
  const { scheduler, lines } = start(
    {
      timeoutMs: 5000,
      run(signal) {
        starts.push(time.now());
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
      },
    },
    time,
  );
  await time.advance(7000);
  t.deepEqual(starts, [0, 6000]);
  t.deepEqual(lines, ['background task cancelled']);
  void scheduler.stop();
  await time.advance(5000);
});

test('a run that does not heed its end keeps its task from running twice at once; when it ends after all, the next one starts', async (t) => {
  const runs: PromiseWithResolvers<void>[] = [];
  const { scheduler, time, lines } = start({
    timeoutMs: 5000,
    run() {
      runs.push(Promise.withResolvers());
      return runs.at(-1)?.promise ?? Promise.reject(new Error('no run'));
    },
  });
  await time.advance(60_000);
  t.is(runs.length, 1);
  t.deepEqual(lines, ['background task cancelled', 'background task hangs']);
  runs[0]?.resolve();
  await time.advance(1000);
  t.is(runs.length, 2);
  runs[1]?.resolve();
  await scheduler.stop();
});

test('stopping does not wait for a run that hangs', async (t) => {
  const { scheduler, time, lines } = start({ timeoutMs: 5000, run: () => new Promise(() => {}) });
  await time.advance(5000);
  let isStopped = false;
  const stopped = scheduler.stop().then(() => (isStopped = true));
  await time.advance(4999);
  t.false(isStopped, 'it still has the time that a run may take to end');
  await time.advance(1);
  await stopped;
  t.is(lines.at(-1), 'background task hangs');
});

test('a task that throws before it waits for anything runs again', async (t) => {
  let runs = 0;
  const { time, scheduler } = start({
    run() {
      runs += 1;
      throw new Error('at once');
    },
  });
  await time.advance(1500);
  t.is(runs, 2);
  await scheduler.stop();
});

test('a task that hangs keeps no other from running', async (t) => {
  const time = createTime();
  let runs = 0;
  const log: Log = { info() {}, warn() {}, error() {} };
  const common = { intervalMs: 1000, timeoutMs: 5000 };
  const tasks = [
    { name: 'hangs', run: () => new Promise(() => {}), ...common },
    { name: 'works', run: async () => runs++, ...common },
  ];
  const scheduler = createScheduler({ tasks, sleep: time.sleep, log });
  scheduler.start();
  scheduler.start();
  await time.advance(20_500);
  t.is(runs, 21);
  await scheduler.stop();
});

for (const [what, tasks] of [
  ['no interval', [{ name: 'a', intervalMs: 0 }]],
  ['a negative interval', [{ name: 'a', intervalMs: -1 }]],
  ['an interval that is no number', [{ name: 'a', intervalMs: Number.NaN }]],
  ['an endless interval', [{ name: 'a', intervalMs: Infinity }]],
  ['a name that is taken', [{ name: 'a' }, { name: 'a' }]],
] as [string, Partial<Task>[]][]) {
  test(`a task with ${what} is refused`, (t) => {
    const whole = tasks.map((task) => ({ intervalMs: 1000, timeoutMs: 1000, run: async () => {}, name: '', ...task }));
    const log: Log = { info() {}, warn() {}, error() {} };
    t.throws(() => createScheduler({ tasks: whole, sleep: createTime().sleep, log }), {
      instanceOf: InvalidInputError,
    });
  });
}
