/** The parts of an incremental sync, in the order in which they run. */
export const SYNC_STAGES = ['movies', 'episodes', 'watchlist', 'ratings'] as const;
export type SyncStage = (typeof SYNC_STAGES)[number];

/** How far a stage has come. Instants are epoch seconds. */
export interface StageCursor {
  /** The start of the last job in which all of the stage was good. */
  at: number;
  /** When Trakt last saw a change of this kind, as it said in that job; null when it did not say. */
  activityAt: number | null;
  /** From when on everything is read up to `at`; 0 for all, undefined where that was not noted. */
  from?: number | undefined;
}

export type SyncCursors = Partial<Record<SyncStage, StageCursor>>;

const FIRST_SYNC_SECONDS = 24 * 60 * 60;
const OVERLAP_SECONDS = 60 * 60;

/**
 * From when a stage reads: an hour before its last good job; else from where an import has read its list up to, however
 * that went; a day back where nothing was ever read. Never in the future.
 */
export const stageStart = (cursor: StageCursor | undefined, now: number, importedTo?: number): number =>
  Math.min(cursor ? cursor.at - OVERLAP_SECONDS : (importedTo ?? now - FIRST_SYNC_SECONDS), now);

/** Whether a stage has anything to read; what Trakt says nothing of is read. */
export const hasMoved = (cursor: StageCursor | undefined, activityAt: number | null): boolean =>
  activityAt === null || cursor?.activityAt == null || activityAt !== cursor.activityAt;

/** The cursors after a job that began at `startedAt`: a stage with a failed item keeps its own, one that did not run too. */
export function advanceCursors(
  cursors: SyncCursors,
  {
    startedAt,
    stages,
  }: {
    startedAt: number;
    stages: Partial<Record<SyncStage, { failed: number; activityAt: number | null; from?: number | undefined }>>;
  },
): SyncCursors {
  const next = { ...cursors };
  for (const stage of SYNC_STAGES) {
    const job = stages[stage];
    if (!job || job.failed > 0) continue;
    const before = cursors[stage];
    // A list that did not move is as whole as before.
    const from = job.from === undefined ? before?.from : Math.min(before?.from ?? job.from, job.from);
    next[stage] = {
      at: Math.max(startedAt, before?.at ?? 0),
      activityAt: job.activityAt,
      ...(from !== undefined && { from }),
    };
  }
  return next;
}

/**
 * How far imports have read each list, and the cursors that still hold: the earliest import counts until a sync was good.
 * A cursor whose syncs began behind the end of an archive leaves a hole, and goes.
 */
export function afterImport(
  { cursors, importedTo }: { cursors: SyncCursors; importedTo: ImportedTo },
  read: ImportedTo,
): { cursors: SyncCursors; importedTo: ImportedTo } {
  const next = { cursors: { ...cursors }, importedTo: { ...importedTo } };
  for (const stage of SYNC_STAGES) {
    const to = read[stage];
    if (to === undefined) continue;
    next.importedTo[stage] = Math.min(importedTo[stage] ?? to, to);
    const from = cursors[stage]?.from;
    if (from !== undefined && to < from) delete next.cursors[stage];
  }
  return next;
}

/** Up to when imports have read each list: their start, or the newest play of an archive. */
export type ImportedTo = Partial<Record<SyncStage, number>>;

/** The time of the last sync as it is shown: it moves only when every stage ran and was good. */
export function lastSyncAt(
  previous: number | null,
  { startedAt, stages }: { startedAt: number; stages: Partial<Record<SyncStage, { failed: number }>> },
): number | null {
  return SYNC_STAGES.every((stage) => stages[stage]?.failed === 0) ? Math.max(startedAt, previous ?? 0) : previous;
}
