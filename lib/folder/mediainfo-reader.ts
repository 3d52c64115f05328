import { mediaInfoFactory, type MediaInfo } from 'mediainfo.js';
import type { ReadAt } from './container-pieces.ts';
import type { MediaReading } from './media-reading.ts';

const WASM = 'MediaInfoModule.wasm';
let loaded: Promise<MediaInfo> | undefined;

/** Reads a file by MediaInfo, which knows many more kinds of files than mediabunny. One file at a time. */
export async function readByMediaInfo(read: ReadAt, sizeBytes: number): Promise<MediaReading> {
  try {
    const mediaInfo = await (loaded ??= mediaInfoFactory({ locateFile: () => wasmUrl() }));
    const { media } = await mediaInfo.analyzeData(sizeBytes, (size, offset) => read(offset, size));
    const tracks = media?.track ?? [];
    const general = tracks.find((track) => track['@type'] === 'General');
    const video = tracks.filter((track) => track['@type'] === 'Video');
    const audio = tracks.filter((track) => track['@type'] === 'Audio');
    const [shown, heard] = [longest(video), longest(audio)];
    // It counts MP3 of low rates twice in AVI; then the picture tells.
    const isDoubled = general?.Format === 'AVI' && shown > 0 && heard > 1.5 * shown;
    // English is what QuickTime's number 0 means, and what encoders write when no language was chosen.
    const implied = general?.Format_Profile === 'QuickTime' ? 'en' : undefined;
    return {
      seconds: isDoubled ? shown : Math.max(shown, heard),
      audioTracks: audio.map(({ Language, Default }) => ({
        languageCode: Language === implied ? undefined : Language,
        isDefault: Default?.startsWith('Yes') ?? false,
      })),
    };
  } catch (error) {
    // A program that failed inside is in no state to go on.
    loaded = undefined;
    throw error;
  }
}

/** Of the tracks: the whole's length may be a guess from its size. */
const longest = (tracks: { Duration?: number }[]): number => Math.max(0, ...tracks.map(({ Duration = 0 }) => Duration));

/** From the package; in the build, beside the worker. */
const wasmUrl = (): string =>
  import.meta.url.endsWith('.ts')
    ? import.meta.resolve(`mediainfo.js/${WASM}`)
    : import.meta.url.replace(/(.*\/dist\/).*/, `$1lib/folder/${WASM}`);
