import { fieldClamp } from './bounds-rules.ts';
import { fieldsOf, type Declaration, type Field, type Fields, type RecordOf, type ValuesOf } from './field-rules.ts';
import type { Item, Key } from './store/store.ts';

/** The run of an item. */
export const BATCH_ATTRIBUTE = 'batch_id';

/** Holds everything that a user recorded. */
export const partitionOf = (user: string): string => `USER#${user}`;

export const keyAttributes = ({ partition, sort }: Key): Item => ({ pk: partition, sk: sort });

export interface AnyRecord {
  type: string;
}

/** A declared record and how it is stored. */
export interface RecordKind<R extends AnyRecord = AnyRecord> {
  type: R['type'];
  declaration: Declaration;
  /** Prefix of the sort keys. */
  prefix: string;
  sortKey(this: void, record: R): string;
  /** Attributes without keys; unknown values are omitted. */
  attributes(this: void, record: R): Item;
  /** Reads an item or an exported line. Missing values read as unknown. */
  read(this: void, item: Item): R;
  /** Clamps the values to their bounds. */
  toItem(this: void, user: string, record: R): Item;
  /** Sort key of the containing record. */
  partOf?(this: void, record: R): string | undefined;
  /** Whether it records something watched, and so belongs to a run. */
  isViewing: boolean;
  /** Whether it is undone with its run, as viewings are. */
  isOfRun?: boolean;
  /** Items that store the same record under other keys. */
  companions?(this: void, item: Item): Item[];
  table: 'tracker' | 'positions';
}

interface KindOptions<R extends AnyRecord> {
  prefix: string;
  /** The sort key after the prefix. */
  key(this: void, record: R): string;
  isViewing?: boolean;
  isOfRun?: boolean;
  partOf?(this: void, record: R): string | undefined;
  companions?(this: void, item: Item): Item[];
  /** A faster reader for kinds with very many items. */
  read?(this: void, item: Item): R;
}

/** Describes how a declared record is stored in a user's partition. */
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
  const within = fieldClamp(declaration.fields);
  return {
    type: declaration.type,
    declaration,
    prefix,
    sortKey,
    attributes: (record) => written({}, within(record)),
    read: fieldsReader(declaration.fields, { type: declaration.type }) as RecordKind<R>['read'],
    toItem: (user, given) => {
      const record = within(given);
      return written({ pk: partitionOf(user), sk: sortKey(record), user }, record);
    },
    isViewing,
    table: 'tracker',
    ...more,
  };
}

/** How declared fields are stored in items of other partitions. */
export function fieldsCodec<F extends Fields>(
  fields: F,
): {
  attributes: (values: ValuesOf<F>) => Item;
  read: (item: Item) => ValuesOf<F>;
} {
  const write = recordWriter(fields);
  const within = fieldClamp(fields);
  const read = fieldsReader(fields, {});
  return {
    attributes(values) {
      const item: Item = {};
      write(item, within(values));
      return item;
    },
    read: (item) => read(item) as ValuesOf<F>,
  };
}

/** Names and attributes are resolved once, since 100,000 items may follow. */
function fieldsReader(fields: Fields, first: Item): (item: Item) => Item {
  const readers = Object.entries(fields).map(([name, field]) => ({ name, read: fieldReader(field) }));
  return (item) => {
    const record: Item = { ...first };
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

/** Writes attributes in the order of the fields. */
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
    if (!isOmitted(value, field)) attributes[instead?.where(record) ? instead.attribute : attribute] = value;
  };
}

function isOmitted(value: unknown, { bounds, isNullKept }: Field<unknown>): boolean {
  if (value == null) return value === undefined || !isNullKept;
  if (value === false) return true;
  if (bounds.kind === 'map') return Object.keys(value).length === 0;
  return bounds.kind === 'list' && (value as unknown[]).every((one) => one === null);
}
