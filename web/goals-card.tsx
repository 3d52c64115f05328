import type { GoalAnswer, GoalsAnswer } from '../lib/goals/goals-contract.ts';
import { useState } from 'preact/hooks';
import { ApiError } from './api.ts';
import type { Desk } from './desk.ts';
import { MEDIUM } from '../lib/viewings/viewing-rules.ts';
import { ChoiceField, LanguageField, LengthField, MEDIUM_CHOICES, lengthOf, textOf } from './fields.tsx';
import { Form } from './form.tsx';
import { formatDate, formatLength, languageName } from './format.ts';
import type { Loaded } from './loaded.ts';
import { Meter } from './meter.tsx';

const PERIODS = [
  ['day', 'Every day'],
  ['week', 'Every week'],
  ['month', 'Every month'],
  ['year', 'Every year'],
  ['all', 'Overall'],
] as const;

/** Ids of periodic goals, as set by `immersion goal set`. */
const NAMES: Record<string, string> = { day: 'daily', week: 'weekly', month: 'monthly', year: 'yearly' };

/** Goals with their progress, to set, replace and remove. */
export function GoalsCard({ desk, goals: { data, isMissing } }: { desk: Desk; goals: Loaded<GoalsAnswer> }) {
  const [message, setMessage] = useState<string | null>(null);
  if (isMissing || !data) return null;

  const put = ({ id, seconds, period, medium, language, by }: Omit<GoalBody, 'id'> & { id: string }) =>
    desk.call(`goals/${id}`, { method: 'PUT', body: { seconds, period, medium, language, by } });
  const drop = (id: string) => desk.call(`goals/${id}`, { method: 'DELETE' });

  const remove = async (goal: GoalAnswer): Promise<void> => {
    try {
      await drop(goal.id);
      desk.changed({ said: `Removed the goal “${goalName(goal)}”.`, undo: () => put(goal) });
    } catch (error) {
      setMessage(error instanceof ApiError ? error.message : String(error));
    }
  };

  const set = async (fields: FormData, form: HTMLFormElement): Promise<string | void> => {
    const goal = goalOf(fields);
    if (goal.seconds <= 0) return 'Enter how much time you want to reach.';
    if (goal.by !== null && goal.period !== 'all') return 'Only an overall goal can have a date.';
    const before = data.goals.find(({ id }) => id === goal.id);
    await put(goal);
    form.reset();
    desk.changed({
      said: `Set the goal “${goalName(goal)}”.`,
      undo: () => (before ? put(before) : drop(goal.id)),
    });
  };

  return (
    <section class="card wide">
      <h2>Goals</h2>
      {data.goals.length === 0 && <p class="quiet">No goals yet. Many learners begin with 30 minutes every day.</p>}
      <ul class="goals">
        {sorted(data.goals).map((goal) => (
          <li key={goal.id}>
            <div class="row">
              <h3>{goalName(goal)}</h3>
              <button class="plain" aria-label={`Remove the goal ${goalName(goal)}`} onClick={() => void remove(goal)}>
                Remove
              </button>
            </div>
            <Meter label={goalName(goal)} value={goal.done_seconds / goal.seconds} />
            <p class="quiet">{goalFacts(goal)}</p>
          </li>
        ))}
      </ul>
      <p role="alert" class="message">
        {message}
      </p>
      <details>
        <summary>Set a goal</summary>
        <Form onSend={set} action="Set goal">
          <LengthField maximumHours={100_000} />
          <ChoiceField label="Period" name="period" choices={PERIODS} />
          <LanguageField none="Any language" />
          <ChoiceField label="Medium" name="medium" choices={[['', 'Any medium'], ...MEDIUM_CHOICES]} />
          <label>
            By
            <input name="by" type="date" aria-describedby="by-hint" />
            <span class="quiet" id="by-hint">
              Only for an overall goal
            </span>
          </label>
        </Form>
      </details>
    </section>
  );
}

/** Shortest period first; total goals by length. */
const sorted = (goals: GoalAnswer[]): GoalAnswer[] =>
  goals.toSorted((a, b) => rankOf(a) - rankOf(b) || a.seconds - b.seconds);

const rankOf = ({ period }: GoalAnswer): number => PERIODS.findIndex(([key]) => key === period);

type GoalBody = Pick<GoalAnswer, 'id' | 'seconds' | 'period' | 'medium' | 'language' | 'by'>;

function goalOf(fields: FormData): GoalBody {
  const seconds = lengthOf(fields);
  const period = textOf(fields, 'period') as GoalAnswer['period'];
  const medium = textOf(fields, 'medium') as GoalAnswer['medium'];
  const language = textOf(fields, 'language');
  const length = seconds % 3600 === 0 ? `${seconds / 3600}h` : `${seconds / 60}m`;
  return {
    id: [NAMES[period] ?? length, language, medium].filter((part) => part !== null).join('-'),
    seconds,
    period,
    medium,
    language,
    by: textOf(fields, 'by'),
  };
}

/** `45m every day`, `1,500h of Japanese`, `1,500h overall` */
function goalName({ seconds, period, language, medium, by }: GoalBody): string {
  const said = PERIODS.find(([key]) => key === period)?.[1].toLowerCase();
  const isWhole = period === 'all' && language !== null;
  const kind = medium && MEDIUM[medium].label.toLowerCase();
  return [
    formatLength(seconds),
    isWhole ? '' : ` ${said}`,
    language === null ? '' : ` of ${languageName(language)}`,
    kind === null ? '' : ` (${kind})`,
    by === null ? '' : ` by ${formatDate(by)}`,
  ].join('');
}

function goalFacts(goal: GoalAnswer): string {
  const { done_seconds: done, left_seconds: left, projected, needed_per_day_seconds: needed, pace } = goal;
  if (goal.met) return `Met: ${formatLength(done)}`;
  const facts = [`${formatLength(done)} done`, `${formatLength(left)} to go`];
  if (needed !== null && goal.period !== 'day') facts.push(`${formatLength(needed)} a day needed`);
  if (goal.period !== 'day') facts.push(`pace ${formatLength(pace.last_30_days)} a day`);
  if (projected && goal.period === 'all') {
    const { earliest, latest } = projected;
    facts.push(`at this pace ${formatDate(earliest)}${latest === earliest ? '' : ` to ${formatDate(latest)}`}`);
  }
  return facts.join(' · ');
}
