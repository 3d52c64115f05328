import type { Bounds, Field, Fields } from './field-rules.ts';
import { MAXIMUM_NAME_CHARACTERS } from './name-rules.ts';

/**
 * Clamps the values of records to their declared bounds. Providers return anything, and stored values must survive
 * export and import. Values that can't be meant become null if allowed.
 */
export function fieldClamp(fields: Fields): <R extends object>(record: R) => R {
  const clamps = Object.entries(fields)
    // Names are validated on input.
    .filter(
      ([, field]) => 'group' in field || (!field.write && !['name', 'flag', 'object'].includes(field.bounds.kind)),
    )
    .map(([name, field]) => ({ name, clampField: clampOf(field) }));
  return (record) => {
    const changes: Record<string, unknown> = {};
    let isChanged = false;
    for (const { name, clampField } of clamps) {
      const value = record[name as keyof typeof record] as unknown;
      const kept = clampField(value);
      if (kept === value) continue;
      changes[name] = kept;
      isChanged = true;
    }
    return isChanged ? { ...record, ...changes } : record;
  };
}

function clampOf(field: Fields[string]): (value: unknown) => unknown {
  if (!('group' in field)) return (value) => clamp(value, field);
  const clampField = fieldClamp(field.group);
  return (value) => value && clampField(value);
}

function clamp(value: unknown, { bounds, absent }: Field<unknown>): unknown {
  if (value == null || isWithin(value, bounds)) return value;
  if (absent?.value === null && bounds.kind !== 'text') return null;
  return nearest(value, bounds);
}

function isWithin(value: unknown, bounds: Bounds): boolean {
  switch (bounds.kind) {
    case 'text':
      return typeof value === 'string' && value.length <= bounds.maximum && value.isWellFormed();
    case 'id':
      return typeof value === 'string' && value.length <= MAXIMUM_NAME_CHARACTERS && isPlain(value);
    case 'number':
      return (
        typeof value === 'number' &&
        value >= bounds.minimum &&
        value <= bounds.maximum &&
        (!bounds.isWhole || Number.isInteger(value))
      );
    case 'pattern':
      return typeof value === 'string' && bounds.pattern.test(value);
    case 'choice':
      return bounds.of.includes(value as string);
    case 'list':
      return Array.isArray(value) && value.length <= bounds.maximum && value.every((one) => isWithin(one, bounds.of));
    case 'map':
      return Object.entries(value as object).every(([key, one]) => bounds.keys.test(key) && isWithin(one, bounds.of));
    case 'maybe':
      return value === null || isWithin(value, bounds.of);
    case 'object':
    case 'name':
    case 'flag':
      return true;
  }
}

function nearest(value: unknown, bounds: Bounds): unknown {
  switch (bounds.kind) {
    case 'text':
      return cut(String(value), bounds.maximum);
    case 'id':
      return cut(String(value).replaceAll(/\p{Cc}/gu, ''), MAXIMUM_NAME_CHARACTERS);
    case 'number': {
      const number = Math.min(Math.max(Number(value) || 0, bounds.minimum), bounds.maximum);
      return bounds.isWhole ? Math.round(number) : number;
    }
    case 'choice':
      return bounds.of[0];
    case 'maybe':
      return value === null ? null : nearest(value, bounds.of);
    case 'list':
      return (value as unknown[]).slice(0, bounds.maximum).map((one) => nearest(one, bounds.of));
    case 'map':
      return Object.fromEntries(
        Object.entries(value as object).filter(([key, one]) => bounds.keys.test(key) && isWithin(one, bounds.of)),
      );
    default:
      return value;
  }
}

/** Drops half of a surrogate pair, given or left by the cut. */
const cut = (text: string, maximum: number): string =>
  text
    .slice(0, maximum)
    .replace(/[\uD800-\uDBFF]$/, '')
    .toWellFormed();

const isPlain = (text: string): boolean => text.isWellFormed() && !/\p{Cc}/u.test(text);
