import { useState } from 'preact/hooks';
import type { StatsAnswer } from '../lib/stats/stats-contract.ts';
import { ChartTable } from './chart-table.tsx';
import { countOf, daysAfter, formatDay, formatLength, formatMonth, startOfWeek } from './format.ts';
import { useWidth } from './width.ts';

const WEEKS = 53;
const LABELS = 30;
const TOP = 16;
const SMALLEST_CELL = 11;
const LARGEST_CELL = 16;
/** Minimum minutes of each step, as in `immersion heatmap`. */
const STEPS = [0, 1 / 60, 30, 60, 120];
const LEGEND = ['nothing', 'under 30m', '30m', '1h', '2h and more'];

/** Days of a year, or of the weeks up to today, by time. */
export function HeatmapCard({ days }: { days: StatsAnswer | null }) {
  const { ref, width } = useWidth(640);
  const [year, setYear] = useState('');
  if (!days) return null;
  const secondsOn = new Map(days.rows.map(({ key, seconds }) => [key, seconds]));
  const years = [...new Set(days.rows.filter(({ key }) => key !== 'undated').map(({ key }) => key.slice(0, 4)))];
  const from =
    year === '' ? daysAfter(startOfWeek(days.today, days.week_starts_on), -7 * (WEEKS - 1)) : `${year}-01-01`;
  const last = year === '' ? days.today : `${year}-12-31`;
  const to = last < days.today ? last : days.today;
  const first = startOfWeek(from, days.week_starts_on);
  const weeks = weeksFrom(first, to);

  // As many weeks per row as are legible; the rest wrap.
  const lines = Math.ceil((weeks.length * SMALLEST_CELL) / Math.max(1, width - LABELS));
  const perLine = Math.ceil(weeks.length / lines);
  const cell = Math.min(LARGEST_CELL, (width - LABELS) / perLine);
  const active = weeks.flat().filter((day) => day >= from && day <= to && (secondsOn.get(day) ?? 0) > 0);
  return (
    <section class="card wide">
      <div class="row">
        <h2>{year === '' ? 'The last year' : year}</h2>
        <label>
          <span class="unseen">Year</span>
          <select value={year} onChange={(event) => setYear(event.currentTarget.value)}>
            <option value="">Up to today</option>
            {years.toReversed().map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </label>
      </div>
      <p class="quiet">{countOf(active.length, 'active day')}</p>
      <ChartTable
        title="Time by day"
        head={['Day', 'Time']}
        rows={active.toReversed().map((day) => [formatDay(day), formatLength(secondsOn.get(day) ?? 0)])}
      >
        <div ref={ref} class="heatmap">
          {Array.from({ length: lines }, (_, line) => (
            <Weeks
              key={line}
              weeks={weeks.slice(line * perLine, (line + 1) * perLine)}
              range={{ from, to }}
              secondsOn={secondsOn}
              size={{ cell, width }}
            />
          ))}
          <ul class="legend" aria-hidden="true">
            {LEGEND.map((said, step) => (
              <li key={said}>
                <svg width="12" height="12">
                  <rect class={`step${step}`} width="12" height="12" rx="2" />
                </svg>{' '}
                {said}
              </li>
            ))}
          </ul>
        </div>
      </ChartTable>
    </section>
  );
}

function weeksFrom(first: string, to: string): string[][] {
  const weeks: string[][] = [];
  for (let start = first; start <= to; start = daysAfter(start, 7)) {
    weeks.push(Array.from({ length: 7 }, (_, index) => daysAfter(start, index)));
  }
  return weeks;
}

function Weeks({
  weeks,
  range: { from, to },
  secondsOn,
  size: { cell, width },
}: {
  weeks: string[][];
  range: { from: string; to: string };
  secondsOn: Map<string, number>;
  size: { cell: number; width: number };
}) {
  const side = cell - 2;
  return (
    <svg
      width={width}
      height={TOP + 7 * cell}
      role="img"
      aria-label={`Time by day from ${formatDay(weeks[0]?.[0] ?? from)} to ${formatDay(to)}`}
    >
      {weeks[0]?.map((day, index) =>
        index % 2 === 0 ? (
          <text key={day} x={0} y={TOP + index * cell + side - 1}>
            {formatDay(day).slice(0, 3)}
          </text>
        ) : null,
      )}
      {weeks.map((week, column) => {
        const month = week.find((day) => day.endsWith('-01'));
        const isRoomy = column < weeks.length - 1;
        return (
          <g key={week[0]}>
            {month && isRoomy && (
              <text x={LABELS + column * cell} y={11}>
                {formatMonth(month)}
              </text>
            )}
            {week.map((day, index) =>
              day < from || day > to ? null : (
                <rect
                  key={day}
                  class={`step${stepOf(secondsOn.get(day) ?? 0)}`}
                  x={LABELS + column * cell}
                  y={TOP + index * cell}
                  width={side}
                  height={side}
                  rx={2}
                >
                  <title>{`${formatDay(day)}: ${formatLength(secondsOn.get(day) ?? 0)}`}</title>
                </rect>
              ),
            )}
          </g>
        );
      })}
    </svg>
  );
}

const stepOf = (seconds: number): number => STEPS.findLastIndex((minutes) => seconds >= minutes * 60);
