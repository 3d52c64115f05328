const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

/** The text of a piece of HTML in one line. Null for none. */
export function plainText(html: string | null | undefined): string | null {
  const text = withoutTags(decoded(withoutTags(html ?? '')));
  return text.replaceAll(/\s+/g, ' ').trim() || null;
}

/** A `<` that begins no tag stays: 3 < 5. */
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

/** Where a redirect leads, as long as it stays on the host, and by the same protocol whatever it says. */
export function redirectTarget(from: string, location: unknown): string | undefined {
  if (typeof location !== 'string' || !URL.canParse(location, from)) return undefined;
  const { origin, host } = new URL(from);
  const target = new URL(location, from);
  if (target.host !== host || !/^https?:$/.test(target.protocol)) return undefined;
  return `${origin}${target.pathname}${target.search}`;
}

/** Whether two names differ by case and width at most. */
export const isSameName = (one: string, other: string): boolean => folded(one) === folded(other);

const folded = (name: string): string => name.normalize('NFKC').trim().toLowerCase();

/** The name that the country of its origin gives a series, where it is not the one that it goes by already. */
export const originalNameOf = (akas: readonly Aka[], name: string): string | null =>
  akas.find((aka) => !aka.country && !isSameName(aka.name, name))?.name ?? null;

/** A further name of a series. Without a country it is that of its origin. */
export interface Aka {
  name: string;
  country?: object | null | undefined;
}
