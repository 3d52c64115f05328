import test from 'ava';
import { zoneNote } from '../lib/viewings/zone-text.ts';
import { createPerson } from './cli-process.ts';

const SUMMER = Date.parse('2026-07-01T00:00:00Z');
for (const [zone, computerZone, note] of [
  ['Europe/Berlin', 'Europe/Berlin', undefined],
  ['Europe/Berlin', 'Europe/Vienna', undefined],
  ['Europe/Berlin', 'Asia/Tokyo', 'This computer is in Asia/Tokyo.'],
  ['Europe/London', 'UTC', 'This computer is in UTC.'],
] as const) {
  test(`days in ${zone} on a computer in ${computerZone}: ${note ?? 'nothing to say'}`, (t) =>
    t.is(zoneNote(zone, { computerZone, now: SUMMER }), note));
}

test('the doctor notes that the computer is in another zone than the person', async (t) => {
  const person = createPerson(t, { TZ: 'Asia/Tokyo', IMMERSION_TIME_ZONE: 'America/Los_Angeles' });
  const { stdout } = await person.run(['doctor']);
  t.true(
    stdout.includes('! time zone      America/Los_Angeles: days end at midnight. This computer is in Asia/Tokyo.\n'),
    stdout,
  );
});
