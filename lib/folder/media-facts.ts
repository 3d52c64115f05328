import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { toAudioLanguages } from './audio-language-rules.ts';
import { containerOf, type ReadAt } from './container-pieces.ts';
import type { FileFacts } from './file-facts.ts';
import { readByMediabunny } from './mediabunny-reader.ts';
import { isTruncated } from './truncation.ts';

/** Smaller files can't be video or audio. */
const SMALLEST_MEDIA_BYTES = 1024;

/** Throws if the file can't be read. */
export async function readFileFacts(path: string): Promise<FileFacts> {
  const file = openSync(path, 'r');
  try {
    const sizeBytes = fstatSync(file).size;
    const read: ReadAt = (offset, length) => {
      const bytes = Buffer.alloc(Math.max(0, Math.min(length, sizeBytes - offset)));
      return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, offset));
    };
    const media = await readMedia(read, sizeBytes);
    const truncated = isTruncated(read, sizeBytes);
    return { ...media, truncated, unreadable: media.seconds === null && !truncated && !isStandIn(read, sizeBytes) };
  } finally {
    closeSync(file);
  }
}

/** An empty or all-zero file: a placeholder for something watched elsewhere. */
const isStandIn = (read: ReadAt, sizeBytes: number): boolean =>
  sizeBytes < SMALLEST_MEDIA_BYTES || read(0, SMALLEST_MEDIA_BYTES).every((byte) => byte === 0);

async function readMedia(read: ReadAt, sizeBytes: number): Promise<Pick<FileFacts, 'seconds' | 'audioLanguages'>> {
  const container = containerOf(read);
  const first = await readByMediabunny(read, sizeBytes);
  // Without a known signature, MediaInfo would search the whole file and mistake noise for audio.
  const second = first?.audioTracks || !container ? undefined : await readByMediaInfo(read, sizeBytes);
  const seconds = (first ?? second)?.seconds ?? 0;
  return {
    // A damaged file may report 0.
    seconds: Number.isFinite(seconds) && seconds > 0 ? seconds : null,
    audioLanguages: toAudioLanguages((second ?? first)?.audioTracks ?? []),
  };
}

/** Loaded lazily: few files need it, and it takes 50 ms. */
const readByMediaInfo = async (read: ReadAt, sizeBytes: number) =>
  (await import('./mediainfo-reader.ts')).readByMediaInfo(read, sizeBytes);
