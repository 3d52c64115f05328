import { toLanguage } from '../core/language-rules.ts';

/** An audio track, as its container describes it. */
export interface AudioTrack {
  /** As it stands in the file: `ger`, `deu`, `de`, `es-419`, `und`, nothing. */
  languageCode: string | undefined;
  /** Whether the container marks it as the one to play. */
  isDefault: boolean;
}

/**
 * The languages of a file's audio tracks, each once, that of the track which plays by default first. Empty when the
 * language of that one is unknown: what the others are says nothing of what was heard.
 */
export function toAudioLanguages(tracks: readonly AudioTrack[]): string[] {
  const played = tracks.find(({ isDefault }) => isDefault) ?? tracks[0];
  const first = toLanguage(played?.languageCode);
  if (first === undefined) return [];
  const others = tracks
    .map(({ languageCode }) => toLanguage(languageCode))
    .filter((language) => language !== undefined);
  return [...new Set([first, ...others])];
}
