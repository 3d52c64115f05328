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

const NAMES = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' });

/** The same for a code that a person types: undefined also for one that no language has, such as `jp`. */
export function knownLanguage(code: string): string | undefined {
  const language = toLanguage(code);
  return language !== undefined && NAMES.of(language) !== undefined ? language : undefined;
}
