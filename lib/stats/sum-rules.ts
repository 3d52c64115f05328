import type { SecondsSource, Viewing } from '../viewings/viewing-rules.ts';

/** In whole milliseconds, so that the sums of any split equal the total. */
export interface Sum {
  milliseconds: number;
  backgroundMilliseconds: number;
  /** Part of the focused time. */
  estimatedMilliseconds: number;
  viewings: number;
}

const ESTIMATES: ReadonlySet<SecondsSource> = new Set<SecondsSource>(['average', 'guess']);

export const emptySum = (): Sum => ({
  milliseconds: 0,
  backgroundMilliseconds: 0,
  estimatedMilliseconds: 0,
  viewings: 0,
});

export function addViewing(sum: Sum, { seconds, secondsSource, attention }: Viewing): void {
  const milliseconds = Math.round(seconds * 1000);
  sum.viewings += 1;
  if (attention === 'background') {
    sum.backgroundMilliseconds += milliseconds;
    return;
  }
  sum.milliseconds += milliseconds;
  if (ESTIMATES.has(secondsSource)) sum.estimatedMilliseconds += milliseconds;
}
