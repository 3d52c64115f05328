/** An audio track, as its container describes it. */
export interface AudioTrack {
  /** As it stands in the file: `ger`, `deu`, `de`, `es-419`, `und`, nothing. */
  languageCode: string | undefined;
  /** Whether the container marks it as the one to play. */
  isDefault: boolean;
}

/** Codes that are well formed and name no language. */
const NO_LANGUAGE = /^(?:und|mul|mis|zxx|xxx|q[a-t][a-z])$/;

/**
 * The language of a code of ISO 639-1, 639-2 (both kinds) or 639-3, or of a BCP 47 tag, as the shortest primary subtag:
 * `ja` for `jpn`, `de` for `ger` and `deu`, `zh` for `cmn`, `pt` for `pt_BR`. Undefined for what names no language.
 */
export function toLanguage(code: string | undefined): string | undefined {
  const subtag = /^([a-z]{2,3})(?:[-_].*)?$/i.exec(code?.trim() ?? '')?.[1]?.toLowerCase();
  if (subtag === undefined || NO_LANGUAGE.test(subtag)) return undefined;
  return Intl.getCanonicalLocales(subtag)[0];
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
