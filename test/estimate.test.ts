import test from 'ava';
import { createEstimate, remainingText } from '../lib/core/estimate-rules.ts';

const CASES: [claim: string, done: number, total: number, since: number, seconds: number, text: string | null][] = [
  ['nothing is done yet', 0, 100, 0, 10, null],
  ['it has just begun', 50, 100, 0, 2, null],
  ['it is done', 100, 100, 0, 60, null],
  ['hardly anything is left', 96, 100, 0, 60, null],
  ['half is done in half a minute', 50, 100, 0, 30, 'about 30 s left'],
  ['seconds are rounded up to tens', 10, 20, 0, 12, 'about 20 s left'],
  ['a tenth is done in a minute', 10, 100, 0, 60, 'about 9 min left'],
  ['hours are left', 1, 100, 0, 120, 'about 3.3 h left'],
  ['work that was resumed', 60, 100, 50, 30, 'about 2 min left'],
  ['nothing is done since it was resumed', 50, 100, 50, 30, null],
];
for (const [claim, done, total, since, seconds, text] of CASES) {
  test(`${claim}: ${text ?? 'no estimate'}`, (t) =>
    t.is(remainingText({ done, total }, { since, milliseconds: seconds * 1000 }), text));
}

test('each phase has a pace of its own', (t) => {
  let now = 0;
  const estimate = createEstimate(() => now);
  const after = (seconds: number, done: number, total: number) => {
    now += seconds * 1000;
    return estimate({ done, total });
  };
  t.is(after(0, 0, 100), null);
  t.is(after(10, 50, 100), 'about 10 s left');
  t.is(after(10, 100, 100), null);
  t.is(after(0, 0, 50), null);
  t.is(after(60, 10, 50), 'about 4 min left');
  t.is(after(1, 5, 50), null, 'a smaller count begins a phase');
});
