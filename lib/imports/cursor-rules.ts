/** The parts of an incremental sync, in the order in which they run. */
export const SYNC_STAGES = ['movies', 'episodes', 'watchlist', 'ratings'] as const;
export type SyncStage = (typeof SYNC_STAGES)[number];

/** How far a stage has come. Instants are epoch seconds. */
export interface StageCursor {
  /** The start of the last job in which all of the stage was good. */
  at: number;
  /** When Trakt last saw a change of this kind, as it said in that job; null when it did not say. */
  activityAt: number | null;
}

export type SyncCursors = Partial<Record<SyncStage, StageCursor>>;

const FIRST_SYNC_SECONDS = 24 * 60 * 60;
const OVERLAP_SECONDS = 60 * 60;

/** From when a stage reads: an hour before its last good job, a day back the first time, never in the future. */
export const stageStart = (cursor: StageCursor | undefined, now: number): number =>
  Math.min(cursor ? cursor.at - OVERLAP_SECONDS : now - FIRST_SYNC_SECONDS, now);

/** Whether a stage has anything to read; what Trakt says nothing of is read. */
export const hasMoved = (cursor: StageCursor | undefined, activityAt: number | null): boolean =>
  activityAt === null || cursor?.activityAt == null || activityAt !== cursor.activityAt;

/** The cursors after a job that began at `startedAt`: a stage with a failed item keeps its own, one that did not run too. */
export function advanceCursors(
  cursors: SyncCursors,
  {
    startedAt,
    stages,
  }: { startedAt: number; stages: Partial<Record<SyncStage, { failed: number; activityAt: number | null }>> },
): SyncCursors {
  const next = { ...cursors };
  for (const stage of SYNC_STAGES) {
    const job = stages[stage];
    if (!job || job.failed > 0) continue;
    next[stage] = { at: Math.max(startedAt, cursors[stage]?.at ?? 0), activityAt: job.activityAt };
  }
  return next;
}

/** The time of the last sync as it is shown: it moves only when every stage ran and was good. */
export function lastSyncAt(
  previous: number | null,
  { startedAt, stages }: { startedAt: number; stages: Partial<Record<SyncStage, { failed: number }>> },
): number | null {
  return SYNC_STAGES.every((stage) => stages[stage]?.failed === 0) ? Math.max(startedAt, previous ?? 0) : previous;
}
