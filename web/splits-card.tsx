import { useState } from 'preact/hooks';
import type { StatsAnswer } from '../lib/stats/stats-contract.ts';
import type { Desk } from './desk.ts';
import { countOf, formatLength } from './format.ts';
import { useLoaded } from './loaded.ts';

const PERIODS = [
  ['all', 'All time'],
  ['year', 'This year'],
  ['month', 'This month'],
  ['week', 'This week'],
] as const;

/** Hours by language and by medium. */
export function SplitsCard({ desk }: { desk: Desk }) {
  const [period, setPeriod] = useState('all');
  return (
    <section class="card wide">
      <div class="row">
        <h2>Languages and media</h2>
        <label>
          <span class="unseen">Period</span>
          <select value={period} onChange={(event) => setPeriod(event.currentTarget.value)}>
            {PERIODS.map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        </label>
      </div>
      <div class="halves">
        <Split key={`language ${period}`} desk={desk} by="language" period={period} />
        <Split key={`medium ${period}`} desk={desk} by="medium" period={period} />
      </div>
    </section>
  );
}

function Split({ desk, by, period }: { desk: Desk; by: 'language' | 'medium'; period: string }) {
  const { data } = useLoaded<StatsAnswer>(desk.call, `stats?by=${by}&period=${period}`, desk.version);
  if (!data) return <p class="quiet">Loading…</p>;
  if (data.rows.length === 0) return <p class="quiet">Nothing in this period.</p>;
  const most = Math.max(1, ...data.rows.map(({ seconds }) => seconds));
  return (
    <table class="bars">
      <caption>{by === 'language' ? 'By language' : 'By medium'}</caption>
      <thead class="unseen">
        <tr>
          <th scope="col">{by === 'language' ? 'Language' : 'Medium'}</th>
          <th scope="col">Time</th>
        </tr>
      </thead>
      <tbody>
        {data.rows.map(({ key, label, seconds, background_seconds: background, viewings }) => (
          <tr key={key}>
            <th scope="row">{label}</th>
            <td>
              <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
                <rect class="bar" width={(seconds / most) * 100} height={8} />
              </svg>
              <span title={countOf(viewings, 'viewing')}>
                {formatLength(seconds)}
                {background > 0 && <span class="quiet"> + {formatLength(background)} background</span>}
              </span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
