/** With more plays of a series on one day than this, they may have been marked in bulk. */
const MOST_PLAYS_A_DAY = 4;

/** Epoch seconds; null if unknown. */
export interface Play {
  at: number | null;
  seconds: number;
}

/**
 * Groups events of one film or episode into plays: an event within the length of the previous play belongs to it, as
 * players report interruptions.
 */
export function playsOf<Event extends { at: number }>(
  events: readonly Event[],
  lengthSeconds: number,
): { at: number; events: Event[] }[] {
  const plays: { at: number; events: Event[] }[] = [];
  for (const event of events.toSorted((a, b) => a.at - b.at)) {
    const last = plays.at(-1);
    if (last && (event.at === last.at || event.at - last.at < lengthSeconds)) last.events.push(event);
    else plays.push({ at: event.at, events: [event] });
  }
  return plays;
}

/**
 * Plays of one series that were marked in bulk: more than four on one day, with a median distance below half their
 * median length.
 */
export function tickedOff<T extends Play>(plays: readonly T[], dayOf: (epochSeconds: number) => string): Set<T> {
  const dated = plays.filter((play): play is T & { at: number } => play.at !== null);
  if (dated.length <= MOST_PLAYS_A_DAY) return new Set();
  const byDay = Map.groupBy(
    dated.toSorted((a, b) => a.at - b.at),
    ({ at }) => dayOf(at),
  );
  return new Set(
    [...byDay.values()]
      .filter((day) => {
        if (day.length <= MOST_PLAYS_A_DAY) return false;
        const distances = day.slice(1).map(({ at }, index) => at - (day[index]?.at ?? at));
        return median(distances) < median(day.map(({ seconds }) => seconds)) / 2;
      })
      .flat(),
  );
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}
