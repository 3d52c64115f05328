import { fieldsOf, type AnyRecord, type RecordKind } from '../core/codec.ts';
import type { Item } from '../core/store/store.ts';

/** One line of an export: a record's type and its attributes, without keys, user and batch. */
export type ExchangedItem = { type: string } & Item;

/** The line of a record, its keys in the order of the declaration. */
export function lineOf(kind: RecordKind, record: AnyRecord): ExchangedItem {
  const line: ExchangedItem = { type: kind.type, ...kind.attributes(record) };
  for (const { attribute, isInternal } of fieldsOf(kind.declaration.fields)) if (isInternal) delete line[attribute];
  return line;
}

/** What of a stored item a line may hold, as it is stored. */
export function storedLine({ type, declaration }: RecordKind, item: Item): ExchangedItem {
  const line: ExchangedItem = { type };
  for (const { attribute, instead, isInternal } of fieldsOf(declaration.fields)) {
    if (isInternal) continue;
    for (const name of instead ? [attribute, instead.attribute] : [attribute]) {
      if (item[name] != null) line[name] = item[name];
    }
  }
  return line;
}

/** The attributes in which two records of one key differ, counters and what nobody says left out. */
export function differences(kind: RecordKind, one: AnyRecord, other: AnyRecord): string[] {
  const [left, right] = [lineOf(kind, one), lineOf(kind, other)];
  const silent = new Set(
    fieldsOf(kind.declaration.fields).flatMap(({ attribute, isCounter, isIncidental }) =>
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
  const fields = fieldsOf(kind.declaration.fields);
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
