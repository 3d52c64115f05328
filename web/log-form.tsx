import { useState } from 'preact/hooks';
import { newRun } from './api.ts';
import type { Desk } from './desk.ts';
import { ChoiceField, LanguageField, LengthField, MEDIUM_CHOICES, lengthOf, textOf } from './fields.tsx';
import { Form } from './form.tsx';
import { formatLength } from './format.ts';

/** Logs time without a file or link. */
export function LogForm({ desk }: { desk: Desk }) {
  const [isOpen, setOpen] = useState(false);

  const send = async (fields: FormData, form: HTMLFormElement): Promise<string | void> => {
    const seconds = lengthOf(fields);
    if (seconds <= 0) return 'Enter how long it was.';
    const run = newRun('log');
    const title = textOf(fields, 'title') ?? '';
    const at = textOf(fields, 'at');
    const language = textOf(fields, 'language');
    await desk.call('viewings', {
      method: 'POST',
      run,
      body: {
        viewings: [
          {
            title,
            seconds,
            medium: fields.get('medium'),
            attention: fields.has('background') ? 'background' : 'focused',
            ...(at === null ? {} : { at }),
            ...(language === null ? {} : { language }),
          },
        ],
      },
    });
    form.reset();
    desk.changed({
      said: `Logged ${formatLength(seconds)} of “${title}”.`,
      undo: () => desk.call(`batches/${run.id}`, { method: 'DELETE' }),
    });
  };

  return (
    <section class="card wide">
      <details open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          <h2>Log time</h2>
        </summary>
        <Form onSend={send} action="Log">
          <label class="long">
            Title
            <input name="title" required maxLength={1000} autocomplete="off" />
          </label>
          <LengthField />
          <ChoiceField label="Medium" name="medium" choices={MEDIUM_CHOICES} value="other" />
          <LanguageField none="Default" />
          <label>
            Ended at
            <input name="at" type="datetime-local" aria-describedby="at-hint" />
            <span class="quiet" id="at-hint">
              Leave it empty if it just ended
            </span>
          </label>
          <label class="check">
            <input name="background" type="checkbox" /> In the background
          </label>
        </Form>
      </details>
    </section>
  );
}
