import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import { createKept, type Computed } from '../lib/core/store/kept.ts';
import type { Written } from '../lib/core/store/store.ts';
import { createWriteLog } from '../lib/core/store/write-log.ts';
import { createTallies } from '../lib/viewings/tallies-service.ts';
import { createMoment } from '../lib/viewings/tally-rules.ts';

const writeOf = (sort: string, partition = 'a'): Written => ({ key: { partition, sort }, inserted: { sk: sort } });

/** A cache over a log whose other writers, clock and computed sums of inserted lengths are at hand. */
function rig(maximum = 2) {
  const state = { others: 1, now: 0, computed: 0 };
  const log = createWriteLog(() => state.others);
  const kept = createKept({ store: { log }, clock: { now: () => state.now }, maximum });
  const computedOf = (partition: string): Computed<string> => {
    const moment = createMoment(state.now);
    moment.changesAt(10);
    let text = `${++state.computed}`;
    return {
      value: () => text,
      moveTo: (now) => moment.moveTo(now),
      until: () => moment.until,
      concerns: ({ key }) => key.partition === partition,
      takeIn({ key }) {
        if (key.sort.startsWith('-')) return false;
        text += key.sort;
        return true;
      },
    };
  };
  const ask = (partition = 'a') => kept.of(partition, async () => computedOf(partition));
  return { state, log, kept, computedOf, ask };
}

const CHANGES: [claim: string, change: (r: ReturnType<typeof rig>) => void, value: string][] = [
  ['stays while nothing happens', () => {}, '1'],
  ['takes in what is inserted', ({ log }) => log.note([writeOf('x'), writeOf('y')]), '1xy'],
  ['passes over what does not concern it', ({ log }) => log.note([writeOf('x', 'b')]), '1'],
  ['is computed again for what it cannot take in', ({ log }) => log.note([writeOf('-')]), '2'],
  ['is computed again after a write by others', ({ state }) => (state.others += 1), '2'],
  [
    'is computed again after more writes than are remembered',
    ({ log }) => log.note(Array.from({ length: 501 }, () => writeOf('x', 'b'))),
    '2',
  ],
  ['stays until its time is over', ({ state }) => (state.now = 9999), '1'],
  ['is computed again when its time is over', ({ state }) => (state.now = 10_000), '2'],
  ['is computed again when the clock is set back', ({ state }) => (state.now = -1), '2'],
];
for (const [claim, change, value] of CHANGES) {
  test(`a cached value ${claim}`, async (t) => {
    const one = rig();
    t.is(await one.ask(), '1');
    change(one);
    t.is(await one.ask(), value);
    t.is(await one.ask(), value, 'and stays so');
  });
}

test('of more than the maximum the least recently used is computed again', async (t) => {
  const { ask } = rig(2);
  t.deepEqual([await ask('a'), await ask('b'), await ask('a'), await ask('c')], ['1', '2', '1', '3']);
  t.deepEqual([await ask('a'), await ask('b')], ['1', '4']);
});

test('what is written while a value is computed may be missing in it, so it is not kept', async (t) => {
  const { kept, log, computedOf, ask } = rig();
  const first = await kept.of('a', async () => {
    log.note([writeOf('x')]);
    return computedOf('a');
  });
  t.deepEqual([first, await ask(), await ask()], ['1', '2', '2']);
});

test('what fails is tried again, and without a log nothing is kept', async (t) => {
  const { kept, ask, computedOf, state } = rig();
  await t.throwsAsync(
    kept.of('a', async () => {
      throw new Error('unreadable');
    }),
    { message: 'unreadable' },
  );
  t.is(await ask(), '1');
  const unlogged = createKept({ store: {}, clock: { now: () => state.now }, maximum: 2 });
  const asked = () => unlogged.of('a', async () => computedOf('a'));
  t.deepEqual([await asked(), await asked()], ['2', '3']);
});

test('all who ask the same during a count share the next tally, which has what was written since', async (t) => {
  const { kept } = rig();
  const reads: PromiseWithResolvers<void>[] = [];
  const tallies = createTallies({
    kept,
    clock: { now: () => 0 },
    viewings: {
      async read() {
        const one = Promise.withResolvers<void>();
        reads.push(one);
        await one.promise;
        return { added: () => undefined };
      },
    },
  });
  let begun = 0;
  const ask = (question: string) =>
    tallies.of('a', question, async () => {
      const number = ++begun;
      return { add: () => {}, moveTo: () => true, until: () => Infinity, result: () => ({ number }) };
    });
  const started = async (count: number) => {
    while (reads.length < count) await setImmediate();
  };
  const first = ask('x');
  await started(1);
  const others = ['x', 'x', 'y'].map(ask);
  reads[0]?.resolve();
  await started(2);
  reads[1]?.resolve();
  t.deepEqual(await Promise.all([first, ...others]), [{ number: 1 }, { number: 2 }, { number: 2 }, { number: 3 }]);
  t.is(reads.length, 2);
});
