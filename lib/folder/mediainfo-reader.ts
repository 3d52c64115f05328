import { mediaInfoFactory, type MediaInfo } from 'mediainfo.js';
import type { ReadAt } from './container-pieces.ts';
import type { MediaReading } from './media-reading.ts';

const WASM = 'MediaInfoModule.wasm';
let loaded: Promise<MediaInfo> | undefined;

/** MediaInfo supports many more formats than mediabunny. Not concurrent. */
export async function readByMediaInfo(read: ReadAt, sizeBytes: number): Promise<MediaReading> {
  try {
    const mediaInfo = await (loaded ??= mediaInfoFactory({ locateFile: () => wasmUrl() }));
    const { media } = await mediaInfo.analyzeData(sizeBytes, (size, offset) => read(offset, size));
    const tracks = media?.track ?? [];
    const general = tracks.find((track) => track['@type'] === 'General');
    const video = tracks.filter((track) => track['@type'] === 'Video');
    const audio = tracks.filter((track) => track['@type'] === 'Audio');
    const [shown, heard] = [longest(video), longest(audio)];
    // MediaInfo doubles the length of low-bitrate MP3 in AVI; use the video's.
    const isDoubled = general?.Format === 'AVI' && shown > 0 && heard > 1.5 * shown;
    // QuickTime's language 0 means English, and is also what encoders write by default.
    const implied = general?.Format_Profile === 'QuickTime' ? 'en' : undefined;
    return {
      seconds: isDoubled ? shown : Math.max(shown, heard),
      audioTracks: audio.map(({ Language, Default }) => ({
        languageCode: Language === implied ? undefined : Language,
        isDefault: Default?.startsWith('Yes') ?? false,
      })),
    };
  } catch (error) {
    // Its state is undefined after an error.
    loaded = undefined;
    throw error;
  }
}

/** The length of the whole file may be a guess from its size. */
const longest = (tracks: { Duration?: number }[]): number => Math.max(0, ...tracks.map(({ Duration = 0 }) => Duration));

/** From the package; in the build, next to the worker. */
const wasmUrl = (): string =>
  import.meta.url.endsWith('.ts')
    ? import.meta.resolve(`mediainfo.js/${WASM}`)
    : import.meta.url.replace(/(.*\/dist\/).*/, `$1lib/folder/${WASM}`);
