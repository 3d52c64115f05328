import type { RecordKind } from '../core/codec.ts';
import { attributesOf } from '../core/field-rules.ts';
import type { Item } from '../core/store/store.ts';

/** One line of an export: a record's type and its attributes, without keys, user and batch. */
export type ExchangedItem = { type: string } & Item;

/** The line as its declaration has it: keys in its order, what is missing or says nothing left out. */
export function orderedLine(kind: RecordKind, line: Item): ExchangedItem {
  const ordered: ExchangedItem = { type: kind.type, ...kind.attributes(kind.read(line)), ...besideOf(kind, line) };
  for (const { attribute, isInternal } of attributesOf(kind.declaration)) if (isInternal) delete ordered[attribute];
  return ordered;
}

/** What a line says beside its record. */
export const besideOf = ({ declaration: { beside = {} } }: RecordKind, line: Item): Item =>
  Object.fromEntries(
    attributesOf({ type: '', fields: beside }).flatMap(({ attribute }): [string, unknown][] =>
      line[attribute] == null ? [] : [[attribute, line[attribute]]],
    ),
  );

/** What of a stored item a line may hold, as it is stored. */
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

/** The attributes in which two lines of one key differ, without counters and missing values. */
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

/** Maps are the same in any order. */
const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));

const sorted = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
    : value;

/** A stored item with another record of its key in the place of its own; what is not declared stays, counters grow. */
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
