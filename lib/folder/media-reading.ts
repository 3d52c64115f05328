import type { AudioTrack } from './audio-language-rules.ts';

export interface MediaReading {
  /** 0 if unknown. */
  seconds: number;
  /** Null if the reader can't read languages in this format. */
  audioTracks: AudioTrack[] | null;
}
