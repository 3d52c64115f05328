import test from 'ava';
import { playsOf, tickedOff } from '../lib/viewings/play-rules.ts';
import { viewingId } from '../lib/viewings/entry-items.ts';
import { settingsOf, toSettingsItem } from '../lib/viewings/settings-items.ts';
import type { Episode } from '../lib/viewings/record-rules.ts';
import { daysIn, itemOf, listed, progressOver, USER, viewingsOver } from './viewings-rig.ts';

const MINUTE = 60;
const EVENING = Date.parse('2026-11-14T18:00:00Z') / 1000;
const { dayOf } = daysIn('UTC');
/** Plays of a length, at minutes after 6 p.m. */
const at = (minutes: number[], length = 24) =>
  minutes.map((minute) => ({ at: EVENING + minute * MINUTE, seconds: length * MINUTE }));

const TICKED: [claim: string, plays: { at: number | null; seconds: number }[], ticked: number][] = [
  ['four in one second are too few to tell', at([0, 0, 0, 0]), 0],
  ['five in one second', at([0, 0, 0, 0, 0]), 5],
  ['five one after another', at([0, 24, 48, 72, 96]), 0],
  ['five at half their length, as those watch who skip much', at([0, 12, 24, 36, 48]), 0],
  ['five at less than half their length', at([0, 11, 22, 33, 44]), 5],
  ['six of an evening of which two were ticked off at the end', at([0, 24, 48, 72, 73, 74]), 0],
  ['five around midnight are of two days', at([358, 359, 360, 361, 362]), 0],
  ['five without a date', at([0, 0, 0, 0, 0]).map((play) => ({ ...play, at: null })), 0],
  ['nine on a day, six of them at once', at([0, 0, 0, 0, 0, 0, 60, 120, 180]), 9],
  ['a long film series at a quarter of an hour', at([0, 15, 30, 45, 60], 60), 5],
];
for (const [claim, plays, expected] of TICKED) {
  test(`ticked off are ${expected}: ${claim}`, (t) => t.is(tickedOff(plays, dayOf).size, expected));
}

const PLAYS: [claim: string, minutes: number[], starts: number[]][] = [
  ['the same second is one play', [0, 0, 0], [0]],
  ['within its length it is the same', [0, 10, 23], [0]],
  ['at its length it is another', [0, 24], [0, 24]],
  ['the length counts from the play, not from the last report', [0, 20, 40], [0, 40]],
  ['in any order', [40, 0, 20], [0, 40]],
];
for (const [claim, minutes, starts] of PLAYS) {
  test(`plays of one episode: ${claim}`, (t) => {
    const events = at(minutes);
    const plays = playsOf(events, 24 * MINUTE);
    t.deepEqual(
      plays.map((play) => (play.at - EVENING) / MINUTE),
      starts,
    );
    t.is(plays.flatMap((play) => play.events).length, events.length, 'no event is lost');
  });
}

const episode = (fileName: string, instant: string): Episode => ({
  type: 'episode',
  folderName: 'Harbour',
  fileName,
  watchedAt: Date.parse(instant) / 1000,
});

test('a viewing has one short id of its own, and another for another source of the same name', async (t) => {
  const items = ['01', '02'].map((name) => itemOf(episode(name, '2026-11-14T20:00:00Z')));
  const ids = async () =>
    (await Array.fromAsync(viewingsOver(listed(items), 'UTC').viewingsOf(USER))).map(({ references: [first] }) =>
      viewingId(first),
    );
  t.deepEqual(await ids(), await ids());
  t.is(new Set(await ids()).size, 2);
  t.true((await ids()).every((id) => /^[0-9a-f]{12}$/.test(id)));
  t.not(viewingId({ source: 'trakt', ref: '1' }), viewingId({ source: 'file', ref: '1' }));
});

test('a person’s own zones and day end decide what was today', async (t) => {
  const items = [itemOf(episode('01', '2026-11-14T01:30:00Z'))];
  const now = Date.parse('2026-11-14T12:00:00Z');
  t.is((await progressOver(items, now, 'UTC')).episodesWatchedToday, 1);
  const settings = {
    zones: [{ from: null, zone: 'UTC' }],
    dayEndsAt: 4,
    weekStartsOn: 'monday' as const,
    defaultLanguage: 'ja',
  };
  const item = toSettingsItem(USER, settings);
  t.like(settingsOf(item), settings);
  const progress = await progressOver([...items, item], now, 'Pacific/Auckland');
  t.is(progress.episodesWatchedToday, 0);
  t.is(progress.dailyActivity.find(({ daysAgo }) => daysAgo === 1)?.minutesWatched, 20);
});

test('a range leaves out what is before, after or without a date', async (t) => {
  const days = ['2026-11-12', '2026-11-13', '2026-11-14'];
  const items = days.map((day) => itemOf(episode(day, `${day}T20:00:00Z`)));
  const range = { since: Date.parse('2026-11-13T00:00:00Z') / 1000, until: Date.parse('2026-11-13T20:00:00Z') / 1000 };
  const viewings = await Array.fromAsync(viewingsOver(listed(items), 'UTC').viewingsOf(USER, range));
  t.deepEqual(
    viewings.map(({ title }) => title),
    ['2026-11-13'],
  );
});

test('what lies ahead counts in totals, and in no today, week or trend', async (t) => {
  const items = ['2026-10-01T12:00:00Z', '2026-11-14T11:00:00Z', '2026-11-14T13:00:00Z', '2027-02-01T12:00:00Z'].map(
    (instant) => itemOf(episode(instant, instant)),
  );
  const progress = await progressOver(items, Date.parse('2026-11-14T12:00:00Z'), 'UTC');
  t.like(progress, { totalEpisodesWatched: 4, totalHoursWatched: 1, episodesWatchedToday: 1 });
  t.is(progress.dailyActivity.at(-1)?.minutesWatched, 20);
  const average = (40 / 44) * 7;
  t.is(progress.weeklyTrendPercentage, ((20 - average) / average) * 100);
});
