/** At most this many starts in any window of this length. */
export interface PaceWindow {
  starts: number;
  milliseconds: number;
}

/** The next free start after those reserved, and the new reservations. Epoch milliseconds, oldest first. */
export function reserveStart(
  reserved: readonly number[],
  {
    now,
    notBefore,
    window,
    longestWaitMs,
  }: { now: number; notBefore: number; window: PaceWindow; longestWaitMs: number },
): { start: number; reserved: number[] } {
  // Later reservations were made before the clock was set back.
  const kept = reserved.filter((start) => start > now - window.milliseconds && start <= now + longestWaitMs);
  const full = kept.at(-window.starts);
  const start = Math.max(now, notBefore, kept.at(-1) ?? 0, full === undefined ? 0 : full + window.milliseconds);
  return { start, reserved: [...kept, start].slice(-window.starts) };
}
