import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { Worker } from 'node:worker_threads';

export interface FileFacts {
  /** Null if unknown; never a guess. */
  seconds: number | null;
  /**
   * Distinct languages of its audio tracks as primary subtags (`ja`), the default track's first; empty if that one is
   * unknown.
   */
  audioLanguages: string[];
  /** Ends earlier than its container states, as during a download. */
  truncated: boolean;
  /** Neither video nor audio, as far as readers can tell. False for empty files, which are placeholders. */
  unreadable: boolean;
}

/** Identifies a version of a file. */
export interface MeasuredFile {
  /** Absolute path. */
  path: string;
  sizeBytes: number;
  /** Nanoseconds since the epoch, as a string, since they exceed a number's precision. */
  modifiedAt: string;
}

/** A cache of facts. May throw; then files are read again. */
export interface KeptFacts {
  fileFacts(file: MeasuredFile): FileFacts | undefined;
  keepFileFacts(facts: readonly (MeasuredFile & FileFacts)[]): void;
}

export interface FileMeasurer {
  /** Facts are unknown if the file is missing, unreadable, or damaged beyond what readers can handle. */
  measure(file: string): Promise<FileFacts>;
  /** Flushes the cache and ends the worker. */
  close(): Promise<void>;
}

const DEADLINE_MILLISECONDS = 10_000;
const MAXIMUM_HEAP_MEGABYTES = 128;
const KEPT_AT_ONCE = 100;

/** Next to this file; in the build, where `scripts/build.ts` puts it, since this code is bundled elsewhere. */
const MEDIA_WORKER = import.meta.url.endsWith('.ts')
  ? new URL('media-worker.ts', import.meta.url)
  : new URL(import.meta.url.replace(/(.*\/dist\/).*/, '$1lib/folder/media-worker.js'));

/**
 * Measures files one by one in a worker, which can be terminated if a damaged file hangs a reader. Such results aren't
 * cached, since a slow disk looks the same.
 */
export function createFileMeasurer({
  kept,
  deadlineMilliseconds = DEADLINE_MILLISECONDS,
  workerUrl = MEDIA_WORKER,
}: {
  kept: KeptFacts;
  deadlineMilliseconds?: number;
  workerUrl?: URL;
}): FileMeasurer {
  let worker: Worker | undefined;
  let previous: Promise<unknown> = Promise.resolve();
  let unkept: (MeasuredFile & FileFacts)[] = [];

  const start = async (): Promise<Worker> => {
    worker = new Worker(workerUrl, { resourceLimits: { maxOldGenerationSizeMb: MAXIMUM_HEAP_MEGABYTES } });
    // The first message: loading has no deadline.
    await once(worker, 'message');
    return worker;
  };

  const read = async (file: string): Promise<FileFacts | undefined> => {
    try {
      const reader = worker ?? (await start());
      const answer = once(reader, 'message', { signal: AbortSignal.timeout(deadlineMilliseconds) });
      reader.postMessage(file);
      return ((await answer) as [FileFacts | undefined])[0];
    } catch {
      await worker?.terminate();
      worker = undefined;
      return undefined;
    }
  };

  const flush = (): void => {
    const facts = unkept;
    unkept = [];
    if (facts.length > 0) tryCache(() => kept.keepFileFacts(facts));
  };

  const measureNow = async (file: string): Promise<FileFacts> => {
    const found = await versionOf(file);
    const known = found && tryCache(() => kept.fileFacts(found));
    if (!found || known) return known ?? unknownFacts();
    const facts = await read(found.path);
    if (facts && !facts.unreadable) unkept.push({ ...found, ...facts });
    if (unkept.length >= KEPT_AT_ONCE) flush();
    return facts ?? unknownFacts();
  };

  return {
    measure(file) {
      const facts = previous.then(() => measureNow(file));
      previous = facts;
      return facts;
    },
    async close() {
      await previous;
      flush();
      await worker?.terminate();
      worker = undefined;
    },
  };
}

const unknownFacts = (): FileFacts => ({ seconds: null, audioLanguages: [], truncated: false, unreadable: false });

/** Follows links; undefined if missing. */
async function versionOf(file: string): Promise<MeasuredFile | undefined> {
  const stats = await stat(file, { bigint: true }).catch(() => undefined);
  if (!stats?.isFile()) return undefined;
  return { path: path.resolve(file), sizeBytes: Number(stats.size), modifiedAt: String(stats.mtimeNs) };
}

/** Cache errors are ignored. */
function tryCache<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
