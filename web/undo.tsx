import { useState } from 'preact/hooks';
import { ApiError } from './api.ts';
import type { Desk, Undoable } from './desk.ts';

/** The latest change with a button to undo it. */
export function Undo({
  desk,
  undoable,
  onDone,
}: {
  desk: Desk;
  undoable: Undoable | null;
  onDone: (next: null) => void;
}) {
  const [message, setMessage] = useState<string | null>(null);
  const undo = async (): Promise<void> => {
    try {
      await undoable?.undo?.();
      desk.changed({ said: 'Undone.', undo: null });
    } catch (error) {
      setMessage(error instanceof ApiError ? error.message : String(error));
    }
  };
  return (
    <div role="status" class={undoable ? 'toast' : 'toast hidden'}>
      {undoable && (
        <>
          <span>{message ?? undoable.said}</span>
          {undoable.undo && (
            <button
              class="plain"
              onClick={() => {
                setMessage(null);
                void undo();
              }}
            >
              Undo
            </button>
          )}
          <button
            class="plain"
            aria-label="Close"
            onClick={() => {
              setMessage(null);
              onDone(null);
            }}
          >
            ✕
          </button>
        </>
      )}
    </div>
  );
}
