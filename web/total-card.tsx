import type { GoalsAnswer } from '../lib/goals/goals-contract.ts';
import type { ProgressAnswer } from '../lib/progress/progress-contract.ts';
import { useState } from 'preact/hooks';
import type { StatsAnswer } from '../lib/stats/stats-contract.ts';
import { ChartTable } from './chart-table.tsx';
import { curveOf, type Curve } from './curve.ts';
import type { Desk } from './desk.ts';
import { countOf, formatCount, formatDate, formatLength, languageName } from './format.ts';
import { useLoaded } from './loaded.ts';
import { useWidth } from './width.ts';

/** Hours of the comprehensible-input ladder. */
const LADDER = [50, 150, 300, 600, 1000, 1500];
const HEIGHT = 220;
const SPACE = { top: 16, right: 8, bottom: 24, left: 52 };

interface Props {
  desk: Desk;
  days: StatsAnswer | null;
  goals: GoalsAnswer | null;
  progress: ProgressAnswer | null;
}

/** Total hours, their curve, and the ladder's steps. */
export function TotalCard({ desk, days, goals, progress }: Props) {
  if (!days) return null;
  const { seconds, background_seconds: background } = days.total;
  const said = [
    `${formatLength(days.sources.measured_seconds)} measured`,
    `${formatLength(days.sources.estimated_seconds)} estimated`,
    ...(background > 0 ? [`${formatLength(background)} more in the background`] : []),
  ];
  return (
    <section class="card wide">
      <h2>Total</h2>
      <p class="figure" id="total">
        {formatLength(seconds)}
      </p>
      <p class="quiet">{said.join(', ')}</p>
      {progress && <p class="quiet">{countsOf(progress)}</p>}
      {days.rows.length > 0 && <Road desk={desk} all={days} goals={goals?.goals ?? []} />}
    </section>
  );
}

/** Cumulative hours in one language or all, up to the ladder's next steps. */
function Road({ desk, all, goals }: { desk: Desk; all: StatsAnswer; goals: GoalsAnswer['goals'] }) {
  const { ref, width } = useWidth(640);
  const [chosen, setChosen] = useState<string | null>(null);
  const totals = goals.filter(({ period, medium }) => period === 'all' && medium === null);
  const languages = [...new Set(totals.flatMap(({ language }) => language ?? []))];
  const language = chosen ?? languages[0] ?? '';
  const one = useLoaded<StatsAnswer>(
    desk.call,
    language === '' ? null : `stats?by=day&language=${language}`,
    desk.version,
  );
  const stats = language === '' ? all : one.data;
  const own = totals.filter((goal) => (goal.language ?? '') === language).map((goal) => goal.seconds / 3600);
  const steps = own.length > 0 ? [...new Set(own)].sort((a, b) => a - b) : LADDER;
  const curve = stats && curveOf(stats);
  const next = stats && steps.find((step) => step * 3600 > stats.total.seconds);
  return (
    <>
      <div class="row">
        <p>
          {stats &&
            next &&
            `Next step: ${formatCount(next)}h, ${formatLength(next * 3600 - stats.total.seconds)} to go`}
        </p>
        {languages.length > 0 && (
          <label>
            <span class="unseen">Language of the curve</span>
            <select value={language} onChange={(event) => setChosen(event.currentTarget.value)}>
              <option value="">All languages</option>
              {languages.map((code) => (
                <option key={code} value={code}>
                  {languageName(code)}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      {curve && (
        <ChartTable
          title="Total hours by month"
          head={['Month', 'Total']}
          rows={curve.months.map(({ label, seconds: total }) => [label, formatLength(total)])}
        >
          <div ref={ref}>
            <CurveChart curve={curve} steps={steps} width={width} />
          </div>
        </ChartTable>
      )}
    </>
  );
}

function CurveChart({ curve: { points, from, to }, steps, width }: { curve: Curve; steps: number[]; width: number }) {
  const last = points.at(-1)?.seconds ?? 0;
  const nextStep = steps.find((step) => step * 3600 > last);
  // Include the next step unless it would flatten the curve.
  const top = Math.max(nextStep && nextStep * 3600 < last * 2.5 ? nextStep * 3600 * 1.05 : 0, last * 1.1, 3600);
  const plotWidth = width - SPACE.left - SPACE.right;
  const plotHeight = HEIGHT - SPACE.top - SPACE.bottom;
  const x = (position: number) => SPACE.left + position * plotWidth;
  const y = (seconds: number) => SPACE.top + plotHeight * (1 - seconds / top);
  const line = points.map(({ position, seconds }) => `${x(position).toFixed(1)},${y(seconds).toFixed(1)}`).join(' ');
  const shown = legible(
    steps.filter((step) => step * 3600 <= top),
    (step) => y(step * 3600),
  );
  return (
    <svg
      class="curve"
      width={width}
      height={HEIGHT}
      role="img"
      aria-label={`Total hours from ${formatDate(from)} to ${formatDate(to)}: ${formatLength(last)}`}
    >
      {shown.map((step) => (
        <g key={step} class={step * 3600 <= last ? 'step reached' : 'step'}>
          <line x1={SPACE.left} x2={width - SPACE.right} y1={y(step * 3600)} y2={y(step * 3600)} />
          <text x={SPACE.left - 6} y={y(step * 3600) + 4} text-anchor="end">
            {formatCount(step)}h
          </text>
        </g>
      ))}
      <polygon class="area" points={`${x(0)},${y(0)} ${line} ${x(1)},${y(0)}`} />
      <polyline class="line" points={line} />
      <line class="axis" x1={SPACE.left} x2={width - SPACE.right} y1={y(0)} y2={y(0)} />
      <text x={SPACE.left} y={HEIGHT - 6}>
        {formatDate(from)}
      </text>
      <text x={width - SPACE.right} y={HEIGHT - 6} text-anchor="end">
        {formatDate(to)}
      </text>
    </svg>
  );
}

/** Labels from the top that don't overlap. */
function legible(steps: number[], y: (step: number) => number): number[] {
  const kept: number[] = [];
  for (const step of steps.toReversed()) {
    const previous = kept.at(-1);
    if (previous === undefined || y(step) - y(previous) >= 16) kept.push(step);
  }
  return kept;
}

function countsOf(progress: ProgressAnswer): string {
  const parts: [number, string][] = [
    [progress.total_episodes_watched, 'episode'],
    [progress.total_movies_watched, 'film'],
    [progress.youtube_videos_watched, 'video'],
    [progress.spotify_episodes_watched, 'podcast episode'],
  ];
  const said = parts.filter(([count]) => count > 0).map(([count, noun]) => countOf(count, noun));
  return said.join(', ') || 'Nothing recorded yet. Log something, or run immersion sync in your library.';
}
