import type { Item } from '../core/store/store.ts';

/** What one run brought of an item. */
export interface RunPart {
  /** Null for what came before there were runs. */
  batchId: string | null;
  viewings: number;
  /** Epoch seconds. */
  at: number | null;
}

/** What imports keep of a person's viewings, as far as it can be taken back. */
export interface ImportedItems {
  /** The runs that brought it; none for items of other kinds. */
  parts(item: Item): readonly RunPart[];
  /** The item without what a run brought: null where nothing is left, undefined where nothing came with the run. */
  without(item: Item, batchId: string): Item | null | undefined;
  /** The sort key of the film or series that a session is of. */
  titleKeyOf(item: Item): string | undefined;
  /** A film or series that an import added and that was not touched since. */
  isAdded(item: Item): boolean;
  /** A film or series of which it is stored that something was watched. */
  isWatched(item: Item): boolean;
  describeTitle(item: Item): { type: 'film' | 'series'; name: string | null };
}
