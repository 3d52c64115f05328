import type { Item } from '../core/store/store.ts';

/** One run's part in an item. */
export interface RunPart {
  /** Null if it predates runs. */
  batchId: string | null;
  viewings: number;
  /** Epoch seconds. */
  at: number | null;
}

/** Stored items of imports, as undo needs them. */
export interface ImportedItems {
  /** The runs that contributed; none for other kinds of items. */
  parts(item: Item): readonly RunPart[];
  /** The item without a run's part: null if nothing remains, undefined if the run has no part. */
  without(item: Item, batchId: string): Item | null | undefined;
  /** Sort key of a session's film or series. */
  titleKeyOf(item: Item): string | undefined;
  /** A title added by an import and not changed since. */
  isAdded(item: Item): boolean;
  /** A title stored as watched. */
  isWatched(item: Item): boolean;
  describeTitle(item: Item): { type: 'film' | 'series'; name: string | null };
}
