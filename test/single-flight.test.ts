import test from 'ava';
import { createSingleFlight } from '../lib/core/single-flight.ts';

/** Work that ends when cancelled. */
const untilAborted = (signal: AbortSignal) =>
  new Promise<string>((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('called off')), { once: true });
  });

test('who has given up already begins no work, whose failure nobody would hear', async (t) => {
  const flights = createSingleFlight<string>();
  let begun = 0;
  const work = (signal: AbortSignal) => {
    begun += 1;
    return untilAborted(signal);
  };
  const reason = new Error('no time is left');
  await t.throwsAsync(flights.run('film', work, AbortSignal.abort(reason)), { is: reason });
  t.is(begun, 0);
});

test('work goes on while somebody waits for it, and is called off with the last who gives up', async (t) => {
  const flights = createSingleFlight<string>();
  const [first, second] = [new AbortController(), new AbortController()];
  let calledOff = false;
  const work = (signal: AbortSignal) => {
    signal.addEventListener('abort', () => (calledOff = true), { once: true });
    return untilAborted(signal);
  };
  const one = flights.run('film', work, first.signal);
  const other = flights.run('film', () => Promise.reject(new Error('is under way already')), second.signal);
  first.abort(new Error('first'));
  await t.throwsAsync(one, { message: 'first' });
  t.false(calledOff);
  second.abort(new Error('second'));
  await t.throwsAsync(other, { message: 'second' });
  t.true(calledOff);
  t.is(await flights.run('film', async () => 'anew'), 'anew');
});
