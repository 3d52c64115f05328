const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

/** HTML as text in one line; null if empty. */
export function plainText(html: string | null | undefined): string | null {
  const text = withoutTags(decoded(withoutTags(html ?? '')));
  return text.replaceAll(/\s+/g, ' ').trim() || null;
}

/** Keeps a `<` that isn't part of a tag: 3 < 5. */
const withoutTags = (html: string): string => html.replaceAll(/<[/!?]?[a-z-][^<>]*(?:>|$)/gi, ' ');

const decoded = (text: string): string =>
  text.replaceAll(
    /&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w{2,6}));/gi,
    (whole, decimal?: string, hex?: string, name = '') => {
      if (decimal === undefined && hex === undefined) return ENTITIES[String(name).toLowerCase()] ?? whole;
      const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
      return code > 0 && code <= 0x10_ff_ff ? String.fromCodePoint(code).toWellFormed() : '';
    },
  );

/** A redirect's target on the same host, with the same protocol. */
export function redirectTarget(from: string, location: unknown): string | undefined {
  if (typeof location !== 'string' || !URL.canParse(location, from)) return undefined;
  const { origin, host } = new URL(from);
  const target = new URL(location, from);
  if (target.host !== host || !/^https?:$/.test(target.protocol)) return undefined;
  return `${origin}${target.pathname}${target.search}`;
}

/** Ignores case and width. */
export const isSameName = (one: string, other: string): boolean => folded(one) === folded(other);

const folded = (name: string): string => name.normalize('NFKC').trim().toLowerCase();

/** The original name, if it differs. */
export const originalNameOf = (akas: readonly Aka[], name: string): string | null =>
  akas.find((aka) => !aka.country && !isSameName(aka.name, name))?.name ?? null;

/** Without a country, it is the original name. */
export interface Aka {
  name: string;
  country?: object | null | undefined;
}
