import test from 'ava';
import { goalProgress, streakMinimum, type Goal, type GoalProgress } from '../lib/goals/goal-rules.ts';
import { ladderGoals, goalId, matchingGoals } from '../lib/goals/goal-flags.ts';
import { parseLength } from '../lib/core/length-rules.ts';
import { streakOf } from '../lib/stats/streak-rules.ts';
import { daysAfter } from '../lib/viewings/day-rules.ts';
import { periodAround, periodLabel, rangeBefore, rangeLabel, type Period } from '../lib/viewings/period-rules.ts';
import type { Weekday } from '../lib/viewings/settings-rules.ts';

const AROUND: [day: string, period: Period, weekStartsOn: Weekday, from: string, to: string, label: string][] = [
  ['2026-11-27', 'day', 'monday', '2026-11-27', '2026-11-27', 'Fri, Nov 27, 2026'],
  ['2026-11-29', 'week', 'monday', '2026-11-23', '2026-11-29', 'Nov 23–29, 2026'],
  ['2026-11-29', 'week', 'sunday', '2026-11-29', '2026-12-05', 'Nov 29 – Dec 5, 2026'],
  ['2027-01-01', 'week', 'saturday', '2026-12-26', '2027-01-01', 'Dec 26, 2026 – Jan 1, 2027'],
  ['2024-02-29', 'month', 'monday', '2024-02-01', '2024-02-29', 'Feb 2024'],
  ['2026-12-31', 'month', 'monday', '2026-12-01', '2026-12-31', 'Dec 2026'],
  ['2024-02-29', 'year', 'monday', '2024-01-01', '2024-12-31', '2024'],
];
for (const [day, period, weekStartsOn, from, to, label] of AROUND) {
  test(`${day} is in the ${period} from ${from} to ${to} where weeks start on ${weekStartsOn}`, (t) => {
    t.deepEqual(periodAround(day, period, weekStartsOn), { from, to });
    t.is(periodLabel(from, period), label);
  });
}

const BEFORE: [claim: string, from: string, to: string, today: string, before: [string, string] | null][] = [
  ['a week with the seven days before', '2026-11-16', '2026-11-22', '2026-12-01', ['2026-11-09', '2026-11-15']],
  ['a month with the month before', '2026-03-01', '2026-03-31', '2026-12-01', ['2026-02-01', '2026-02-28']],
  ['a year with the year before', '2024-01-01', '2024-12-31', '2026-12-01', ['2023-01-01', '2023-12-31']],
  ['a day with yesterday', '2026-11-21', '2026-11-21', '2026-11-21', ['2026-11-20', '2026-11-20']],
  [
    'a month under way with as much of the one before',
    '2026-11-01',
    '2026-11-30',
    '2026-11-21',
    ['2026-10-01', '2026-10-21'],
  ],
  ['the end of March with all of February', '2026-03-01', '2026-03-31', '2026-03-30', ['2026-02-01', '2026-02-28']],
  ['a week under way with as many days', '2026-11-16', '2026-11-22', '2026-11-18', ['2026-11-09', '2026-11-11']],
  ['what has not begun with nothing', '2026-12-01', '2026-12-31', '2026-11-21', null],
];
for (const [claim, from, to, today, before] of BEFORE) {
  test(`statistics compare ${claim}`, (t) => {
    t.deepEqual(rangeBefore({ from, to }, today), before && { from: before[0], to: before[1] });
  });
}

test('a range is written as short as it can be', (t) => {
  t.deepEqual(
    [
      ['2026-11-23', '2026-11-23'],
      ['2026-11-23', '2026-11-29'],
      ['2026-10-26', '2026-11-01'],
      ['2026-12-28', '2027-01-03'],
    ].map(([from = '', to = '']) => rangeLabel({ from, to })),
    ['Nov 23, 2026', 'Nov 23–29, 2026', 'Oct 26 – Nov 1, 2026', 'Dec 28, 2026 – Jan 3, 2027'],
  );
});

const TODAY = '2026-11-21';
/** Minutes by days before today. */
const history = (minutes: Record<number, number>) =>
  new Map(Object.entries(minutes).map(([daysAgo, amount]) => [daysAfter(TODAY, -Number(daysAgo)), amount * 60]));

const STREAKS: [claim: string, minutes: Record<number, number>, days: number, longest: number][] = [
  ['nothing is no streak', {}, 0, 0],
  ['today alone is one day', { 0: 1 }, 1, 1],
  ['today may still be empty', { 1: 5, 2: 5 }, 2, 2],
  ['a day without anything ends it', { 0: 5, 2: 5, 3: 5 }, 1, 2],
  ['two empty days end it, today among them', { 2: 5, 3: 5, 4: 5 }, 0, 3],
  ['less than a minute is not a day', { 0: 5, 1: 0.9, 2: 5 }, 1, 1],
];
for (const [claim, minutes, days, longest] of STREAKS) {
  test(`streak: ${claim}`, (t) => {
    const streak = streakOf(history(minutes), { today: TODAY, minimumSeconds: 60 });
    t.deepEqual([streak.days, streak.longestDays], [days, longest]);
    t.is(streak.isTodayCounted, 0 in minutes);
  });
}

test('of equal streaks the latest is the longest', (t) => {
  const { longest } = streakOf(history({ 10: 5, 11: 5, 20: 5, 21: 5 }), { today: TODAY, minimumSeconds: 60 });
  t.deepEqual(longest, { from: '2026-11-10', to: '2026-11-11' });
});

const goal = (more: Partial<Goal> = {}): Goal => ({
  id: 'a',
  seconds: 20 * 3600,
  period: 'all',
  medium: null,
  language: null,
  by: null,
  ...more,
});
const progressOf = (one: Goal, days: Map<string, number>, { today = TODAY, undatedSeconds = 0 } = {}): GoalProgress =>
  goalProgress(one, { days, undatedSeconds }, { today, weekStartsOn: 'monday' });

/**
 * An hour on each of the nine days from November 12 to 20, 30 minutes on November 1, two hours on October 13: 690
 * minutes in the 40 days from October 13 to today, November 21.
 */
const NINE_DAYS = history({
  ...Object.fromEntries([1, 2, 3, 4, 5, 6, 7, 8, 9].map((day) => [day, 60])),
  20: 30,
  39: 120,
});

test('a fixed history gives the streak, paces, need and date that a hand calculates', (t) => {
  t.deepEqual(streakOf(NINE_DAYS, { today: TODAY, minimumSeconds: 60 }), {
    days: 9,
    from: '2026-11-12',
    isTodayCounted: false,
    longestDays: 9,
    longest: { from: '2026-11-12', to: '2026-11-20' },
  });
  t.deepEqual(progressOf(goal({ by: '2026-12-20' }), NINE_DAYS), {
    goal: goal({ by: '2026-12-20' }),
    range: null,
    // 690 of 1,200 minutes.
    doneSeconds: 41_400,
    leftSeconds: 30_600,
    isMet: false,
    // 510 minutes over the 30 days from November 21 to December 20: 17 a day.
    neededSecondsPerDay: 1020,
    paces: {
      // November 15 to 21: 360 minutes in 7 days.
      last7Days: 21_600 / 7,
      // October 23 to November 21: 570 minutes in 30 days are 19 a day.
      last30Days: 1140,
      // 690 minutes in 40 days are 17.25 a day.
      allDays: 1035,
    },
    // 510 minutes at 19 a day take 26.8 days: 27 from November 21 on.
    projected: { earliest: '2026-12-18', latest: '2026-12-18' },
  });
});

test('a week’s goal counts the days of the week, and its need is of those left', (t) => {
  // November 16 to 20 are 300 minutes; 120 of 420 are left for Saturday and Sunday; at 19 a day not in time.
  t.like(progressOf(goal({ seconds: 7 * 3600, period: 'week' }), NINE_DAYS), {
    range: { from: '2026-11-16', to: '2026-11-22' },
    doneSeconds: 18_000,
    leftSeconds: 7200,
    neededSecondsPerDay: 3600,
    projected: null,
  });
  // 15 minutes are left, which 19 a day bring by tomorrow.
  t.like(progressOf(goal({ seconds: 18_900, period: 'week' }), NINE_DAYS).projected, { latest: '2026-11-22' });
});

for (const seconds of [41_400, 41_399, 60]) {
  test(`a goal of ${seconds} of 41,400 seconds is met`, (t) => {
    const progress = progressOf(goal({ seconds, by: '2026-12-20' }), NINE_DAYS);
    t.like(progress, { isMet: true, leftSeconds: 0, neededSecondsPerDay: 0, projected: null });
  });
}

test('a second short of its goal it is not', (t) => {
  t.like(progressOf(goal({ seconds: 41_401 }), NINE_DAYS), { isMet: false, leftSeconds: 1 });
});

test('a goal whose last day is over needs nothing a day any more', (t) => {
  t.is(progressOf(goal({ by: '2026-11-20' }), NINE_DAYS).neededSecondsPerDay, null);
  t.is(progressOf(goal({ by: '2026-11-21' }), NINE_DAYS).neededSecondsPerDay, 30_600);
});

/** An hour on each of the ten days from October 29 to November 7, and two on October 13: 720 minutes. */
const TEN_DAYS = history({
  ...Object.fromEntries([14, 15, 16, 17, 18, 19, 20, 21, 22, 23].map((day) => [day, 60])),
  39: 120,
});
const PAUSES: [today: string, why: string, earliest: string, latest: string][] = [
  // October 22 to November 20: 600 minutes in 30 days; 360 minutes at 20 a day are 18 days.
  ['2026-11-20', '13 empty days give one date', '2026-12-08', '2026-12-08'],
  // 18 days at 20 a day, 20 at the 18 of all 40 days.
  ['2026-11-21', '14 empty days give a range', '2026-12-09', '2026-12-11'],
  // All 112 days: 6.43 a day, exactly 56 days. The last 30 days with anything, up to December 6, have an hour: 2 a day, 180 days.
  ['2027-02-01', 'a long pause gives a wide one', '2027-03-29', '2027-07-31'],
];
for (const [today, why, earliest, latest] of PAUSES) {
  test(`${why}: on ${today} 360 minutes are ahead until ${earliest} to ${latest}`, (t) => {
    t.deepEqual(progressOf(goal({ seconds: 1080 * 60 }), TEN_DAYS, { today }).projected, { earliest, latest });
  });
}

test('what has no date counts for a goal in all, not for its pace, and for no other goal', (t) => {
  const undated = { undatedSeconds: 3600 };
  t.like(progressOf(goal(), NINE_DAYS, undated), {
    doneSeconds: 45_000,
    paces: progressOf(goal(), NINE_DAYS).paces,
  });
  t.is(progressOf(goal({ period: 'year' }), NINE_DAYS, undated).doneSeconds, 41_400);
  t.like(progressOf(goal(), new Map(), undated), { doneSeconds: 3600, projected: null });
});

test('nothing is foretold that takes a century', (t) => {
  t.is(progressOf(goal({ seconds: 1_000_000 * 3600 }), NINE_DAYS).projected, null);
});

test('the streak goes by the daily goal for the same, the smallest of several', (t) => {
  const goals = [
    goal({ seconds: 1800, period: 'day' }),
    goal({ seconds: 900, period: 'day', id: 'b' }),
    goal({ seconds: 1200, period: 'day', language: 'ja' }),
    goal({ seconds: 1, period: 'week' }),
  ];
  t.is(streakMinimum(goals, { medium: null, language: null }), 900);
  t.is(streakMinimum(goals, { medium: null, language: 'ja' }), 1200);
  t.is(streakMinimum(goals, { medium: 'film', language: null }), 60);
});

const LENGTHS: [text: string, seconds: number | undefined][] = [
  ['45m', 2700],
  ['1h20m', 4800],
  ['1h 20 min', 4800],
  ['1:20', 4800],
  ['1500h', 5_400_000],
  ['1.5h', 5400],
  ['90', undefined],
  ['', undefined],
  ['1:75', undefined],
  ['soon', undefined],
];
for (const [text, seconds] of LENGTHS) {
  test(`“${text}” is ${seconds ?? 'not a length'}`, (t) => t.is(parseLength(text), seconds));
}

test('a goal’s id says what it is for, and a ladder’s steps have one beginning', (t) => {
  const ids = [
    goal({ seconds: 2700, period: 'day' }),
    goal({ seconds: 5_400_000, language: 'ja' }),
    goal({ seconds: 7200, period: 'week', language: 'es', medium: 'podcast' }),
  ].map(goalId);
  t.deepEqual(ids, ['daily', '1500h-ja', 'weekly-es-podcast']);
  const steps = ladderGoals('ja', undefined, '2');
  t.deepEqual(
    steps.map(({ seconds }) => seconds / 3600),
    [100, 300, 600, 1200, 2000, 3000],
  );
  t.deepEqual(ladderGoals('es', '10, 1h', '1.5'), [
    { id: 'ladder-es-2h', seconds: 7200 },
    { id: 'ladder-es-15h', seconds: 54_000 },
  ]);
  const all = [...steps, { id: 'ladder-es-15h' }, { id: 'daily' }];
  t.is(matchingGoals('ladder-ja', all).length, 6);
  t.deepEqual(matchingGoals('daily', all), ['daily']);
  t.deepEqual(matchingGoals('da', all), []);
  for (const factor of ['0', 'x', '11'])
    t.throws(() => ladderGoals('ja', undefined, factor), { message: /^The factor/ });
  for (const list of ['', 'x', '0,5']) t.throws(() => ladderGoals('ja', list, '1'), { message: /^Steps/ });
});
