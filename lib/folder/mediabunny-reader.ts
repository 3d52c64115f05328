import {
  ADTS,
  CustomSource,
  FLAC,
  Input,
  Logging,
  LogLevel,
  MATROSKA,
  MP3,
  MP4,
  MPEG_TS,
  OGG,
  QTFF,
  WAVE,
  WEBM,
  type InputFormat,
  type InputTrack,
} from 'mediabunny';
import type { AudioTrack } from './audio-language-rules.ts';
import type { ReadAt } from './container-pieces.ts';
import { tracksWithoutLanguage } from './matroska-tracks.ts';
import type { MediaReading } from './media-reading.ts';
import { readMovieHead } from './movie-head.ts';

// Excludes formats that would open other files or the network.
const FORMATS = [MATROSKA, WEBM, MP4, QTFF, MPEG_TS, OGG, FLAC, WAVE, MP3, ADTS];
/** Formats with a language per track. */
const TRACK_LANGUAGES = new Set<InputFormat>([MATROSKA, WEBM, MP4, QTFF, MPEG_TS]);
/** Language tags in ID3, Vorbis comments and RIFF. */
const LANGUAGE_TAG = /^(?:TLAN|LANGUAGE|ILNG)$/i;

Logging.level = LogLevel.Silent;

/** Undefined if mediabunny can't read the file or would be wrong. */
export async function readByMediabunny(read: ReadAt, sizeBytes: number): Promise<MediaReading | undefined> {
  const source = new CustomSource({
    getSize: () => sizeBytes,
    read: (start, end) => read(start, end - start),
    prefetchProfile: 'fileSystem',
  });
  const input = new Input({ formats: FORMATS, source });
  try {
    if (!(await input.canRead())) return undefined;
    const tracks = await input.getTracks();
    if (tracks.length === 0) return undefined;
    const seconds = await readSeconds(input, tracks, read, sizeBytes);
    return seconds === undefined ? undefined : { seconds, audioTracks: await readAudioTracks(input, read, sizeBytes) };
  } catch {
    // Damaged files throw all kinds of errors.
    return undefined;
  } finally {
    input.dispose();
  }
}

/** Undefined if mediabunny would be wrong. */
async function readSeconds(input: Input, tracks: InputTrack[], read: ReadAt, sizeBytes: number) {
  const movie = readMovieHead(read, sizeBytes);
  // mediabunny ignores edits that cut off the end, and is slow on damaged tables.
  if (movie && !movie.isFragmented && movie.seconds > 0) return movie.seconds;
  const isGuess = (await input.getFormat()) === MP3 && !hasFrameCount(read);
  const written = isGuess ? null : await input.getDurationFromMetadata(tracks);
  // With samples in the header and fragments after it, only the header would be counted.
  if (movie?.isFragmented && written !== null) return undefined;
  return written ?? (await input.computeDuration(tracks)) - (await input.getFirstTimestamp(tracks));
}

/** Without a frame count in the header, an MP3's length would be a guess. */
function hasFrameCount(read: ReadAt): boolean {
  const head = read(0, 10);
  const [a = 0, b = 0, c = 0, d = 0] = head.subarray(6);
  const start = head.toString('latin1', 0, 3) === 'ID3' ? 10 + ((a << 21) | (b << 14) | (c << 7) | d) : 0;
  return /Xing|Info/.test(read(start, 200).toString('latin1'));
}

async function readAudioTracks(input: Input, read: ReadAt, sizeBytes: number): Promise<AudioTrack[] | null> {
  const format = await input.getFormat();
  const unwritten = tracksWithoutLanguage(read, sizeBytes);
  const tagged = TRACK_LANGUAGES.has(format) ? undefined : await readLanguageTag(input);
  const tracks = await input.getAudioTracks();
  const found = await Promise.all(
    tracks.map(async (track) => ({
      languageCode: unwritten.has(track.id) ? undefined : (tagged ?? (await track.getLanguageCode())),
      isDefault: (await track.getDisposition()).default,
    })),
  );
  const isForeign = format === QTFF || format === MPEG_TS;
  return isForeign && found.every(({ languageCode }) => languageCode === 'und') ? null : found;
}

async function readLanguageTag(input: Input): Promise<string | undefined> {
  const { raw = {} } = await input.getMetadataTags();
  const value = Object.entries(raw).find(([name]) => LANGUAGE_TAG.test(name))?.[1];
  return [value].flat().find((text) => typeof text === 'string');
}
