import { stageOf } from './plan-rules.ts';
import { type Run, stagesOf, withCounts, withSkipped } from './job-rules.ts';
import type { SyncStage } from './cursor-rules.ts';
import type { ImportEvent, SkippedEntry } from './event-rules.ts';
import { CHUNK_PREFIX, chunkKey, keyAttributes, runPartition } from './job-items.ts';
import { absent, type Store } from '../core/store/store.ts';
import type { RunEvents } from './events-service.ts';

/** An entry of an archive that cannot be imported, and its list. */
export type ListedSkip = SkippedEntry & { list: SyncStage };

/** The events of an archive, which come in chunks. */
export interface RunUpload {
  /** Takes a chunk in. Repeating it changes nothing. */
  receive(request: {
    run: Run;
    number: number;
    events: readonly ImportEvent[];
    skipped: readonly ListedSkip[];
  }): Promise<void>;
  /** The run with everything that came, as it begins to import. */
  counted(run: Run): Promise<Run>;
}

/** How long is kept what a chunk of a run that never began has brought. */
const KEPT_SECONDS = 30 * 24 * 60 * 60;
/** Titles of a chunk's skipped entries have so much room in its item; behind that, entries go without. */
const TITLE_BYTES = 150_000;

export function createRunUpload({
  store,
  events,
  seconds,
}: {
  store: Store;
  events: RunEvents;
  seconds: () => number;
}): RunUpload {
  return {
    async receive({ run: { runId, options }, number, events: brought, skipped }) {
      const wanted = stagesOf(options);
      const kept = brought.filter((event) => wanted.includes(stageOf(event)));
      await events.keep({ runId, chunk: number, events: kept });
      const counts = Object.fromEntries(
        wanted.map((stage) => [stage, kept.filter((one) => stageOf(one) === stage).length]),
      );
      const notice = {
        ...keyAttributes(chunkKey(runId, number)),
        counts: JSON.stringify(counts),
        skipped: JSON.stringify(withinBytes(skipped.filter(({ list }) => wanted.includes(list)))),
        expires_at: seconds() + KEPT_SECONDS,
      };
      await store.put(notice, absent);
    },

    async counted(before) {
      const { runId, options } = before;
      let run = before;
      for await (const item of store.query(runPartition(runId), { prefix: CHUNK_PREFIX, consistent: true })) {
        const counts = JSON.parse(String(item['counts'])) as Partial<Record<SyncStage, number>>;
        const skipped = JSON.parse(String(item['skipped'])) as ListedSkip[];
        for (const stage of stagesOf(options)) {
          const entries = skipped
            .filter(({ list }) => list === stage)
            .map(({ reason, title, traktId }) => ({ reason, title, traktId }));
          run = withCounts(run, stage, { total: (counts[stage] ?? 0) + entries.length });
          run = withSkipped(run, stage, entries);
        }
      }
      return { ...run, phase: 'importing', total: await events.countTitles(runId) };
    },
  };
}

function withinBytes(entries: readonly ListedSkip[]): ListedSkip[] {
  let room = TITLE_BYTES;
  return entries.map((entry) => {
    room -= Buffer.byteLength(entry.title ?? '');
    return room >= 0 ? entry : { ...entry, title: null };
  });
}
