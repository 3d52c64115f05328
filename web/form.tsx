import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { ApiError } from './api.ts';

/** A form with error messages; `onSend` returns a message if the fields are invalid. */
export function Form({
  onSend,
  action,
  onCancel,
  children,
}: {
  onSend: (fields: FormData, form: HTMLFormElement) => Promise<string | void>;
  action: string;
  onCancel?: () => void;
  children: ComponentChildren;
}) {
  const [message, setMessage] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    setBusy(true);
    try {
      setMessage((await onSend(new FormData(form), form)) ?? null);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setMessage(error.message);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form class="fields" onSubmit={(event) => void submit(event)}>
      {children}
      <div class="actions">
        <button class="primary" disabled={isBusy}>
          {action}
        </button>
        {onCancel && (
          <button type="button" onClick={onCancel}>
            Cancel
          </button>
        )}
      </div>
      <p role="alert" class="message">
        {message}
      </p>
    </form>
  );
}
