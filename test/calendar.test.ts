import test from 'ava';
import { DateTime } from 'luxon';
import { createCalendar } from '../lib/viewings/calendar-rules.ts';
import { createDays, type DaySettings } from '../lib/viewings/day-rules.ts';
import { daysIn } from './viewings-rig.ts';

const AUCKLAND = 'Pacific/Auckland';
const BERLIN = 'Europe/Berlin';

const HOURS_OF_DAYS: [zone: string, day: string, hours: number][] = [
  [AUCKLAND, '2026-07-14', 24],
  [AUCKLAND, '2026-09-27', 23],
  [AUCKLAND, '2026-04-05', 25],
  [BERLIN, '2026-03-29', 23],
  [BERLIN, '2026-10-25', 25],
  ['Atlantic/Azores', '2026-03-29', 23],
  ['Atlantic/Azores', '2026-10-25', 25],
  ['America/Havana', '2026-11-01', 25],
  ['Africa/Cairo', '2026-04-24', 23],
  ['Australia/Lord_Howe', '2026-10-04', 23.5],
  ['UTC', '2026-03-29', 24],
];
for (const [zone, day, hours] of HOURS_OF_DAYS) {
  test(`${day} in ${zone} has ${hours} hours, from any hour of the week after it`, (t) => {
    for (const daysLater of [1, 2, 6]) {
      for (const hour of [0, 3, 12, 23]) {
        const now = DateTime.fromISO(day, { zone }).plus({ days: daysLater }).set({ hour, minute: 30 });
        const { dayStarts } = createCalendar({ now: now.toMillis(), days: daysIn(zone), count: 7 });
        t.is(
          ((dayStarts[daysLater - 1] ?? 0) - (dayStarts[daysLater] ?? 0)) / 3600,
          hours,
          `${daysLater} days later at ${hour}:30`,
        );
      }
    }
  });
}

const QUARTERS: [zone: string, at: string, label: string][] = [
  [AUCKLAND, '2026-03-31T10:59:59Z', 'Jan 2026'],
  [AUCKLAND, '2026-03-31T11:00:00Z', 'Apr 2026'],
  [AUCKLAND, '2026-06-30T11:59:59Z', 'Apr 2026'],
  [AUCKLAND, '2026-06-30T12:00:00Z', 'Jul 2026'],
  [AUCKLAND, '2026-09-30T10:59:59Z', 'Jul 2026'],
  [AUCKLAND, '2026-09-30T11:00:00Z', 'Oct 2026'],
  [AUCKLAND, '2026-12-31T11:00:00Z', 'Jan 2027'],
  [BERLIN, '2026-12-31T22:59:59Z', 'Oct 2026'],
  [BERLIN, '2026-12-31T23:00:00Z', 'Jan 2027'],
  ['UTC', '1970-01-01T00:00:00Z', 'Jan 1970'],
  // October 1 has no midnight there.
  ['America/Asuncion', '2023-10-01T03:59:59Z', 'Jul 2023'],
  ['America/Asuncion', '2023-10-01T04:00:00Z', 'Oct 2023'],
];
for (const [zone, at, label] of QUARTERS) {
  test(`${at} is in the quarter ${label} in ${zone}, whenever one looks`, (t) => {
    for (const now of ['1999-01-01', at, '2026-07-14', '2040-12-31']) {
      const calendar = createCalendar({ now: Date.parse(now), days: daysIn(zone), count: 1 });
      t.is(calendar.quarterLabel(calendar.quarterOf(Date.parse(at) / 1000)), label);
    }
  });
}

test('consecutive quarters have consecutive numbers', (t) => {
  const calendar = createCalendar({ now: Date.parse('2026-07-14'), days: daysIn(AUCKLAND), count: 1 });
  const months = Array.from({ length: 48 }, (_, index) => Date.UTC(2024, index, 15) / 1000);
  const first = calendar.quarterOf(months[0] ?? 0);
  t.deepEqual(
    months.map((at) => calendar.quarterOf(at) - first),
    months.map((_, index) => Math.floor(index / 3)),
  );
});

const iso = (instant: string): number => Date.parse(instant) / 1000;
const MOVED = [
  { from: null, zone: 'Asia/Tokyo' },
  { from: '2026-05-01', zone: 'America/Los_Angeles' },
  { from: '2026-06-01', zone: BERLIN },
];
const DAYS: [claim: string, settings: DaySettings, instant: string, day: string][] = [
  ['a night belongs to the day before', { zones: MOVED, dayEndsAt: 4 }, '2026-04-10T18:59:59Z', '2026-04-10'],
  ['until its hour', { zones: MOVED, dayEndsAt: 4 }, '2026-04-10T19:00:00Z', '2026-04-11'],
  ['a move leaves the days before as they were', { zones: MOVED, dayEndsAt: 0 }, '2026-04-15T15:00:00Z', '2026-04-16'],
  [
    'westward, the last day lasts until the new one',
    { zones: MOVED, dayEndsAt: 0 },
    '2026-05-01T06:59:59Z',
    '2026-04-30',
  ],
  ['the first day of a zone begins in it', { zones: MOVED, dayEndsAt: 0 }, '2026-05-01T07:00:00Z', '2026-05-01'],
  ['eastward, the last day is shorter', { zones: MOVED, dayEndsAt: 0 }, '2026-05-31T22:00:00Z', '2026-06-01'],
  ['by a second', { zones: MOVED, dayEndsAt: 0 }, '2026-05-31T21:59:59Z', '2026-05-31'],
  [
    'the day that Apia left out is nobody’s',
    { zones: [{ from: null, zone: 'Pacific/Apia' }], dayEndsAt: 0 },
    '2011-12-30T10:00:00Z',
    '2011-12-31',
  ],
  [
    'of two midnights the first begins the day',
    { zones: [{ from: null, zone: 'America/Havana' }], dayEndsAt: 0 },
    '2026-11-01T04:00:00Z',
    '2026-11-01',
  ],
  [
    'where the clocks leave the hour out, the day begins with what follows',
    { zones: [{ from: null, zone: BERLIN }], dayEndsAt: 2 },
    '2026-03-29T01:00:00Z',
    '2026-03-29',
  ],
];
for (const [claim, settings, instant, day] of DAYS) {
  test(`${instant} is of ${day}: ${claim}`, (t) => t.is(createDays(settings).dayOf(iso(instant)), day));
}

test('each instant is of the day that begins at or before it and ends after it, in whatever order one asks', (t) => {
  for (const dayEndsAt of [0, 4]) {
    const days = createDays({ zones: MOVED, dayEndsAt });
    for (let at = iso('2026-03-27T00:30:00Z'); at < iso('2026-06-20T00:00:00Z'); at += 9 * 3600 + 17) {
      const day = days.dayOf(at);
      t.true(days.startOf(day) <= at, `${day} has begun at ${at}`);
      t.is(days.dayOf(days.startOf(day)), day);
      t.not(days.dayOf(days.startOf(day) - 1), day);
    }
  }
});
