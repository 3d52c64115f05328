import test from 'ava';
import { isoInstant } from '../lib/core/instant-rules.ts';
import { createDays } from '../lib/viewings/day-rules.ts';
import { momentOf } from '../lib/viewings/moment-rules.ts';

// A Thursday, 10:00 in Berlin.
const now = Date.parse('2026-10-01T08:00:00Z');
const days = createDays({ zones: [{ from: null, zone: 'Europe/Berlin' }], dayEndsAt: 4 });

for (const [text, isDay, expected] of [
  ['yesterday 21:30', false, '2026-09-30T19:30:00Z'],
  ['yesterday', false, '2026-09-30T10:00:00Z'],
  ['monday', true, '2026-09-28T10:00:00Z'],
  ['today', false, '2026-10-01T08:00:00Z'],
  ['today', true, '2026-10-01T08:00:00Z'],
  ['yesterday 21:30', true, '2026-09-30T10:00:00Z'],
  ['2026-09-30T02:00', true, '2026-09-29T10:00:00Z'],
  ['now', false, '2026-10-01T08:00:00Z'],
] as const) {
  test(`${isDay ? '--on' : '--at'} “${text}” is ${expected}`, (t) => {
    const moment = momentOf(text, { now, days, isDay });
    t.is('at' in moment ? isoInstant(moment.at) : moment.fault, expected);
  });
}

for (const [text, fault] of [
  ['today 23:00', '“today 23:00” is in the future.'],
  ['2026-10-02', '“2026-10-02” is in the future.'],
  ['2026-09', '“2026-09” is longer than a day.'],
  ['soon', '“soon” is not a date or time.'],
] as const) {
  test(`--at “${text}” is refused`, (t) => t.deepEqual(momentOf(text, { now, days }), { fault }));
}
