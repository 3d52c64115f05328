import type { TitleReference } from '../titles/title-rules.ts';
import { mergeReferences } from './plan-rules.ts';
import type { ImportEvent } from './event-rules.ts';
import { keyAttributes } from '../core/codec.ts';
import { EVENTS_PREFIX, eventsKey, jobPartition, titleOfEvents } from './job-items.ts';
import { MAXIMUM_TRANSACTION_WRITES, type Item, type Store, type Write } from '../core/store/store.ts';
import { writeAll } from '../core/store/transactions.ts';

/** All events of one title in a job. */
export interface TitleEvents {
  /** Sorts in the order of processing. */
  key: string;
  reference: TitleReference;
  events: ImportEvent[];
}

/** The events of jobs, stored by title until the job is done, so that they never have to fit in memory together. */
export interface JobEvents {
  /** Storing the same chunk again replaces it. */
  keep(request: { jobId: string; chunk: number; events: readonly ImportEvent[] }): Promise<void>;
  countTitles(jobId: string): Promise<number>;
  /** Yields films before series, starting after the key `after`. */
  titles(jobId: string, after: string | null): AsyncIterable<TitleEvents>;
  forget(jobId: string): Promise<void>;
}

/** How long events of unfinished jobs are kept. */
const KEPT_SECONDS = 30 * 24 * 60 * 60;

type KeptEvent = Omit<ImportEvent, 'title'>;

export function createJobEvents({ store, seconds }: { store: Store; seconds: () => number }): JobEvents {
  return {
    async keep({ jobId, chunk, events }) {
      const titles = Map.groupBy(events, ({ title }) => `${title.type} ${title.tmdbId}`);
      const expiresAt = seconds() + KEPT_SECONDS;
      const items = [...titles.values()].flatMap((members): Item[] => {
        const reference = mergeReferences(members.map(({ title }) => title));
        if (!reference) return [];
        return [
          {
            ...keyAttributes(eventsKey(jobId, reference.type, reference.tmdbId, chunk)),
            reference: JSON.stringify(reference),
            events: JSON.stringify(members.map(withoutTitle)),
            expires_at: expiresAt,
          },
        ];
      });
      await writeAll(
        store,
        items.map((put) => ({ put })),
      );
    },

    async countTitles(jobId) {
      let count = 0;
      let last = '';
      const keys = { prefix: EVENTS_PREFIX, projection: ['pk', 'sk'], consistent: true };
      for await (const item of store.query(jobPartition(jobId), keys)) {
        const title = titleOfEvents(item);
        if (title !== last) count += 1;
        last = title;
      }
      return count;
    },

    async *titles(jobId, after) {
      let current: { key: string; references: TitleReference[]; events: ImportEvent[] } | undefined;
      const whole = (title: NonNullable<typeof current>): TitleEvents[] => {
        const reference = mergeReferences(title.references);
        return reference ? [{ key: title.key, reference, events: title.events }] : [];
      };
      // `$` follows `#`, so this sorts after all chunks of the title.
      const range = after === null ? { prefix: EVENTS_PREFIX } : { prefix: EVENTS_PREFIX, from: `${after}$` };
      for await (const item of store.query(jobPartition(jobId), { ...range, consistent: true })) {
        const key = titleOfEvents(item);
        if (current?.key !== key) {
          if (current) yield* whole(current);
          current = { key, references: [], events: [] };
        }
        const reference = JSON.parse(String(item['reference'])) as TitleReference;
        current.references.push(reference);
        for (const event of JSON.parse(String(item['events'])) as KeptEvent[]) {
          current.events.push({ ...event, title: reference } as ImportEvent);
        }
      }
      if (current) yield* whole(current);
    },

    async forget(jobId) {
      const partition = jobPartition(jobId);
      let batch: Write[] = [];
      for await (const item of store.query(partition, { projection: ['pk', 'sk'], consistent: true })) {
        batch.push({ delete: { partition, sort: String(item['sk']) } });
        if (batch.length < MAXIMUM_TRANSACTION_WRITES) continue;
        await writeAll(store, batch);
        batch = [];
      }
      await writeAll(store, batch);
    },
  };
}

function withoutTitle(event: ImportEvent): KeptEvent {
  const { title: _, ...kept } = event;
  return kept;
}
