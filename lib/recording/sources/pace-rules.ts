/** At most so many starts in any span of so many milliseconds. */
export interface PaceWindow {
  starts: number;
  milliseconds: number;
}

/** When the next request may start behind those that are reserved, and what is reserved then. Instants are milliseconds, oldest first. */
export function reserveStart(
  reserved: readonly number[],
  {
    now,
    notBefore,
    window,
    longestWaitMs,
  }: { now: number; notBefore: number; window: PaceWindow; longestWaitMs: number },
): { start: number; reserved: number[] } {
  // Nobody reserves further ahead: what lies there was written before the clock was set back.
  const kept = reserved.filter((start) => start > now - window.milliseconds && start <= now + longestWaitMs);
  const full = kept.at(-window.starts);
  const start = Math.max(now, notBefore, kept.at(-1) ?? 0, full === undefined ? 0 : full + window.milliseconds);
  return { start, reserved: [...kept, start].slice(-window.starts) };
}
