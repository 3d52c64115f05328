import type { ViewingAnswer } from '../lib/viewings/history-contract.ts';
import { newRun } from './api.ts';
import type { Desk } from './desk.ts';
import { Dialog } from './dialog.tsx';
import { ATTENTIONS, ChoiceField, LanguageField, LengthField, lengthOf, textOf } from './fields.tsx';
import { Form } from './form.tsx';

/** Edits a viewing; untouched values stay exact, to the second. */
export function EditDialog({ desk, viewing, onClose }: { desk: Desk; viewing: ViewingAnswer; onClose: () => void }) {
  const localAt = viewing.local_at?.slice(0, 16) ?? '';

  const send = async (fields: FormData): Promise<string | void> => {
    const seconds = lengthOf(fields);
    if (seconds <= 0) return 'Enter how long it was.';
    const title = textOf(fields, 'title') ?? viewing.title;
    const at = textOf(fields, 'at');
    const language = textOf(fields, 'language');
    const attention = textOf(fields, 'attention');
    const change = {
      ...(title === viewing.title ? {} : { title }),
      ...(Math.round(viewing.seconds / 60) * 60 === seconds ? {} : { seconds }),
      ...((at ?? '') === localAt ? {} : { at }),
      ...(language === viewing.language ? {} : { language }),
      ...(attention === viewing.attention ? {} : { attention }),
    };
    if (Object.keys(change).length > 0) {
      const run = newRun('edit');
      await desk.call(`viewings/${viewing.id}`, { method: 'PATCH', run, body: change });
      desk.changed({
        said: `Edited “${title}”.`,
        undo: () => desk.call(`batches/${run.id}`, { method: 'DELETE' }),
      });
    }
    onClose();
  };

  return (
    <Dialog title="Edit viewing" onClose={onClose}>
      <Form onSend={send} action="Save" onCancel={onClose}>
        <label class="long">
          Title
          <input name="title" required maxLength={1000} defaultValue={viewing.title} />
        </label>
        <LengthField seconds={viewing.seconds} />
        <label>
          Ended at
          <input name="at" type="datetime-local" defaultValue={localAt} />
        </label>
        <LanguageField value={viewing.language} />
        <ChoiceField label="Attention" name="attention" choices={ATTENTIONS} value={viewing.attention} />
      </Form>
    </Dialog>
  );
}
