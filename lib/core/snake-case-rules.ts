type SnakeName<Name extends string> = Name extends `${infer First}${infer Rest}`
  ? First extends Lowercase<First>
    ? `${First}${SnakeName<Rest>}`
    : `_${Lowercase<First>}${SnakeName<Rest>}`
  : '';

/** Renames fields to snake case, recursively. */
export type SnakeCased<T> = T extends readonly (infer Member)[]
  ? SnakeCased<Member>[]
  : T extends object
    ? { [Name in keyof T as SnakeName<Name & string>]: SnakeCased<T[Name]> }
    : T;

/** `{tmdbId: 5}` → `{tmdb_id: 5}`. */
export function snakeCased<T>(value: T): SnakeCased<T> {
  return renamed(value) as SnakeCased<T>;
}

function renamed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(renamed);
  if (typeof value !== 'object' || value === null) return value;
  const fields: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(value)) fields[snakeName(name)] = renamed(field);
  return fields;
}

const SNAKE_NAMES = new Map<string, string>();

/** Fields are named in code, so that there are few. */
function snakeName(name: string): string {
  let renamed = SNAKE_NAMES.get(name);
  if (renamed === undefined) {
    renamed = name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    SNAKE_NAMES.set(name, renamed);
  }
  return renamed;
}
