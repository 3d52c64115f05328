import test from 'ava';
import { isReleasedBy } from '../lib/tmdb/release-date-rules.ts';

for (const [date, other, expected] of [
  ['2026-03-01', '2026-03-01', true],
  ['2026-03-02', '2026-03-01', false],
  ['2025-12-31', '2026-01-01', true],
  ['2026-03', '2026-03-15', true],
  ['2026-04', '2026-03-15', false],
  ['2026-03-15', '2026-03', true],
  ['2026', '2026-01-01', true],
  ['2027', '2026-12-31', false],
  [null, '2026-03-01', false],
  ['2026-03-01', null, false],
  [null, null, false],
] as const) {
  test(`an episode of ${date} is ${expected ? '' : 'not '}back-filled for one of ${other}`, (t) => {
    t.is(isReleasedBy(date, other), expected);
  });
}
