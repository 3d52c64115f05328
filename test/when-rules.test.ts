import test from 'ava';
import { isoInstant } from '../lib/core/instant-rules.ts';
import { createDays } from '../lib/viewings/day-rules.ts';
import { parseWhen } from '../lib/viewings/when-rules.ts';

// A Thursday, 21:00 in Berlin.
const now = Date.parse('2026-10-01T19:00:00.500Z');
const berlin = createDays({ zones: [{ from: null, zone: 'Europe/Berlin' }], dayEndsAt: 0 });
const day = (date: string, offset = '+02:00', nextOffset = offset) => {
  const from = Date.parse(`${date}T00:00:00${offset}`) / 1000;
  const next = new Date(Date.parse(date) + 86_400_000).toISOString().slice(0, 10);
  return [isoInstant(from), isoInstant(Date.parse(`${next}T00:00:00${nextOffset}`) / 1000 - 1)];
};
const at = (instant: string) => [instant, instant];

for (const [text, expected] of [
  ['now', at('2026-10-01T19:00:00Z')],
  ['Today', day('2026-10-01')],
  ['yesterday', day('2026-09-30')],
  ['7d', day('2026-09-24')],
  ['3 days ago', day('2026-09-28')],
  ['a week ago', day('2026-09-24')],
  ['2w', day('2026-09-17')],
  ['1 month ago', day('2026-09-01')],
  ['1y', day('2025-10-01')],
  ['2 hours ago', at('2026-10-01T17:00:00Z')],
  ['90m', at('2026-10-01T17:30:00Z')],
  ['thursday', day('2026-10-01')],
  ['last thursday', day('2026-09-24')],
  ['Monday', day('2026-09-28')],
  ['fri', day('2026-09-25')],
  ['20:30', at('2026-10-01T18:30:00Z')],
  ['22:30', at('2026-09-30T20:30:00Z')],
  ['9:15 pm', at('2026-09-30T19:15:00Z')],
  ['12am', at('2026-09-30T22:00:00Z')],
  ['yesterday 21:30', at('2026-09-30T19:30:00Z')],
  ['monday at 9pm', at('2026-09-28T19:00:00Z')],
  ['2026-09-01', day('2026-09-01')],
  ['2026-09-01 20:15', at('2026-09-01T18:15:00Z')],
  ['2026-09-01T20:15:30', at('2026-09-01T18:15:30Z')],
  ['2026-09-01T20:15', at('2026-09-01T18:15:00Z')],
  ['2026-09-01T20:15:00Z', at('2026-09-01T20:15:00Z')],
  ['2026-09-01T20:15:00.750+09:00', at('2026-09-01T11:15:00Z')],
  ['2026-W40-1', day('2026-09-28')],
  ['2026-09', ['2026-08-31T22:00:00Z', '2026-09-30T21:59:59Z']],
  ['2026', ['2025-12-31T23:00:00Z', '2026-12-31T22:59:59Z']],
  ['1790000000', at('2026-09-21T14:13:20Z')],
  // The clocks go back: the day has 25 hours, and a repeated hour means the first.
  ['2025-10-26', day('2025-10-26', '+02:00', '+01:00')],
  ['2025-10-26 02:30', at('2025-10-26T00:30:00Z')],
] as const) {
  test(`on Thursday at 21:00, “${text}” is ${expected[0]} to ${expected[1]}`, (t) => {
    const when = parseWhen(text, { now, days: berlin });
    t.deepEqual(when && [isoInstant(when.from), isoInstant(when.until)], [...expected]);
  });
}

for (const text of [
  '',
  ' ',
  'soon',
  'ago',
  '7',
  '7x',
  '25:00',
  '9:75',
  '13pm',
  '2026-13-01',
  '2026-02-30',
  '2026-13',
  'last',
  'day',
  'yesterday morning',
  '10:00 yesterday x',
  '-3d',
  '9999y',
]) {
  test(`“${text}” is no time`, (t) => {
    t.is(parseWhen(text, { now, days: berlin }), undefined);
  });
}

test('where the day ends at 4, the night belongs to the day before', (t) => {
  const late = createDays({ zones: [{ from: null, zone: 'Europe/Berlin' }], dayEndsAt: 4 });
  const night = { now: Date.parse('2026-10-02T00:30:00Z'), days: late };
  t.is(isoInstant(parseWhen('today', night)?.from ?? 0), '2026-10-01T02:00:00Z');
  t.is(isoInstant(parseWhen('yesterday', night)?.from ?? 0), '2026-09-30T02:00:00Z');
});
