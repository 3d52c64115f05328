/** Well-formed codes that don't name a language. */
const NO_LANGUAGE = /^(?:und|mul|mis|zxx|xxx|q[a-t][a-z])$/;

/**
 * Normalizes ISO 639-1, 639-2 (both kinds), 639-3 or a BCP 47 tag to the shortest primary subtag: `ja` for `jpn`, `de`
 * for `ger` and `deu`, `zh` for `cmn`, `pt` for `pt_BR`. Undefined if it isn't a language.
 */
export function toLanguage(code: string | undefined): string | undefined {
  const subtag = /^([a-z]{2,3})(?:[-_].*)?$/i.exec(code?.trim() ?? '')?.[1]?.toLowerCase();
  if (subtag === undefined || NO_LANGUAGE.test(subtag)) return undefined;
  return Intl.getCanonicalLocales(subtag)[0];
}

let names: Intl.DisplayNames | undefined;

/** For user input: undefined for unassigned codes such as `jp`, too. */
export function knownLanguage(code: string): string | undefined {
  const language = toLanguage(code);
  return language !== undefined && isNamed(language) ? language : undefined;
}

/** Loading the names takes 6 ms, so only where they are needed. */
function isNamed(language: string): boolean {
  names ??= new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' });
  return names.of(language) !== undefined;
}
