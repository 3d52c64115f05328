import test from 'ava';
import * as fc from 'fast-check';
import { createProgressTally } from '../lib/progress/progress-rules.ts';
import { heatmap, heatmapRange } from '../lib/stats/heatmap-text.ts';
import type { StatsAnswer } from '../lib/stats/stats-contract.ts';
import { SPLITS, type Split } from '../lib/stats/split-rules.ts';
import { createStatsTally, type StatsQuestion } from '../lib/stats/stats-rules.ts';
import { createDays } from '../lib/viewings/day-rules.ts';
import { MEDIA, SECONDS_SOURCES, type Viewing } from '../lib/viewings/viewing-rules.ts';
import { parseWhen } from '../lib/viewings/when-rules.ts';
import { screenOf } from '../lib/core/terminal/terminal.ts';

const ZONES = [
  'Pacific/Auckland',
  'America/Los_Angeles',
  'Australia/Lord_Howe',
  'America/Havana',
  'Atlantic/Azores',
  'Africa/Cairo',
  'America/Asuncion',
  'America/Sao_Paulo',
  'Asia/Beirut',
  'Pacific/Apia',
  'Europe/Berlin',
  'UTC',
  'Asia/Kathmandu',
  'America/St_Johns',
  'Africa/Casablanca',
  'Asia/Tehran',
  'Pacific/Kiritimati',
  'Asia/Tokyo',
  'America/Santiago',
  'Pacific/Chatham',
];
/** Each with the seconds before and after: 39 instants. */
const EDGES = [
  // Clock changes in Auckland, Los Angeles, Lord Howe, Havana (midnight twice), the Azores (twice, and skipped), Cairo
  // (midnight skipped).
  '2026-09-26T14:00:00Z',
  '2026-11-01T09:00:00Z',
  '2026-04-04T15:00:00Z',
  '2026-11-01T05:00:00Z',
  '2026-10-25T01:00:00Z',
  '2026-03-29T01:00:00Z',
  '2026-04-23T22:00:00Z',
  // Apia skipped December 30, 2011.
  '2011-12-30T10:00:00Z',
  // A leap day ends, and quarters end in Auckland, UTC and Los Angeles.
  '2024-02-29T23:30:00Z',
  '2026-09-30T11:00:00Z',
  '2026-12-31T00:00:00Z',
  '2026-07-01T07:00:00Z',
  // 01:30 in Berlin.
  '2026-11-20T00:30:00Z',
];
const MOMENTS = EDGES.flatMap((edge) => [-1, 0, 1].map((second) => Date.parse(edge) / 1000 + second));

const formats = new Map(
  ZONES.map((zone) => [
    zone,
    new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      hourCycle: 'h23',
    }),
  ]),
);

/** Local date and time in a zone. */
function wallClock(zone: string, at: number): { date: string; hour: number } {
  const parts = Object.fromEntries(
    (formats.get(zone)?.formatToParts(at * 1000) ?? []).map((part) => [part.type, part.value]),
  );
  return { date: `${parts['year']}-${parts['month']}-${parts['day']}`, hour: Number(parts['hour']) };
}

/** The local date, or before the day's end the previous date that existed. */
function plainDay(zone: string, dayEndsAt: number, at: number): string {
  const { date, hour } = wallClock(zone, at);
  if (hour >= dayEndsAt) return date;
  let before = at;
  while (wallClock(zone, before).date === date) before -= 3600;
  return wallClock(zone, before).date;
}

const viewing = (more: Partial<Viewing>): Viewing => ({
  at: null,
  statedAt: null,
  shownDay: null,
  seconds: 60,
  secondsSource: 'person',
  medium: 'other',
  activity: 'watching',
  attention: 'focused',
  language: null,
  languageSource: null,
  title: 'x',
  collection: null,
  work: null,
  film: null,
  places: [],
  references: [{ source: 'log', ref: 'x' }],
  batchId: null,
  ...more,
});

const question = (more: Partial<StatsQuestion> = {}): StatsQuestion => ({
  from: null,
  to: null,
  by: 'day',
  medium: null,
  language: null,
  ...more,
});

const sumBy = <T>(list: readonly T[], amount: (one: T) => number): number =>
  list.reduce((sum, one) => sum + amount(one), 0);

/** Days with anything on the heatmap. */
function daysOnHeatmap(text: string, first: string): string[] {
  const lines = text.split('\n').slice(1, 8);
  return lines
    .flatMap((line, weekday) =>
      Array.from(line.slice(4)).flatMap((sign, column) =>
        column % 2 === 0 && '░▒▓█'.includes(sign) ? [(column / 2) * 7 + weekday] : [],
      ),
    )
    .map((days) => new Date(Date.parse(first) + days * 86_400_000).toISOString().slice(0, 10))
    .sort();
}

for (const zone of ZONES) {
  test(`progress, history, statistics, heatmap and streak agree on the day with the wall clock in ${zone}`, (t) => {
    const moments = fc.uniqueArray(
      fc.record({
        at: fc.oneof(
          fc.constantFrom(...MOMENTS),
          fc
            .tuple(fc.constantFrom(...MOMENTS), fc.integer({ min: -200_000, max: 200_000 }))
            .map(([at, more]) => at + more),
        ),
        seconds: fc.integer({ min: 60, max: 7200 }),
      }),
      { maxLength: 39, selector: ({ at }) => at },
    );
    fc.assert(
      fc.property(moments, fc.constantFrom(0, 4), fc.constantFrom(...MOMENTS), (history, dayEndsAt, now) => {
        const days = createDays({ zones: [{ from: null, zone }], dayEndsAt });
        const context = { now: now * 1000, days, weekStartsOn: 'monday' as const, minimumSeconds: 60 };
        const stats = createStatsTally(question(), context);
        const progress = createProgressTally(context);
        for (const one of history) for (const tally of [stats, progress]) tally.add(viewing(one));

        const past = history.filter(({ at }) => at <= now);
        const expected = Map.groupBy(past, ({ at }) => plainDay(zone, dayEndsAt, at));
        const secondsOf = (day: string) => sumBy(expected.get(day) ?? [], ({ seconds }) => seconds);
        const { today, rows, streak } = stats.result();
        t.is(today, plainDay(zone, dayEndsAt, now));
        for (const day of [...expected.keys(), today]) {
          const when = parseWhen(day, { now: now * 1000, days });
          const listed = past.filter(({ at }) => when && at >= when.from && at <= when.until);
          t.deepEqual(listed, expected.get(day) ?? [], `history since and until ${day}`);
        }
        const told = rows.filter(({ key, viewings }) => key !== 'undated' && viewings > 0);
        t.deepEqual(
          told.map(({ key, milliseconds }) => [key, milliseconds / 1000]),
          [...expected.keys()].sort().map((day) => [day, secondsOf(day)]),
        );

        const dayBefore = (day: string, count: number) =>
          new Date(Date.parse(day) - count * 86_400_000).toISOString().slice(0, 10);
        t.deepEqual(
          progress.result().dailyActivity.map(({ daysAgo, minutesWatched }) => [daysAgo, minutesWatched]),
          [6, 5, 4, 3, 2, 1, 0].map((ago) => [ago, Math.floor(secondsOf(dayBefore(today, ago)) / 60)]),
        );

        let length = 0;
        const start = expected.has(today) ? 0 : 1;
        while (expected.has(dayBefore(today, start + length))) length += 1;
        t.is(streak.days, length);

        const answer = {
          today,
          week_starts_on: 'monday',
          rows: rows.map(({ key, milliseconds }) => ({ key, seconds: milliseconds / 1000 })),
        } as StatsAnswer;
        const range = heatmapRange(answer, undefined);
        const screen = screenOf(process.stdout, { NO_COLOR: '1', COLUMNS: '120' });
        t.deepEqual(
          daysOnHeatmap(heatmap(answer, range, screen), range.from),
          [...expected.keys()].filter((day) => day >= range.from).sort(),
        );
      }),
      { numRuns: 15 },
    );
  });
}

test('half past one is yesterday where days end at four, in every view', (t) => {
  const at = Date.parse('2026-11-20T00:30:00Z') / 1000;
  const days = createDays({ zones: [{ from: null, zone: 'Europe/Berlin' }], dayEndsAt: 4 });
  const context = { now: (at + 9 * 3600) * 1000, days, weekStartsOn: 'monday' as const, minimumSeconds: 60 };
  const progress = createProgressTally(context);
  const one = viewing({ at, seconds: 600 });
  progress.add(one);
  t.deepEqual(progress.result().dailyActivity.slice(-2), [
    { daysAgo: 1, minutesWatched: 10 },
    { daysAgo: 0, minutesWatched: 0 },
  ]);
  const rowsBy = (by: Split) => {
    const tally = createStatsTally(question({ by }), context);
    tally.add(one);
    const { rows, streak } = tally.result();
    t.like(streak, { days: 1, from: '2026-11-19', isTodayCounted: false });
    return rows.filter(({ viewings }) => viewings > 0).map(({ key }) => key);
  };
  const yesterday = parseWhen('yesterday', context);
  t.true(yesterday && at >= yesterday.from && at <= yesterday.until, 'history');
  t.deepEqual([rowsBy('day'), rowsBy('weekday'), rowsBy('hour')], [['2026-11-19'], ['thursday'], ['1']]);
});

const COLLECTIONS = (['show', 'channel', 'podcast'] as const).flatMap((kind) =>
  ['a', 'b'].map((id) => ({ kind, id, name: null, image: null, tvdbId: kind === 'show' ? 7 : null, isRecorded: true })),
);
const anyViewing: fc.Arbitrary<Viewing> = fc
  .record({
    at: fc.option(fc.integer({ min: Date.parse('2023-01-01') / 1000, max: Date.parse('2026-12-31') / 1000 }), {
      nil: null,
    }),
    seconds: fc.oneof(fc.integer({ min: 0, max: 9000 }), fc.double({ min: 0, max: 9000, noNaN: true })),
    secondsSource: fc.constantFrom(...SECONDS_SOURCES),
    medium: fc.constantFrom(...MEDIA),
    attention: fc.constantFrom('focused', 'focused', 'background'),
    language: fc.constantFrom('ja', 'es', null),
    collection: fc.constantFrom(null, ...COLLECTIONS),
  })
  .map(viewing);

test('the rows of every split sum to the total, whatever is asked', (t) => {
  const days = createDays({ zones: [{ from: null, zone: 'America/Havana' }], dayEndsAt: 4 });
  const now = Date.parse('2026-11-21T12:00:00Z');
  const asked = fc.record({
    from: fc.constantFrom(null, '2024-02-29', '2026-11-01'),
    to: fc.constantFrom(null, '2026-11-10', '2027-05-05'),
    medium: fc.constantFrom(null, ...MEDIA),
    language: fc.constantFrom(null, 'ja', 'unknown'),
  });
  fc.assert(
    fc.property(fc.array(anyViewing, { maxLength: 60 }), asked, (history, limits) => {
      const totals = SPLITS.map((by) => {
        const tally = createStatsTally({ ...limits, by }, { now, days, weekStartsOn: 'sunday', minimumSeconds: 60 });
        for (const one of history) tally.add(one);
        const { total, rows } = tally.result();
        for (const name of ['milliseconds', 'backgroundMilliseconds', 'estimatedMilliseconds', 'viewings'] as const) {
          t.is(
            sumBy(rows, (row) => row[name]),
            total[name],
            `${name} by ${by}`,
          );
        }
        t.is(new Set(rows.map(({ key }) => key)).size, rows.length, `keys by ${by}`);
        return total;
      });
      for (const total of totals) t.deepEqual(total, totals[0]);
      const isAll = Object.values(limits).every((limit) => limit === null);
      const focused = history.filter(({ attention }) => attention === 'focused');
      if (isAll)
        t.is(
          totals[0]?.milliseconds,
          sumBy(focused, ({ seconds }) => Math.round(seconds * 1000)),
        );
    }),
    { numRuns: 100 },
  );
});
