import { setTimeout as delay } from 'node:timers/promises';
import test from 'ava';
import { createPacer } from '../lib/core/http/pacer.ts';

function createTime() {
  let now = 1_000_000;
  return {
    clock: { now: () => now },
    sleep: async (milliseconds: number) => void (now += milliseconds),
    elapsed: () => now - 1_000_000,
  };
}

test('starts are as far apart as they should be, also when many ask at once', async (t) => {
  const time = createTime();
  const pacer = createPacer({ ...time, intervalMs: 50 });
  const starts = await Promise.all(Array.from({ length: 4 }, async () => (await pacer.wait(), time.elapsed())));
  t.deepEqual(starts, [0, 50, 100, 150]);
});

test('no more than the window allows start in any span of it', async (t) => {
  const time = createTime();
  const pacer = createPacer({ ...time, intervalMs: 50, window: { starts: 500, milliseconds: 300_000 } });
  const starts: number[] = [];
  for (let request = 0; request < 1200; request += 1) {
    await pacer.wait();
    starts.push(time.elapsed());
  }
  for (let index = 500; index < starts.length; index += 1) {
    t.true((starts[index] ?? 0) - (starts[index - 500] ?? 0) >= 300_000);
  }
  t.is(starts[499], 499 * 50);
  t.is(starts[500], 300_000);
});

test('a provider can lower the limit but not raise it', async (t) => {
  const time = createTime();
  const limitOf = (headers: Record<string, unknown>) => Number(headers['limit']);
  const pacer = createPacer({ ...time, intervalMs: 0, window: { starts: 3, milliseconds: 1000 }, limitOf });
  pacer.observe({ limit: '9' });
  pacer.observe({ limit: '2' });
  pacer.observe({ limit: 'none' });
  const starts: number[] = [];
  for (let request = 0; request < 5; request += 1) {
    await pacer.wait();
    starts.push(time.elapsed());
  }
  t.deepEqual(starts, [0, 0, 1000, 1000, 2000]);
});

test('a hold keeps everybody waiting, and then they start spaced', async (t) => {
  const time = createTime();
  const pacer = createPacer({ ...time, intervalMs: 50 });
  pacer.hold(1_000_000 + 2000);
  const starts = await Promise.all(Array.from({ length: 3 }, async () => (await pacer.wait(), time.elapsed())));
  t.deepEqual(starts, [2000, 2050, 2100]);
});

test('who gives up leaves the queue at once and holds nobody up', async (t) => {
  const pacer = createPacer({ clock: { now: () => Date.now() }, intervalMs: 40 });
  await pacer.wait();
  const stop = new AbortController();
  const given = pacer.wait(stop.signal);
  const next = pacer.wait();
  stop.abort(new Error('gave up'));
  const ended = await Promise.race([
    given.catch((error: Error) => error.message),
    delay(30_000, 'late', { ref: false }),
  ]);
  t.is(ended, 'gave up');
  await next;
  await t.throwsAsync(pacer.wait(AbortSignal.abort(new Error('before'))), { message: 'before' });
});
