import type { ExchangedItem } from './exchange-contract.ts';
import { InvalidInputError } from '../core/errors.ts';
import type { LibraryRecord } from '../titles/title-rules.ts';
import type { TrackedRecord } from './record-rules.ts';
import { LINK_PREFIX, linkAttributes, linkKey, linkOf, toLinkItem, type FolderLink } from '../shows/catalog-items.ts';
import {
  attributesOf,
  BATCH_ATTRIBUTE,
  batchIdOf,
  collectionKeyOf,
  keyOfItem,
  partitionOf,
  recordOf,
  SORT_KEY_PREFIXES,
  sortKeyOf,
  toItem,
  toRecord,
} from './record-items.ts';
import {
  LIBRARY_PREFIXES,
  libraryAttributes,
  libraryRecordOf,
  librarySortKey,
  toLibraryItem,
  toLibraryRecord,
} from '../titles/title-items.ts';
import type { Item, Store } from '../core/store/store.ts';
import { checkKeyLengths, recordedKeys, recordWatches, storedItems } from './record-service.ts';

const PAGE_ITEMS = 1000;
/** What is part of something comes after that. */
const PREFIXES = [...Object.values(SORT_KEY_PREFIXES), ...Object.values(LIBRARY_PREFIXES), LINK_PREFIX];

/** What an export holds, each by its type. */
type ExchangedRecord = TrackedRecord | LibraryRecord | ({ type: 'folder_link' } & FolderLink);

export interface Exchange {
  /** A page of everything recorded, from `next` of the page before. What is part of something comes after that. */
  export(request: {
    user: string;
    next?: string | undefined;
  }): Promise<{ items: ExchangedItem[]; next: string | null }>;
  /**
   * Records items under the importing user; what is there already stays as it is, a show without its TVDB data too.
   * Watches keep their batch; those without one belong to `batchId`. Answers how many items are, or would be, new.
   */
  import(request: { user: string; batchId: string; items: readonly ExchangedItem[]; dryRun: boolean }): Promise<number>;
}

export function createExchange({ store }: { store: Store }): Exchange {
  return {
    async export({ user, next }) {
      const items: ExchangedItem[] = [];
      let last = '';
      let after = next === undefined ? undefined : positionOf(next);
      const first = after === undefined ? 0 : PREFIXES.findIndex((prefix) => after?.startsWith(prefix));
      for (const prefix of PREFIXES.slice(first)) {
        // `$` follows `#`: this holds the keys that begin with the prefix.
        const range = { from: after ?? prefix, to: `${prefix.slice(0, -1)}$`, consistent: true };
        for await (const item of store.query(partitionOf(user), { ...range, limit: PAGE_ITEMS - items.length + 2 })) {
          const { sort } = keyOfItem(item);
          const record = toRecord(item) ?? toLibraryRecord(item) ?? toFolderLink(item);
          if (sort === after || !record) continue;
          if (items.length === PAGE_ITEMS) return { items, next: nextOf(last) };
          items.push(exchanged(record, item));
          last = sort;
        }
        after = undefined;
      }
      return { items, next: null };
    },

    async import({ user, batchId, items, dryRun }) {
      const given = items.map((item) => ({ item, record: recordOfItem(item) }));
      checkKeyLengths(
        given.map(({ record }, index) => ({
          path: `items.${index}`,
          sortKey: keyOfGiven(record),
          what: `The key of item ${index} is`,
        })),
      );
      if (dryRun) {
        const keys = new Set(given.map(({ record }) => keyOfGiven(record)));
        return keys.size - (await recordedKeys(store, user, [...keys])).size;
      }

      const collections: Item[] = [];
      const watches: Item[] = [];
      const references = new Set<string>();
      for (const { item, record } of given) {
        if (record.type === 'folder_link') {
          collections.push(toLinkItem(user, record));
          continue;
        }
        if (isLibraryRecord(record)) {
          (record.type === 'title' ? collections : watches).push(toLibraryItem(user, record));
          continue;
        }
        if (!('watchedAt' in record)) {
          collections.push(toItem({ user, record }));
          continue;
        }
        watches.push(toItem({ user, record, batchId: ('batch_id' in item && item.batch_id) || batchId }));
        const reference = collectionKeyOf(record);
        if (reference !== undefined) references.add(reference);
      }
      const keys = [...references].map((sort) => ({ partition: partitionOf(user), sort }));
      const existing = [...(await storedItems(store, keys)).values()];
      const added = await recordWatches(store, { collections, existing, watches });
      return added.collections + added.watches;
    },
  };
}

const isLibraryRecord = (record: ExchangedRecord): record is LibraryRecord =>
  Object.hasOwn(LIBRARY_PREFIXES, record.type);

function keyOfGiven(record: ExchangedRecord): string {
  if (record.type === 'folder_link') return linkKey('', record.folderName).sort;
  return isLibraryRecord(record) ? librarySortKey(record) : sortKeyOf(record);
}

function recordOfItem(item: ExchangedItem): ExchangedRecord {
  switch (item.type) {
    case 'folder_link':
      return { type: item.type, ...linkOf(item) };
    case 'title':
    case 'movie_session':
    case 'episode_watch':
      return libraryRecordOf(item.type, item);
    default:
      return recordOf(item.type, item);
  }
}

const toFolderLink = (item: Item): ExchangedRecord | undefined =>
  keyOfItem(item).sort.startsWith(LINK_PREFIX) ? { type: 'folder_link', ...linkOf(item) } : undefined;

function exchanged(record: ExchangedRecord, item: Item): ExchangedItem {
  const { type } = record;
  if (record.type === 'folder_link') return { type, ...linkAttributes(record) } as ExchangedItem;
  if (isLibraryRecord(record)) return { type, ...libraryAttributes(record) } as ExchangedItem;
  const batchId = batchIdOf(item);
  return {
    type,
    ...attributesOf(record),
    ...(batchId === null ? {} : { [BATCH_ATTRIBUTE]: batchId }),
  } as ExchangedItem;
}

/** The sort key of a page's last item, as text that is nobody's business. */
const nextOf = (sort: string): string => Buffer.from(sort).toString('base64url');

function positionOf(next: string): string {
  const sort = Buffer.from(next, 'base64url').toString('utf8');
  const isKnown = PREFIXES.some((prefix) => sort.startsWith(prefix));
  if (isKnown && nextOf(sort) === next) return sort;
  throw new InvalidInputError('The export page is invalid.', {
    code: 'invalid_request',
    details: [{ path: 'next', message: 'must come from the previous page' }],
    suggestions: ['Start the export again.'],
  });
}
