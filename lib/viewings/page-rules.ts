import type { Medium, Viewing } from './viewing-rules.ts';

export interface ViewingFilter {
  medium?: Medium | undefined;
  language?: string | undefined;
  /** Text in the title, or in the name of the show, channel or podcast. */
  q?: string | undefined;
}

/** Sort position: newest first, then those without a date; ties by reference. */
interface Place {
  at: number | null;
  name: string;
}

const placeOf = ({ at, references: [{ source, ref }] }: Viewing): Place => ({ at, name: `${source} ${ref}` });

const comparePlaces = (a: Place, b: Place): number =>
  (b.at ?? -Infinity) - (a.at ?? -Infinity) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

export const compareViewings = (a: Viewing, b: Viewing): number => comparePlaces(placeOf(a), placeOf(b));

/** The cursor of the next page, which stays valid when viewings are added. */
export function nextOf(viewing: Viewing): string {
  const { at, name } = placeOf(viewing);
  return Buffer.from(JSON.stringify([at, name])).toString('base64url');
}

/** Undefined if the cursor is invalid. */
export function placeOfNext(next: string): Place | undefined {
  try {
    const [at, name] = JSON.parse(Buffer.from(next, 'base64url').toString()) as [unknown, unknown];
    return (at === null || typeof at === 'number') && typeof name === 'string' ? { at, name } : undefined;
  } catch {
    return undefined;
  }
}

export const isBehind = (viewing: Viewing, place: Place): boolean => comparePlaces(placeOf(viewing), place) > 0;

/** Ignores case and width of letters. */
export function fits({ medium, language, title, collection }: Viewing, filter: ViewingFilter): boolean {
  if (filter.medium !== undefined && medium !== filter.medium) return false;
  if (filter.language !== undefined && language !== filter.language) return false;
  if (filter.q === undefined) return true;
  const wanted = folded(filter.q);
  return folded(title).includes(wanted) || folded(collection?.name ?? collection?.id ?? '').includes(wanted);
}

const folded = (text: string): string => text.normalize('NFKC').toLowerCase();
