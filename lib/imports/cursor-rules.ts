/** The parts of an incremental sync, in order. */
export const SYNC_STAGES = ['movies', 'episodes', 'watchlist', 'ratings'] as const;
export type SyncStage = (typeof SYNC_STAGES)[number];

/** Instants are epoch seconds. */
export interface StageCursor {
  /** The start of the last job in which the stage succeeded. */
  at: number;
  /** Trakt's time of the last change of this kind, as of that job; null if unknown. */
  activityAt: number | null;
  /** Everything from here to `at` has been read; 0 for all, undefined if not recorded. */
  from?: number | undefined;
}

export type SyncCursors = Partial<Record<SyncStage, StageCursor>>;

const FIRST_SYNC_SECONDS = 24 * 60 * 60;
const OVERLAP_SECONDS = 60 * 60;

/**
 * Where a stage starts reading: an hour before its last successful job, else where an import stopped, else one day
 * back. Never in the future.
 */
export const stageStart = (cursor: StageCursor | undefined, now: number, importedTo?: number): number =>
  Math.min(cursor ? cursor.at - OVERLAP_SECONDS : (importedTo ?? now - FIRST_SYNC_SECONDS), now);

/** Whether a stage may have changes; if Trakt doesn't say, it may. */
export const hasChanged = (cursor: StageCursor | undefined, activityAt: number | null): boolean =>
  activityAt === null || cursor?.activityAt == null || activityAt !== cursor.activityAt;

/** The cursors after a job that began at `startedAt`. A stage that failed or didn't run keeps its cursor. */
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
    // A list without changes is as complete as before.
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
 * Records how far imports have read each list; until a sync succeeds, the earliest counts. Drops cursors whose syncs
 * began after the end of an archive, since plays in between are missing.
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

/** Up to when imports have read each list: their start, or an archive's newest play. */
export type ImportedTo = Partial<Record<SyncStage, number>>;

/** The time of the last sync: advances only if every stage ran and succeeded. */
export function lastSyncAt(
  previous: number | null,
  { startedAt, stages }: { startedAt: number; stages: Partial<Record<SyncStage, { failed: number }>> },
): number | null {
  return SYNC_STAGES.every((stage) => stages[stage]?.failed === 0) ? Math.max(startedAt, previous ?? 0) : previous;
}
