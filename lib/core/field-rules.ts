/** The end of the year 9999, epoch seconds. */
const MAXIMUM_SECONDS = 253_402_300_799;
const MAXIMUM_PROVIDER_ID = 2_147_483_647;
const MAXIMUM_PLACE = 100_000;
export const MAXIMUM_TEXT_CHARACTERS = 10_000;

/** What the value of an attribute may be. Reading, writing and the schema of a line follow from it. */
export type Bounds =
  | { kind: 'name' | 'id' | 'flag' }
  | { kind: 'text'; minimum: number; maximum: number }
  | { kind: 'pattern'; pattern: RegExp; fault: string }
  | { kind: 'number'; minimum: number; maximum: number; isWhole: boolean }
  | { kind: 'choice'; of: readonly (string | number)[] }
  | { kind: 'list'; of: Bounds; maximum: number }
  | { kind: 'map'; keys: RegExp; of: Bounds }
  | { kind: 'object'; of: Readonly<Record<string, Bounds>> }
  | { kind: 'maybe'; of: Bounds };

/** One field of a record and the attribute that holds it. */
export interface Field<T> {
  attribute: string;
  bounds: Bounds;
  read(this: void, value: unknown): T;
  /** The value as it is stored, where that is another. */
  write?(this: void, value: T): unknown;
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
  /** Null is a value like any other, and not the same as none. */
  isNullKept?: true;
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
  /** What else its items may hold, for those who look for it, and its lines say. */
  beside?: Fields;
}

/** What a declared record is in the program. */
export type RecordOf<D extends Declaration> =
  D extends Declaration<infer Type, infer F> ? { type: Type } & ValuesOf<F> : never;

/** Declares a record. The order of its fields is that of the keys of its lines. */
export const declare = <const Type extends string, const F extends Fields>(
  type: Type,
  fields: F,
  more: Pick<Declaration, 'exclusive' | 'beside'> = {},
): Declaration<Type, F> => ({ type, fields, ...more });

/** What a declared record's items and lines may hold, in the order of the lines. */
export const attributesOf = ({ fields, beside = {} }: Declaration): Field<unknown>[] => [
  ...fieldsOf(fields),
  ...fieldsOf(beside),
];

/** All fields, those of groups among them. */
export const fieldsOf = (fields: Fields): Field<unknown>[] =>
  Object.values(fields).flatMap((field) => ('group' in field ? fieldsOf(field.group) : [field]));

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0);

/** A folder or file name. */
export const name = (attribute: string): Field<string> => ({ attribute, bounds: { kind: 'name' }, read: textOf });

/** What something is known by at YouTube or Spotify. */
export const id = (attribute: string): Field<string> => ({ attribute, bounds: { kind: 'id' }, read: textOf });

export const text = (attribute: string, maximum = MAXIMUM_TEXT_CHARACTERS, minimum = 0): Field<string> => ({
  attribute,
  bounds: { kind: 'text', minimum, maximum },
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

/** Instants in the order of something else, null where one is unknown; left out where all are. */
export const instants = (attribute: string): Field<(number | null)[]> => ({
  attribute,
  bounds: { kind: 'list', of: { kind: 'maybe', of: instant('').bounds }, maximum: 10_000 },
  read: (value) => (Array.isArray(value) ? value.map((one) => (typeof one === 'number' ? one : null)) : []),
  absent: { value: [] },
});

/** Whether an attribute has a value; it is left out otherwise. */
export const said = (attribute: string, value: string): Field<boolean> => ({
  attribute,
  bounds: { kind: 'choice', of: [value] },
  read: (stored) => stored === value,
  write: (isSaid) => (isSaid ? value : null),
  absent: { value: false },
});

/** Several values in one attribute. */
export const object = <T extends object>(attribute: string, of: Readonly<Record<string, Bounds>>): Field<T> => ({
  attribute,
  bounds: { kind: 'object', of },
  read: (value) => value as T,
});

/** Several values in one attribute, as often as there are such; none where it is missing. */
export const objects = <T extends object>(
  attribute: string,
  of: Readonly<Record<string, Bounds>>,
): Field<readonly T[]> => ({
  attribute,
  bounds: { kind: 'list', of: { kind: 'object', of }, maximum: 1000 },
  read: (value) => (Array.isArray(value) ? (value as T[]) : []),
  absent: { value: [] },
});

export const maybe = ({ bounds }: Field<unknown>): Bounds => ({ kind: 'maybe', of: bounds });

/** A change of a value: undefined where there is none; null only where the value may be. */
export const change = <T>(field: Field<T>): Field<T | undefined> => ({
  ...field,
  absent: { value: undefined },
  isNullKept: true,
  read: (value) =>
    value === undefined || (value === null && field.absent?.value !== null) ? undefined : field.read(value),
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
    case 'object':
      return typeof value === 'object' && value !== null;
    case 'maybe':
      return value === null || isOfKind(value, bounds.of);
    default:
      return typeof value === 'string';
  }
}
