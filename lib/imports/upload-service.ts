import { stageOf } from './plan-rules.ts';
import { type Job, stagesOf, withCounts, withIncomplete, withSkipped } from './job-rules.ts';
import type { SyncStage } from './cursor-rules.ts';
import type { ImportEvent, SkippedEntry } from './event-rules.ts';
import { keyAttributes } from '../core/codec.ts';
import { eventIdAt } from '../viewings/viewing-rules.ts';
import { CHUNK_PREFIX, chunkKey, jobPartition } from './job-items.ts';
import { absent, type Store } from '../core/store/store.ts';
import type { JobEvents } from './events-service.ts';

export type ListedSkip = SkippedEntry & { list: SyncStage };

export interface JobUpload {
  /** Idempotent. */
  receive(request: {
    job: Job;
    number: number;
    events: readonly ImportEvent[];
    skipped: readonly ListedSkip[];
    incomplete: Job['incomplete'];
  }): Promise<void>;
  /** The job with the counts of all chunks, ready to import. */
  counted(job: Job): Promise<Job>;
}

/** How long chunks of jobs that never start are kept. */
const KEPT_SECONDS = 30 * 24 * 60 * 60;
/** Bytes for the titles of a chunk's skipped entries; further entries go without. */
const TITLE_BYTES = 150_000;

export function createJobUpload({
  store,
  events,
  seconds,
}: {
  store: Store;
  events: JobEvents;
  seconds: () => number;
}): JobUpload {
  return {
    async receive({ job: { jobId, options }, number, events: brought, skipped, incomplete }) {
      const wanted = stagesOf(options);
      const { service } = options;
      const kept = brought
        .filter((event) => wanted.includes(stageOf(event)))
        .map((event) => ('eventId' in event ? { ...event, eventId: eventIdAt(service, event.eventId) } : event));
      await events.keep({ jobId, chunk: number, events: kept });
      const counts = Object.fromEntries(
        wanted.map((stage) => [stage, kept.filter((one) => stageOf(one) === stage).length]),
      );
      const notice = {
        ...keyAttributes(chunkKey(jobId, number)),
        counts: JSON.stringify(counts),
        skipped: JSON.stringify(withinBytes(skipped.filter(({ list }) => wanted.includes(list)))),
        incomplete: JSON.stringify(incomplete.filter(({ list }) => wanted.includes(list))),
        newest: JSON.stringify(newestPlays(kept)),
        expires_at: seconds() + KEPT_SECONDS,
      };
      await store.put(notice, absent);
    },

    async counted(before) {
      const { jobId, options } = before;
      let job = before;
      let newest: NewestPlays = {};
      for await (const item of store.query(jobPartition(jobId), { prefix: CHUNK_PREFIX, consistent: true })) {
        const counts = JSON.parse(String(item['counts'])) as Partial<Record<SyncStage, number>>;
        const skipped = JSON.parse(String(item['skipped'])) as ListedSkip[];
        for (const stage of stagesOf(options)) {
          const entries = skipped
            .filter(({ list }) => list === stage)
            .map(({ reason, title, traktId }) => ({ reason, title, traktId }));
          job = withCounts(job, stage, { total: (counts[stage] ?? 0) + entries.length });
          job = withSkipped(job, stage, entries);
        }
        for (const { list, reason } of parsed<Job['incomplete']>(item['incomplete'], [])) {
          job = withIncomplete(job, list, { reason, subject: 'The export has' });
        }
        newest = laterPlays(newest, parsed<NewestPlays>(item['newest'], {}));
      }
      // A list without plays is complete up to the other's newest play, too.
      const latest = laterOf(newest.movies, newest.episodes);
      const readFrom = latest === undefined ? {} : { movies: latest, episodes: latest, ...newest };
      const wanted = stagesOf(options);
      return {
        ...job,
        readFrom: Object.fromEntries(Object.entries(readFrom).filter(([list]) => wanted.includes(list as SyncStage))),
        phase: 'importing',
        total: await events.countTitles(jobId),
      };
    },
  };
}

/** Epoch seconds. */
type NewestPlays = { movies?: number; episodes?: number };

function newestPlays(events: readonly ImportEvent[]): NewestPlays {
  let newest: NewestPlays = {};
  for (const event of events) {
    if (!('watchedAt' in event) || event.watchedAt === null) continue;
    const list = event.kind === 'movie_watched' ? 'movies' : 'episodes';
    newest = laterPlays(newest, { [list]: event.watchedAt });
  }
  return newest;
}

const laterOf = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);

function laterPlays(a: NewestPlays, b: NewestPlays): NewestPlays {
  const [movies, episodes] = [laterOf(a.movies, b.movies), laterOf(a.episodes, b.episodes)];
  return { ...(movies !== undefined && { movies }), ...(episodes !== undefined && { episodes }) };
}

const parsed = <T>(value: unknown, fallback: T): T => (typeof value === 'string' ? (JSON.parse(value) as T) : fallback);

function withinBytes(entries: readonly ListedSkip[]): ListedSkip[] {
  let room = TITLE_BYTES;
  return entries.map((entry) => {
    room -= Buffer.byteLength(entry.title ?? '');
    return room >= 0 ? entry : { ...entry, title: null };
  });
}
