import type { AudioTrack } from './audio-language-rules.ts';

/** What a reader of media made out of a file. */
export interface MediaReading {
  /** 0 where the file does not tell. */
  seconds: number;
  /** Null where the reader does not understand how this kind of file writes languages. */
  audioTracks: AudioTrack[] | null;
}
