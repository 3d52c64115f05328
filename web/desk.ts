import type { Call, Session } from './api.ts';

/** A change that was made, and how to take it back; null where it cannot be. */
export interface Undoable {
  said: string;
  undo: (() => Promise<unknown>) | null;
}

/** What each part of the page needs to read and change things. */
export interface Desk {
  session: Session;
  call: Call;
  /** Moves with each change, so that what is shown is read again. */
  version: number;
  today: string | undefined;
  /** After a change: everything is read again, and the change can be undone. */
  changed: (undoable: Undoable) => void;
}
