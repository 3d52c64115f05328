/** The end of the year 9999, epoch seconds. */
const MAXIMUM_SECONDS = 253_402_300_799;
const MAXIMUM_PROVIDER_ID = 2_147_483_647;
const MAXIMUM_PLACE = 100_000;
export const MAXIMUM_TEXT_CHARACTERS = 10_000;

/** What the value of an attribute may be. Reading, writing and the schema of a line follow from it. */
export type Bounds =
  | { kind: 'name' | 'id' | 'flag' }
  | { kind: 'text'; maximum: number }
  | { kind: 'pattern'; pattern: RegExp; fault: string }
  | { kind: 'number'; minimum: number; maximum: number; isWhole: boolean }
  | { kind: 'choice'; of: readonly (string | number)[] }
  | { kind: 'list'; of: Bounds; maximum: number }
  | { kind: 'map'; keys: RegExp; of: Bounds };

/** One field of a record and the attribute that holds it. */
export interface Field<T> {
  attribute: string;
  bounds: Bounds;
  read(value: unknown): T;
  /** What a line without the attribute means; undefined where every line must have it. */
  absent?: { value: T };
  /** Another attribute takes its place where the record is like that. */
  instead?: { attribute: string; where: (record: Readonly<Record<string, unknown>>) => boolean };
  /** Grows by 1 with every write, and says nothing of what is recorded. */
  isCounter?: true;
  /** Two lines that differ in nothing else say the same. */
  isIncidental?: true;
  /** Never leaves the store. */
  isInternal?: true;
}

/** Several attributes that are one field: null where the first of them is missing. */
export interface Group {
  group: Fields;
}

export type Fields = Readonly<Record<string, Field<unknown> | Group>>;

type ValueOf<F> = F extends { group: infer G extends Fields }
  ? ValuesOf<G> | null
  : F extends Field<infer T>
    ? T
    : never;

/** What fields hold, by their names. */
export type ValuesOf<F extends Fields> = { -readonly [Name in keyof F]: ValueOf<F[Name]> };

/** A record as it is declared, once: its type as lines say it, its fields, and attributes of which it has one at most. */
export interface Declaration<Type extends string = string, F extends Fields = Fields> {
  type: Type;
  fields: F;
  exclusive?: readonly [string, string];
}

/** What a declared record is in the program. */
export type RecordOf<D extends Declaration> =
  D extends Declaration<infer Type, infer F> ? { type: Type } & ValuesOf<F> : never;

/** Declares a record. The order of its fields is that of the keys of its lines. */
export const declare = <const Type extends string, const F extends Fields>(
  type: Type,
  fields: F,
  { exclusive }: { exclusive?: readonly [string, string] } = {},
): Declaration<Type, F> => ({ type, fields, ...(exclusive && { exclusive }) });

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0);

/** A folder or file name. */
export const name = (attribute: string): Field<string> => ({ attribute, bounds: { kind: 'name' }, read: textOf });

/** What something is known by at YouTube or Spotify. */
export const id = (attribute: string): Field<string> => ({ attribute, bounds: { kind: 'id' }, read: textOf });

export const text = (attribute: string, maximum = MAXIMUM_TEXT_CHARACTERS): Field<string> => ({
  attribute,
  bounds: { kind: 'text', maximum },
  read: textOf,
});

const number = (
  attribute: string,
  bounds: { minimum?: number; maximum: number; isWhole?: boolean },
): Field<number> => ({
  attribute,
  bounds: { kind: 'number', minimum: 0, isWhole: true, ...bounds },
  read: numberOf,
});

/** A length or an instant, which may have a fraction. */
export const seconds = (attribute: string): Field<number> =>
  number(attribute, { maximum: MAXIMUM_SECONDS, isWhole: false });

/** Whole epoch seconds. */
export const instant = (attribute: string): Field<number> => number(attribute, { maximum: MAXIMUM_SECONDS });

/** An id at TVDB, TMDB or Trakt. */
export const providerId = <Id extends number = number>(attribute: string): Field<Id> =>
  number(attribute, { minimum: 1, maximum: MAXIMUM_PROVIDER_ID }) as Field<Id>;

/** The number of a season or an episode. */
export const place = (attribute: string, maximum = MAXIMUM_PLACE): Field<number> => number(attribute, { maximum });

export const count = (attribute: string, { minimum = 0, maximum = MAXIMUM_PROVIDER_ID } = {}): Field<number> =>
  number(attribute, { minimum, maximum });

/** The first is meant where a stored item has none of them. */
export const choice = <const T extends string | number>(attribute: string, of: readonly [T, ...T[]]): Field<T> => ({
  attribute,
  bounds: { kind: 'choice', of },
  read: (value) => of.find((one) => one === value) ?? of[0],
});

/** True, or left out. */
export const flag = (attribute: string): Field<boolean> => ({
  attribute,
  bounds: { kind: 'flag' },
  read: (value) => value === true,
  absent: { value: false },
});

export const pattern = (attribute: string, form: RegExp, fault: string): Field<string> => ({
  attribute,
  bounds: { kind: 'pattern', pattern: form, fault },
  read: textOf,
});

/** A calendar day. */
export const day = (attribute: string): Field<string> =>
  pattern(attribute, /^\d{4}-\d\d-\d\d$/, 'must be a day such as 2026-10-01');

/** Ids of events; none where the attribute is missing. */
export const ids = (attribute: string): Field<string[]> => ({
  attribute,
  bounds: { kind: 'list', of: { kind: 'id' }, maximum: 10_000 },
  read: (value) => (Array.isArray(value) ? value.map(String) : []),
  absent: { value: [] },
});

/** Numbers by keys of one form; left out where there are none. */
export const numbersBy = (
  attribute: string,
  keys: RegExp,
  { bounds }: Field<number>,
): Field<Record<string, number>> => ({
  attribute,
  bounds: { kind: 'map', keys, of: bounds },
  read: (value) => ({ ...(value as Record<string, number> | undefined) }),
  absent: { value: {} },
});

/** Null where the attribute is missing or of another kind. */
export const optional = <T>(field: Field<T>): Field<T | null> => ({
  ...field,
  absent: { value: null },
  read: (value) => (isOfKind(value, field.bounds) ? field.read(value) : null),
});

/** A field whose attribute may be missing in lines, and what it is then. */
export const otherwise = <T>(field: Field<T>, value: T): Field<T> => ({
  ...field,
  absent: { value },
  read: (stored) => (isOfKind(stored, field.bounds) ? field.read(stored) : value),
});

/** Fields that are there together, or not at all. */
export const together = <const F extends Fields>(group: F): { group: F } => ({ group });

function isOfKind(value: unknown, bounds: Bounds): boolean {
  switch (bounds.kind) {
    case 'number':
      return typeof value === 'number';
    case 'choice':
      return bounds.of.includes(value as string);
    case 'flag':
      return typeof value === 'boolean';
    case 'list':
      return Array.isArray(value);
    case 'map':
      return typeof value === 'object' && value !== null;
    default:
      return typeof value === 'string';
  }
}
