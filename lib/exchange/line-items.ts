import type { RecordKind } from '../core/codec.ts';
import { attributesOf } from '../core/field-rules.ts';
import type { Item } from '../core/store/store.ts';

/** A record's type and attributes, without keys, user and batch. */
export type ExchangedItem = { type: string } & Item;

/** Orders keys as declared, and drops empty values. */
export function orderedLine(kind: RecordKind, line: Item): ExchangedItem {
  const ordered: ExchangedItem = { type: kind.type, ...kind.attributes(kind.read(line)), ...extrasOf(kind, line) };
  for (const { attribute, isInternal } of attributesOf(kind.declaration)) if (isInternal) delete ordered[attribute];
  return ordered;
}

/** The extra attributes of a line. */
export const extrasOf = ({ declaration: { extras = {} } }: RecordKind, line: Item): Item =>
  Object.fromEntries(
    attributesOf({ type: '', fields: extras }).flatMap(({ attribute }): [string, unknown][] =>
      line[attribute] == null ? [] : [[attribute, line[attribute]]],
    ),
  );

/** The exportable attributes of a stored item. */
export function storedLine({ type, declaration }: RecordKind, item: Item): ExchangedItem {
  const line: ExchangedItem = { type };
  for (const { attribute, instead, isInternal, isNullKept } of attributesOf(declaration)) {
    if (isInternal) continue;
    for (const name of instead ? [attribute, instead.attribute] : [attribute]) {
      const value = item[name];
      if (value !== undefined && (value !== null || isNullKept)) line[name] = value;
    }
  }
  return line;
}

/** Attributes in which two records differ, ignoring counters and missing values. */
export function differences(kind: RecordKind, one: Item, other: Item): string[] {
  const [left, right] = [orderedLine(kind, one), orderedLine(kind, other)];
  const silent = new Set(
    attributesOf(kind.declaration).flatMap(({ attribute, isCounter, isIncidental }) =>
      isCounter || isIncidental ? attribute : [],
    ),
  );
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].filter(
    (attribute) => !silent.has(attribute) && !isSame(left[attribute], right[attribute]),
  );
}

/** Ignores the order of maps. */
const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));

const sorted = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
    : value;

/** Replaces a stored record; undeclared attributes stay, counters are incremented. */
export function replaced(kind: RecordKind, stored: Item, item: Item): Item {
  const fields = attributesOf(kind.declaration);
  const result = { ...stored };
  for (const { attribute, instead } of fields) {
    delete result[attribute];
    if (instead) delete result[instead.attribute];
  }
  Object.assign(result, item);
  const counter = fields.find(({ isCounter }) => isCounter);
  if (counter) result[counter.attribute] = Number(stored[counter.attribute] ?? 0) + 1;
  return result;
}
