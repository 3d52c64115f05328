import { BATCH_ATTRIBUTE, partitionOf, type AnyRecord, type RecordKind } from '../core/codec.ts';
import { ConflictError, InvalidInputError } from '../core/errors.ts';
import { mapInSlices, sliceEnd } from '../core/slices.ts';
import { equals, type Item, type Store } from '../core/store/store.ts';
import { checkKeyLengths, recordWatches, storedItems } from '../viewings/record-service.ts';
import { extrasOf, differences, orderedLine, replaced, storedLine, type ExchangedItem } from './line-items.ts';
import { kindOf, RECORD_KINDS } from './record-kind-items.ts';

const PAGE_ITEMS = 1000;

/** An item that exists with other values. */
interface Differing {
  index: number;
  attributes: string[];
  outcome: 'kept' | 'replaced';
}

interface Imported {
  added: number;
  existing: number;
  replaced: number;
  differing: Differing[];
}

export interface Exchange {
  /**
   * A page of all of a user's records, from the previous page's `next`; containers come before their parts. Invalid
   * stored items are skipped and reported.
   */
  export(request: { user: string; next?: string | undefined }): Promise<{
    items: ExchangedItem[];
    leftOut: { key: string; reason: string }[];
    next: string | null;
  }>;
  /**
   * Adds new records under the importing user, as part of `batchId`. Existing ones are unchanged unless `replace` is
   * set; differences are reported.
   */
  import(request: {
    user: string;
    batchId: string;
    items: readonly ExchangedItem[];
    dryRun: boolean;
    replace: boolean;
  }): Promise<Imported>;
}

/** An item of a request with its key. */
interface RequestItem {
  index: number;
  kind: RecordKind;
  line: ExchangedItem;
  record: AnyRecord;
  sort: string;
}

/** `checkLine` validates a line for import. */
export function createExchange({
  store,
  openPositions,
  checkLine,
}: {
  store: Store;
  openPositions: () => Store;
  checkLine: (line: unknown) => { line: ExchangedItem } | { fault: string };
}): Exchange {
  const storeOf = ({ table }: RecordKind) => (table === 'positions' ? openPositions() : store);

  /** A user's items of a kind from a sort key on; only the keys of unreadable ones. */
  async function* stored(kind: RecordKind, user: string, { from, limit }: { from?: string; limit: number }) {
    const place = storeOf(kind);
    const partition = kind.table === 'positions' ? user : partitionOf(user);
    const range = { ...(kind.prefix && { prefix: kind.prefix }), ...(from !== undefined && { from }) };
    for await (const item of place.query(partition, { ...range, limit, consistent: true, unreadable: 'keys' })) {
      yield { sort: String(item[place.schema.sortKey]), item, isReadable: Object.keys(item).length > 2 };
    }
  }

  function lineOfStored(kind: RecordKind, item: Item): { line: ExchangedItem } | { fault: string } {
    const checked = checkLine(storedLine(kind, item));
    return 'line' in checked ? { line: orderedLine(kind, checked.line) } : checked;
  }

  async function existing(user: string, requestItems: readonly RequestItem[]): Promise<Map<RequestItem, Item>> {
    const [positions, tracked] = [true, false].map((isPosition) =>
      requestItems.filter(({ kind }) => (kind.table === 'positions') === isPosition),
    );
    const items = await storedItems(
      store,
      (tracked ?? []).map(({ sort }) => ({ partition: partitionOf(user), sort })),
    );
    const placed = new Map<string, Item>();
    if (positions?.length) {
      const place = openPositions();
      const read = { consistent: true, unreadable: 'keys' as const };
      for await (const item of place.query(user, read)) placed.set(String(item[place.schema.sortKey]), item);
    }
    return new Map(
      requestItems.flatMap((one): [RequestItem, Item][] => {
        const item = (one.kind.table === 'positions' ? placed : items).get(one.sort);
        return item ? [[one, item]] : [];
      }),
    );
  }

  async function insert(user: string, batchId: string, requestItems: readonly RequestItem[]): Promise<void> {
    const collections: Item[] = [];
    const watches: Item[] = [];
    const positions: Item[] = [];
    const references = new Set<string>();
    for (const one of requestItems) {
      const { kind, record } = one;
      const item = itemOf(user, one);
      if (kind.table === 'positions') positions.push(item);
      else if (kind.isViewing) watches.push({ ...item, [BATCH_ATTRIBUTE]: batchId });
      else if (kind.isOfRun) collections.push({ ...item, [BATCH_ATTRIBUTE]: batchId });
      else collections.push(item, ...(kind.companions?.(item) ?? []));
      const reference = kind.partOf?.(record);
      if (reference !== undefined) references.add(reference);
    }
    const keys = [...references].map((sort) => ({ partition: partitionOf(user), sort }));
    await recordWatches(store, { collections, existing: [...(await storedItems(store, keys)).values()], watches });
    if (positions.length > 0) await openPositions().insertNew(positions);
  }

  async function replace(user: string, one: RequestItem, before: Item): Promise<void> {
    const { kind } = one;
    const item = replaced(kind, before, itemOf(user, one));
    const { sortKey } = storeOf(kind).schema;
    const counter = ['version', 'rev'].find((attribute) => typeof before[attribute] === 'number') ?? sortKey;
    const writes = [item, ...(kind.companions?.(item) ?? [])].map((put, index) => ({
      put,
      ...(index === 0 && { condition: equals(counter, before[counter] as string | number) }),
    }));
    if (await storeOf(kind).transact(writes)) return;
    throw new ConflictError('An item to replace is being changed by someone else.', {
      code: 'import_changed_meanwhile',
      suggestions: ['Run the same command again.'],
    });
  }

  return {
    async export({ user, next }) {
      const items: ExchangedItem[] = [];
      const leftOut: { key: string; reason: string }[] = [];
      const begin = next === undefined ? undefined : placeOf(next);
      let last = { type: '', sort: '' };
      const kinds = RECORD_KINDS.slice(begin ? RECORD_KINDS.findIndex(({ type }) => type === begin.type) : 0);
      for (const kind of kinds) {
        const after = kind.type === begin?.type ? begin.sort : undefined;
        const read = () => items.length + leftOut.length;
        // One extra item shows whether there is another page, and one more is the item that the page starts after.
        const range = { ...(after !== undefined && { from: after }), limit: PAGE_ITEMS - read() + 2 };
        for await (const { sort, item, isReadable } of stored(kind, user, range)) {
          if (sort === after) continue;
          const end = sliceEnd();
          if (end) await end;
          if (read() === PAGE_ITEMS) return { items, leftOut, next: nextOf(last) };
          const found = isReadable ? lineOfStored(kind, item) : { fault: 'it cannot be read' };
          if ('line' in found) items.push(found.line);
          else leftOut.push({ key: sort, reason: found.fault });
          last = { type: kind.type, sort };
        }
      }
      return { items, leftOut, next: null };
    },

    async import({ user, batchId, items, dryRun, replace: isReplacing }) {
      const requestItems = await mapInSlices(items, (item, index): RequestItem => {
        const kind = kindOf(item.type);
        const record = kind.read(item);
        return { index, kind, line: item, record, sort: kind.sortKey(record) };
      });
      checkKeyLengths(
        requestItems.map(({ index, sort }) => ({
          path: `items.${index}`,
          sortKey: sort,
          what: `The key of item ${index} is`,
        })),
      );
      const known = await existing(user, requestItems);
      const fresh = new Map<string, RequestItem>();
      const outcome: Imported = { added: 0, existing: 0, replaced: 0, differing: [] };
      const replacing: { one: RequestItem; before: Item }[] = [];
      for (const one of requestItems) {
        const end = sliceEnd();
        if (end) await end;
        const { kind, index } = one;
        const place = `${kind.table} ${one.sort}`;
        const before = known.get(one);
        const there = before ?? fresh.get(place)?.line;
        if (!there) {
          fresh.set(place, one);
          continue;
        }
        const attributes = differences(kind, there, one.line);
        const isReplaced = attributes.length > 0 && isReplacing && before !== undefined;
        if (isReplaced) replacing.push({ one, before });
        if (attributes.length > 0) {
          outcome.differing.push({ index, attributes, outcome: isReplaced ? 'replaced' : 'kept' });
        }
        outcome[isReplaced ? 'replaced' : 'existing'] += 1;
      }
      outcome.added = fresh.size;
      if (dryRun) return outcome;
      await insert(user, batchId, [...fresh.values()]);
      for (const { one, before } of replacing) await replace(user, one, before);
      return outcome;
    },
  };
}

const itemOf = (user: string, { kind, record, line }: RequestItem): Item => ({
  ...kind.toItem(user, record),
  ...extrasOf(kind, line),
});

/** An opaque cursor: the last item of a page. */
const nextOf = ({ type, sort }: { type: string; sort: string }): string =>
  Buffer.from(JSON.stringify([type, sort])).toString('base64url');

function placeOf(next: string): { type: string; sort: string } {
  const [type, sort] = parsed(Buffer.from(next, 'base64url').toString());
  const kind = RECORD_KINDS.find((one) => one.type === type);
  if (kind && typeof sort === 'string' && sort.startsWith(kind.prefix)) return { type: kind.type, sort };
  throw new InvalidInputError('Unknown page of the export.', {
    code: 'invalid_request',
    details: [{ path: 'next', message: 'must come from the previous page' }],
    suggestions: ['Start the export again.'],
  });
}

function parsed(json: string): unknown[] {
  try {
    const value = JSON.parse(json) as unknown;
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
