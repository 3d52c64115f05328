/** End of the year 9999 in epoch seconds. */
const MAXIMUM_SECONDS = 253_402_300_799;
const MAXIMUM_PROVIDER_ID = 2_147_483_647;
const MAXIMUM_PLACE = 100_000;
export const MAXIMUM_TEXT_CHARACTERS = 10_000;

/** The valid values of an attribute. Reading, writing and line schemas derive from it. */
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

/** A record's field and the attribute that stores it. */
export interface Field<T> {
  attribute: string;
  bounds: Bounds;
  read(this: void, value: unknown): T;
  /** Converts to the stored value, if different. */
  write?(this: void, value: T): unknown;
  /** The value of a missing attribute; without this, lines must have it. */
  absent?: { value: T };
  /** Another attribute, used for records that match `where`. */
  instead?: { attribute: string; where: (record: Readonly<Record<string, unknown>>) => boolean };
  /** Incremented with every write; not part of the recorded data. */
  isCounter?: true;
  /** Ignored when comparing lines. */
  isIncidental?: true;
  /** Not exported. */
  isInternal?: true;
  /** Null is stored, since it differs from a missing value. */
  isNullKept?: true;
}

/** Attributes that form one field: null if the first is missing. */
export interface Group {
  group: Fields;
}

export type Fields = Readonly<Record<string, Field<unknown> | Group>>;

type ValueOf<F> = F extends { group: infer G extends Fields }
  ? ValuesOf<G> | null
  : F extends Field<infer T>
    ? T
    : never;

export type ValuesOf<F extends Fields> = { -readonly [Name in keyof F]: ValueOf<F[Name]> };

/** A record type, its fields, and two attributes that exclude each other. */
export interface Declaration<Type extends string = string, F extends Fields = Fields> {
  type: Type;
  fields: F;
  exclusive?: readonly [string, string];
  /** Attributes for only some readers; exported too. */
  extras?: Fields;
}

export type RecordOf<D extends Declaration> =
  D extends Declaration<infer Type, infer F> ? { type: Type } & ValuesOf<F> : never;

/** Declares a record. Lines have keys in the order of the fields. */
export const declare = <const Type extends string, const F extends Fields>(
  type: Type,
  fields: F,
  more: Pick<Declaration, 'exclusive' | 'extras'> = {},
): Declaration<Type, F> => ({ type, fields, ...more });

/** All attributes in the order of lines. */
export const attributesOf = ({ fields, extras = {} }: Declaration): Field<unknown>[] => [
  ...fieldsOf(fields),
  ...fieldsOf(extras),
];

/** Including those of groups. */
export const fieldsOf = (fields: Fields): Field<unknown>[] =>
  Object.values(fields).flatMap((field) => ('group' in field ? fieldsOf(field.group) : [field]));

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0);

export const name = (attribute: string): Field<string> => ({ attribute, bounds: { kind: 'name' }, read: textOf });

/** An id on YouTube or Spotify. */
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

/** A length or an instant, possibly with a fraction. */
export const seconds = (attribute: string): Field<number> =>
  number(attribute, { maximum: MAXIMUM_SECONDS, isWhole: false });

/** Whole epoch seconds. */
export const instant = (attribute: string): Field<number> => number(attribute, { maximum: MAXIMUM_SECONDS });

/** An id on TVDB, TMDB or Trakt. */
export const providerId = <Id extends number = number>(attribute: string): Field<Id> =>
  number(attribute, { minimum: 1, maximum: MAXIMUM_PROVIDER_ID }) as Field<Id>;

/** A season or episode number. */
export const place = (attribute: string, maximum = MAXIMUM_PLACE): Field<number> => number(attribute, { maximum });

export const count = (attribute: string, { minimum = 0, maximum = MAXIMUM_PROVIDER_ID } = {}): Field<number> =>
  number(attribute, { minimum, maximum });

/** The first value is the default when reading. */
export const choice = <const T extends string | number>(attribute: string, of: readonly [T, ...T[]]): Field<T> => ({
  attribute,
  bounds: { kind: 'choice', of },
  read: (value) => of.find((one) => one === value) ?? of[0],
});

/** Stored only if true. */
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

export const day = (attribute: string): Field<string> =>
  pattern(attribute, /^\d{4}-\d\d-\d\d$/, 'must be a day such as 2026-10-01');

/** Event ids. */
export const ids = (attribute: string): Field<string[]> => ({
  attribute,
  bounds: { kind: 'list', of: { kind: 'id' }, maximum: 10_000 },
  read: (value) => (Array.isArray(value) ? value.map(String) : []),
  absent: { value: [] },
});

/** Instants parallel to another list, null if unknown; omitted if all are. */
export const instants = (attribute: string): Field<(number | null)[]> => ({
  attribute,
  bounds: { kind: 'list', of: { kind: 'maybe', of: instant('').bounds }, maximum: 10_000 },
  read: (value) => (Array.isArray(value) ? value.map((one) => (typeof one === 'number' ? one : null)) : []),
  absent: { value: [] },
});

/** Whether an attribute has a certain value; omitted otherwise. */
export const attributeIs = (attribute: string, value: string): Field<boolean> => ({
  attribute,
  bounds: { kind: 'choice', of: [value] },
  read: (stored) => stored === value,
  write: (isSet) => (isSet ? value : null),
  absent: { value: false },
});

/** An object in one attribute. */
export const object = <T extends object>(attribute: string, of: Readonly<Record<string, Bounds>>): Field<T> => ({
  attribute,
  bounds: { kind: 'object', of },
  read: (value) => value as T,
});

/** A list of objects in one attribute. */
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

/** A changed value: undefined if unchanged; null only for nullable fields. */
export const change = <T>(field: Field<T>): Field<T | undefined> => ({
  ...field,
  absent: { value: undefined },
  isNullKept: true,
  read: (value) =>
    value === undefined || (value === null && field.absent?.value !== null) ? undefined : field.read(value),
});

/** A map of numbers; omitted if empty. */
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

/** Null if missing or of the wrong type. */
export const optional = <T>(field: Field<T>): Field<T | null> => ({
  ...field,
  absent: { value: null },
  read: (value) => (isOfKind(value, field.bounds) ? field.read(value) : null),
});

/** With a default for missing attributes. */
export const withDefault = <T>(field: Field<T>, value: T): Field<T> => ({
  ...field,
  absent: { value },
  read: (stored) => (isOfKind(stored, field.bounds) ? field.read(stored) : value),
});

/** Fields that are either all present or all missing. */
export const allOrNone = <const F extends Fields>(group: F): { group: F } => ({ group });

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
