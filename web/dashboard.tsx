import { useCallback, useMemo, useState } from 'preact/hooks';
import type { GoalsAnswer } from '../lib/goals/goals-contract.ts';
import type { ProgressAnswer } from '../lib/progress/progress-contract.ts';
import type { FollowedShowAnswer, UpcomingEpisode } from '../lib/shows/catalog-contract.ts';
import type { StatsAnswer } from '../lib/stats/stats-contract.ts';
import { ApiError, createCall, type Call, type Session } from './api.ts';
import { Collections } from './collections.tsx';
import type { Desk, Undoable } from './desk.ts';
import { GoalsCard } from './goals-card.tsx';
import { HeatmapCard } from './heatmap-card.tsx';
import { LatestCard } from './latest-card.tsx';
import { useLoaded } from './loaded.ts';
import { LogForm } from './log-form.tsx';
import { RulesCard } from './rules-card.tsx';
import { SettingsCard } from './settings-card.tsx';
import { SplitsCard } from './splits-card.tsx';
import { Summary } from './summary.tsx';
import { TotalCard } from './total-card.tsx';
import { Undo } from './undo.tsx';

interface Props {
  session: Session;
  onExpired: () => void;
  onLogOut: () => void;
}

export function Dashboard({ session, onExpired, onLogOut }: Props) {
  const [version, setVersion] = useState(0);
  const [undoable, setUndoable] = useState<Undoable | null>(null);
  const [isUnreachable, setUnreachable] = useState(false);

  const call = useMemo<Call>(() => {
    const direct = createCall(session);
    return async (path, options) => {
      try {
        const answer = await direct(path, options);
        setUnreachable(false);
        return answer as never;
      } catch (error) {
        if (error instanceof ApiError && error.kind === 'refused') onExpired();
        if (error instanceof ApiError && error.kind === 'unreachable') setUnreachable(true);
        throw error;
      }
    };
  }, [session, onExpired]);

  const again = useCallback(() => setVersion((before) => before + 1), []);
  const changed = useCallback(
    (done: Undoable) => {
      setUndoable(done);
      again();
    },
    [again],
  );

  const days = useLoaded<StatsAnswer>(call, 'stats?by=day', version);
  const progress = useLoaded<ProgressAnswer>(call, 'progress', version);
  const goals = useLoaded<GoalsAnswer>(call, 'goals', version);
  const followed = useLoaded<{ shows: FollowedShowAnswer[] }>(call, 'api/shows', version);
  const upcoming = useLoaded<{ episodes: UpcomingEpisode[] }>(call, 'api/upcoming', version);

  const today = days.data?.today;
  const desk: Desk = { session, call, version, today, changed };
  const error = [days, progress, goals, followed].find((one) => one.error !== null)?.error;
  return (
    <>
      <a class="skip" href="#content">
        Skip to content
      </a>
      <header class="top">
        <h1>immersion</h1>
        <span class="quiet">{session.user}</span>
        {session.authorization !== null && (
          <button class="plain" onClick={onLogOut}>
            Log out
          </button>
        )}
      </header>
      <div role="alert" class="alerts">
        {error && (
          <p class="message">
            {error}{' '}
            {isUnreachable && (
              <button class="plain" onClick={again}>
                Try again
              </button>
            )}
          </p>
        )}
      </div>
      <main id="content" tabIndex={-1}>
        <Summary days={days.data} goals={goals.data} progress={progress.data} />
        <LogForm desk={desk} />
        <TotalCard desk={desk} days={days.data} goals={goals.data} progress={progress.data} />
        <HeatmapCard days={days.data} />
        <SplitsCard desk={desk} />
        <GoalsCard desk={desk} goals={goals} />
        <Collections
          desk={desk}
          progress={progress.data}
          followed={followed.data?.shows ?? []}
          upcoming={upcoming.data?.episodes ?? []}
        />
        <LatestCard desk={desk} />
        <RulesCard desk={desk} progress={progress.data} />
        <SettingsCard desk={desk} />
      </main>
      <Undo desk={desk} undoable={undoable} onDone={setUndoable} />
      <footer class="quiet">
        <a href="docs">API docs</a>
      </footer>
    </>
  );
}
