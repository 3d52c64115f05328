export interface Count {
  done: number;
  total: number;
}

/** Before this, the pace is too uncertain. */
const EARLIEST_MILLISECONDS = 3000;
const SHORTEST_SECONDS = 5;

/** `about 3 min left`, by the pace since `since`; null if it is too early to tell, or almost done. */
export function remainingText(
  { done, total }: Count,
  { since, milliseconds }: { since: number; milliseconds: number },
): string | null {
  const worked = done - since;
  if (worked <= 0 || done >= total || milliseconds < EARLIEST_MILLISECONDS) return null;
  const seconds = Math.round(((total - done) * milliseconds) / worked / 1000);
  if (seconds < SHORTEST_SECONDS) return null;
  if (seconds < 60) return `about ${Math.ceil(seconds / 10) * 10} s left`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `about ${minutes} min left` : `about ${Math.round(minutes / 6) / 10} h left`;
}

/** Tracks counted work. The pace restarts with each phase: a different total, or a lower count. */
export function createEstimate(now: () => number): (count: Count) => string | null {
  let phase: { total: number; since: number; last: number; startedAt: number } | undefined;
  return ({ done, total }) => {
    if (!phase || phase.total !== total || done < phase.last) {
      phase = { total, since: done, last: done, startedAt: now() };
    }
    phase.last = done;
    return remainingText({ done, total }, { since: phase.since, milliseconds: now() - phase.startedAt });
  };
}
