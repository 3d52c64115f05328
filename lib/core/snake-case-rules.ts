type SnakeName<Name extends string> = Name extends `${infer First}${infer Rest}`
  ? First extends Lowercase<First>
    ? `${First}${SnakeName<Rest>}`
    : `_${Lowercase<First>}${SnakeName<Rest>}`
  : '';
type CamelName<Name extends string> = Name extends `${infer First}_${infer Rest}`
  ? `${First}${Capitalize<CamelName<Rest>>}`
  : Name;

/** Renames fields to snake case, recursively. */
export type SnakeCased<T> = T extends readonly (infer Member)[]
  ? SnakeCased<Member>[]
  : T extends object
    ? { [Name in keyof T as SnakeName<Name & string>]: SnakeCased<T[Name]> }
    : T;

/** Renames fields to camel case, recursively. */
export type CamelCased<T> = T extends readonly (infer Member)[]
  ? CamelCased<Member>[]
  : T extends object
    ? { [Name in keyof T as CamelName<Name & string>]: CamelCased<T[Name]> }
    : T;

/** `{tmdbId: 5}` → `{tmdb_id: 5}`. */
export const snakeCased = <T>(value: T): SnakeCased<T> =>
  renamed(value, (name) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)) as SnakeCased<T>;

/** `{tmdb_id: 5}` → `{tmdbId: 5}`. */
export const camelCased = <T>(value: T): CamelCased<T> =>
  renamed(value, (name) => name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())) as CamelCased<T>;

function renamed(value: unknown, rename: (name: string) => string): unknown {
  if (Array.isArray(value)) return value.map((one) => renamed(one, rename));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [rename(name), renamed(field, rename)]));
}
