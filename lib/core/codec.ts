import type { Declaration, Field, Fields, RecordOf } from './field-rules.ts';
import type { Item } from './store/store.ts';

/** The evening that an item came with. */
export const BATCH_ATTRIBUTE = 'batch_id';

/** The partition of everything that a person recorded. */
export const partitionOf = (user: string): string => `USER#${user}`;

/** Any record, as the exchange handles them. */
export interface AnyRecord {
  type: string;
}

/** A declared record and how it is stored. */
export interface RecordKind<R extends AnyRecord = AnyRecord> {
  type: R['type'];
  declaration: Declaration;
  /** Begins the sort keys of its items. */
  prefix: string;
  sortKey(record: R): string;
  /** The attributes of a record, without keys; what is unknown is left out. */
  attributes(record: R): Item;
  /** The record of an item or a line. What is missing reads as unknown. */
  read(item: Item): R;
  /** A record as its item. */
  toItem(user: string, record: R): Item;
  /** The sort key of what a record is part of. */
  partOf?(record: R): string | undefined;
  /** It says that something was watched, and so belongs to a batch. */
  isViewing: boolean;
  /** Further items that say the same, so that it can be found in other ways. */
  companions?(item: Item): Item[];
  /** Its table: the tracker's, unless another is named. */
  table: 'tracker' | 'positions';
}

interface KindOptions<R extends AnyRecord> {
  prefix: string;
  /** What follows the prefix in its sort key. */
  key(record: R): string;
  isViewing?: boolean;
  partOf?(record: R): string | undefined;
  companions?(item: Item): Item[];
}

/** How a declared record is stored in a person's partition of the tracker's table. */
export function recordKind<D extends Declaration, R extends RecordOf<D> & AnyRecord = RecordOf<D> & AnyRecord>(
  declaration: D,
  { prefix, key, isViewing = false, ...more }: KindOptions<R>,
): RecordKind<R> {
  const attributes = attributesWriter<R>(declaration.fields);
  const sortKey = (record: R) => `${prefix}${key(record)}`;
  return {
    type: declaration.type,
    declaration,
    prefix,
    sortKey,
    attributes,
    read: recordReader<R>(declaration),
    toItem: (user, record) => ({ pk: partitionOf(user), sk: sortKey(record), user, ...attributes(record) }),
    isViewing,
    table: 'tracker',
    ...more,
  };
}

/** Reads the record of an item. Names and attributes are looked up once, since 100,000 items may follow. */
export function recordReader<R extends AnyRecord>({ type, fields }: Declaration): (item: Item) => R {
  const readers = Object.entries(fields).map(([name, field]) => ({ name, read: fieldReader(field) }));
  return (item) => {
    const record: Item = { type };
    for (const { name, read } of readers) record[name] = read(item);
    return record as Item & R;
  };
}

function fieldReader(field: Fields[string]): (item: Item) => unknown {
  if ('group' in field) {
    const [first = { attribute: '' }] = fieldsOf(field.group);
    const read = recordReader({ type: '', fields: field.group });
    return (item) => {
      if (item[first.attribute] == null) return null;
      const { type: _, ...values } = read(item) as AnyRecord;
      return values;
    };
  }
  const { attribute, instead, read } = field;
  return instead ? (item) => read(item[attribute] ?? item[instead.attribute]) : (item) => read(item[attribute]);
}

/** Writes the attributes of a record in the order of its fields. */
export function attributesWriter<R extends AnyRecord>(fields: Fields): (record: R) => Item {
  const entries = Object.entries(fields);
  return (record) => {
    const attributes: Item = {};
    writeAttributes(attributes, entries, record as R & Item);
    return attributes;
  };
}

function writeAttributes(attributes: Item, entries: [string, Fields[string]][], record: Item): void {
  for (const [name, field] of entries) {
    const value = record[name];
    if ('group' in field) {
      if (value) writeAttributes(attributes, Object.entries(field.group), value as Item);
    } else if (!isLeftOut(value, field)) {
      const { attribute, instead } = field;
      attributes[instead?.where(record) ? instead.attribute : attribute] = value;
    }
  }
}

const isLeftOut = (value: unknown, { bounds: { kind } }: Field<unknown>): boolean =>
  value == null ||
  (kind === 'flag' && value === false) ||
  (kind === 'map' && Object.keys(value as object).length === 0);

/** All fields, those of groups among them. */
export const fieldsOf = (fields: Fields): Field<unknown>[] =>
  Object.values(fields).flatMap((field) => ('group' in field ? fieldsOf(field.group) : [field]));
