import { hash } from 'node:crypto';
import { partitionOf, recordKind } from '../core/codec.ts';
import type { Item, Key } from '../core/store/store.ts';
import { entryRecord, type Entry } from './entry-rules.ts';
import type { ViewingReference } from './viewing-rules.ts';

export const ENTRY_PREFIX = 'ENTRY#';

/** A short, stable id for users to type. */
export const viewingId = ({ source, ref }: ViewingReference): string =>
  hash('sha256', `${source} ${ref}`, 'hex').slice(0, 12);

export const entryKey = (user: string, reference: ViewingReference): Key => ({
  partition: partitionOf(user),
  sort: `${ENTRY_PREFIX}${viewingId(reference)}`,
});

export const ENTRY_KIND = recordKind(entryRecord, { prefix: ENTRY_PREFIX, key: viewingId, isViewing: true });

export const toEntryItem = (user: string, entry: Entry): Item => ENTRY_KIND.toItem(user, { type: 'entry', ...entry });

export const entryOf = (item: Item): Entry => ENTRY_KIND.read(item);
