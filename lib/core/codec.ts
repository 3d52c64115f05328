import { boundsKeeper } from './bounds-rules.ts';
import { fieldsOf, type Declaration, type Field, type Fields, type RecordOf } from './field-rules.ts';
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
  sortKey(this: void, record: R): string;
  /** The attributes of a record, without keys; what is unknown is left out. */
  attributes(this: void, record: R): Item;
  /** The record of an item or a line. What is missing reads as unknown. */
  read(this: void, item: Item): R;
  /** A record as its item, its values brought within their bounds. */
  toItem(this: void, user: string, record: R): Item;
  /** The sort key of what a record is part of. */
  partOf?(this: void, record: R): string | undefined;
  /** It says that something was watched, and so belongs to a batch. */
  isViewing: boolean;
  /** It goes with the run that brought it, as viewings do. */
  isOfRun?: boolean;
  /** Further items that say the same, so that it can be found in other ways. */
  companions?(this: void, item: Item): Item[];
  /** Its table: the tracker's, unless another is named. */
  table: 'tracker' | 'positions';
}

interface KindOptions<R extends AnyRecord> {
  prefix: string;
  /** What follows the prefix in its sort key. */
  key(this: void, record: R): string;
  isViewing?: boolean;
  isOfRun?: boolean;
  partOf?(this: void, record: R): string | undefined;
  companions?(this: void, item: Item): Item[];
  /** By hand, where so many items are read that the declaration is too slow a reader. */
  read?(this: void, item: Item): R;
}

/** How a declared record is stored in a person's partition of the tracker's table. */
export function recordKind<D extends Declaration, R extends RecordOf<D> & AnyRecord = RecordOf<D> & AnyRecord>(
  declaration: D,
  { prefix, key, isViewing = false, ...more }: KindOptions<R>,
): RecordKind<R> {
  const write = recordWriter(declaration.fields);
  const sortKey = (record: R) => `${prefix}${key(record)}`;
  const written = (item: Item, record: R) => {
    write(item, record);
    return item;
  };
  const within = boundsKeeper(declaration.fields);
  return {
    type: declaration.type,
    declaration,
    prefix,
    sortKey,
    attributes: (record) => written({}, within(record)),
    read: recordReader(declaration) as RecordKind<R>['read'],
    toItem: (user, given) => {
      const record = within(given);
      return written({ pk: partitionOf(user), sk: sortKey(record), user }, record);
    },
    isViewing,
    table: 'tracker',
    ...more,
  };
}

/** Reads the record of an item. Names and attributes are looked up once, since 100,000 items may follow. */
function recordReader({ type, fields }: Declaration): (item: Item) => Item {
  const readers = Object.entries(fields).map(([name, field]) => ({ name, read: fieldReader(field) }));
  return (item) => {
    const record: Item = { type };
    for (const { name, read } of readers) record[name] = read(item);
    return record;
  };
}

function fieldReader(field: Fields[string]): (item: Item) => unknown {
  if ('group' in field) {
    const [first = ''] = fieldsOf(field.group).map(({ attribute }) => attribute);
    const readers = Object.entries(field.group).map(([name, member]) => [name, fieldReader(member)] as const);
    return (item) =>
      item[first] == null ? null : Object.fromEntries(readers.map(([name, read]) => [name, read(item)]));
  }
  const { attribute, instead, read } = field;
  return instead ? (item) => read(item[attribute] ?? item[instead.attribute]) : (item) => read(item[attribute]);
}

type Write = (attributes: Item, record: Item) => void;

/** Adds the attributes of a record, in the order of its fields. */
function recordWriter(fields: Fields): Write {
  const writers = Object.entries(fields).map(([name, field]) => fieldWriter(name, field));
  return (attributes, record) => {
    for (const write of writers) write(attributes, record);
  };
}

function fieldWriter(name: string, field: Fields[string]): Write {
  if ('group' in field) {
    const write = recordWriter(field.group);
    return (attributes, record) => {
      if (record[name]) write(attributes, record[name] as Item);
    };
  }
  const { attribute, instead, write } = field;
  return (attributes, record) => {
    const value = write ? write(record[name]) : record[name];
    if (!isLeftOut(value, field)) attributes[instead?.where(record) ? instead.attribute : attribute] = value;
  };
}

function isLeftOut(value: unknown, { bounds, isNullKept }: Field<unknown>): boolean {
  if (value == null) return value === undefined || !isNullKept;
  if (value === false) return true;
  if (bounds.kind === 'map') return Object.keys(value).length === 0;
  return bounds.kind === 'list' && (value as unknown[]).every((one) => one === null);
}
