import type { Call, Session } from './api.ts';

/** A change and how to undo it; null if that's impossible. */
export interface Undoable {
  said: string;
  undo: (() => Promise<unknown>) | null;
}

/** What all parts of the page need to read and change data. */
export interface Desk {
  session: Session;
  call: Call;
  /** Incremented with each change, which reloads data. */
  version: number;
  today: string | undefined;
  /** Reloads all data, and offers to undo the change. */
  changed: (undoable: Undoable) => void;
}
