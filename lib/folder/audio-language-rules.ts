import { toLanguage } from '../core/language-rules.ts';

export interface AudioTrack {
  /** As in the file: `ger`, `deu`, `de`, `es-419`, `und` or missing. */
  languageCode: string | undefined;
  /** Whether the container marks it as the default track. */
  isDefault: boolean;
}

/**
 * Distinct languages of the audio tracks, the default track's first. Empty if that one is unknown, since other tracks
 * aren't what was heard.
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
