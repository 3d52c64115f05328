import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { Worker } from 'node:worker_threads';

/** What a media file itself tells. */
export interface FileFacts {
  /** How long it plays; null where that cannot be found out. Never a guess. */
  seconds: number | null;
  /**
   * The languages of its audio tracks as primary subtags (`ja`), that of the track which plays by default first; empty
   * when the language of that one is unknown.
   */
  audioLanguages: string[];
  /** Ends before its own container says, as it does while it is being downloaded. */
  truncated: boolean;
}

/** A file as it was when its facts were read. */
export interface MeasuredFile {
  /** Absolute. */
  path: string;
  sizeBytes: number;
  /** Nanoseconds since the epoch, as text: more than a number holds. */
  modifiedAt: string;
}

/** Where facts are kept, so that a file is read once. May throw: then they are read again. */
export interface KeptFacts {
  fileFacts(file: MeasuredFile): FileFacts | undefined;
  keepFileFacts(facts: readonly (MeasuredFile & FileFacts)[]): void;
}

/** Measures media files. */
export interface FileMeasurer {
  /** The facts of a file; unknown ones where it is gone, unreadable, or damaged in a way that no reader comes out of. */
  measure(file: string): Promise<FileFacts>;
  /** Keeps what is not kept yet, and ends the worker. */
  close(): Promise<void>;
}

const DEADLINE_MILLISECONDS = 10_000;
const MAXIMUM_HEAP_MEGABYTES = 128;
const KEPT_AT_ONCE = 100;

/** Beside this file; in the build, where `scripts/build.ts` puts it: this code itself ends up anywhere in there. */
const MEDIA_WORKER = import.meta.url.endsWith('.ts')
  ? new URL('media-worker.ts', import.meta.url)
  : new URL(import.meta.url.replace(/(.*\/dist\/).*/, '$1lib/folder/media-worker.js'));

/**
 * Measures files one after the other in a worker: a damaged file can keep a reader busy for good, and only a worker can
 * be ended then. Such a file's facts are unknown and not kept, since a slow disk looks the same.
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
  let before: Promise<unknown> = Promise.resolve();
  let unkept: (MeasuredFile & FileFacts)[] = [];

  const start = async (): Promise<Worker> => {
    worker = new Worker(workerUrl, { resourceLimits: { maxOldGenerationSizeMb: MAXIMUM_HEAP_MEGABYTES } });
    // Its first word: what it loads has no deadline.
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

  const keep = (): void => {
    const facts = unkept;
    unkept = [];
    if (facts.length > 0) attempt(() => kept.keepFileFacts(facts));
  };

  const measureNow = async (file: string): Promise<FileFacts> => {
    const found = await look(file);
    const known = found && attempt(() => kept.fileFacts(found));
    if (!found || known) return known ?? unknownFacts();
    const facts = await read(found.path);
    if (facts) unkept.push({ ...found, ...facts });
    if (unkept.length >= KEPT_AT_ONCE) keep();
    return facts ?? unknownFacts();
  };

  return {
    measure(file) {
      const facts = before.then(() => measureNow(file));
      before = facts;
      return facts;
    },
    async close() {
      await before;
      keep();
      await worker?.terminate();
      worker = undefined;
    },
  };
}

const unknownFacts = (): FileFacts => ({ seconds: null, audioLanguages: [], truncated: false });

/** The file itself, also behind a link; undefined where there is none. */
async function look(file: string): Promise<MeasuredFile | undefined> {
  const stats = await stat(file, { bigint: true }).catch(() => undefined);
  if (!stats?.isFile()) return undefined;
  return { path: path.resolve(file), sizeBytes: Number(stats.size), modifiedAt: String(stats.mtimeNs) };
}

/** What is kept saves time, no more: without it everything still works. */
function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
