import {
  beginJob,
  cancelJob,
  type EventBody,
  MAXIMUM_CHUNK_EVENTS,
  sendJobEvents,
  type StartedOptions,
  startJob,
} from './jobs-contract.ts';
import type { SyncStage } from './cursor-rules.ts';
import type { ImportEvent, SkipReason } from './event-rules.ts';
import type { ExportEntry, ExportShortfall, ExportSource } from './export-source-rules.ts';
import { snakeCased } from '../core/snake-case-rules.ts';
import type { ApiClient } from '../core/terminal/api-client.ts';

interface Chunk {
  events: EventBody[];
  skipped: { list: SyncStage; reason: SkipReason; title: string | null; trakt_id: number | null }[];
  incomplete: ExportShortfall[];
}

const emptyChunk = (): Chunk => ({ events: [], skipped: [], incomplete: [] });

/**
 * Reads a data export and sends its events to a new job in chunks. Returns the job's id. On failure the job is
 * cancelled so that it doesn't block others.
 */
export async function uploadArchive(
  file: string,
  {
    source,
    api,
    options,
    sent,
    signal,
  }: {
    source: ExportSource;
    api: ApiClient;
    options: StartedOptions;
    sent: (events: number) => void;
    signal: AbortSignal;
  },
): Promise<string> {
  const entries = source.read(file);
  // Reject a file that isn't an export before creating a job.
  let next = await entries.next();
  const { run_id: jobId } = await api.call(startJob, {
    body: { kind: 'archive_import', options: { ...options, service: source.service } },
  });
  const params = { id: jobId };
  let number = 0;
  let total = 0;
  let chunk = emptyChunk();
  const send = async () => {
    if (chunk.events.length + chunk.skipped.length + chunk.incomplete.length === 0) return;
    await api.call(sendJobEvents, { params, body: { number, ...chunk } });
    number += 1;
    total += chunk.events.length;
    chunk = emptyChunk();
    sent(total);
  };
  try {
    while (!next.done) {
      signal.throwIfAborted();
      add(chunk, next.value);
      if (chunk.events.length + chunk.skipped.length >= MAXIMUM_CHUNK_EVENTS) await send();
      next = await entries.next();
    }
    chunk.incomplete = next.value;
    await send();
    await api.call(beginJob, { params });
    return jobId;
  } catch (error) {
    await api.call(cancelJob, { params }).catch(() => undefined);
    throw error;
  }
}

function add(chunk: Chunk, entry: ExportEntry): void {
  if ('event' in entry) {
    chunk.events.push(toBody(entry.event));
    return;
  }
  const { reason, title, traktId } = entry.skipped;
  chunk.skipped.push({ list: entry.stage, reason, title, trakt_id: traktId });
}

/** An event in the API's format. */
export function toBody(event: ImportEvent): EventBody {
  switch (event.kind) {
    case 'movie_watched':
      return { ...snakeCased(event), watched_at: instant(event.watchedAt) };
    case 'episode_watched':
      return { ...snakeCased(event), watched_at: instant(event.watchedAt) };
    case 'rated': {
      const { rating: _, stated, ...rated } = event;
      return { ...snakeCased(rated), trakt_rating: stated, rated_at: instant(event.ratedAt) };
    }
    case 'planned':
      return { ...snakeCased(event), listed_at: instant(event.listedAt) };
    case 'dropped':
      return { ...snakeCased(event), dropped_at: instant(event.droppedAt) };
  }
}

const instant = (epochSeconds: number | null): string | null =>
  epochSeconds === null ? null : new Date(epochSeconds * 1000).toISOString();
