import { randomUUID } from 'node:crypto';
import { Args, Flags } from '@oclif/core';
import { ImmersionCommand } from '../lib/core/terminal/base-command.ts';
import { asLine } from '../lib/core/terminal/text.ts';
import { InvalidInputError } from '../lib/core/errors.ts';
import { editViewing, type ChangedViewing } from '../lib/viewings/entries-contract.ts';
import { ACTIVITIES, ATTENTIONS } from '../lib/viewings/viewing-rules.ts';
import { languageFlag, languageOf, whenFlags, whenOf } from '../lib/viewings/when-flags.ts';
import { viewingIdsOf } from '../lib/viewings/viewing-id-flags.ts';

export interface EditResult {
  batch_id: string;
  viewings: ChangedViewing[];
}

export default class Edit extends ImmersionCommand {
  static override summary = 'Change viewings: date, length, language or title';
  static override description =
    'Takes the ids that immersion history shows, or the beginning of one. Files and imports stay unchanged; immersion undo reverts the change.';
  static override strict = false;
  static override examples = [
    '<%= config.bin %> <%= command.id %> 3fa9 --at "yesterday 21:30" --minutes 24',
    '<%= config.bin %> <%= command.id %> 3fa9 81c2 --language ja',
  ];
  static override args = { id: Args.string({ description: 'Ids, or beginnings of ids', required: true }) };
  static override flags = {
    ...whenFlags,
    minutes: Flags.string({ description: 'Length in minutes' }),
    language: languageFlag,
    title: Flags.string({ description: 'Title' }),
    activity: Flags.option({ description: 'What you did', options: ACTIVITIES })(),
    attention: Flags.option({ description: 'Whether you paid attention', options: ATTENTIONS })(),
  };

  async run(): Promise<EditResult> {
    const { argv, flags } = await this.parse(Edit);
    const ids = viewingIdsOf(argv as string[]);
    const { minutes, language, title, activity, attention } = flags;
    const seconds = minutes === undefined ? undefined : Number(minutes) * 60;
    if (seconds !== undefined && !(seconds > 0 && Number.isFinite(seconds))) {
      throw new InvalidInputError(`“${minutes}” is not a number of minutes.`, { code: 'invalid_argument' });
    }
    const { api } = await this.connect();
    const at = await whenOf(flags, { api, now: Date.now() });
    const body = {
      ...(at !== undefined && { at }),
      ...(seconds !== undefined && { seconds }),
      ...(language !== undefined && { language: languageOf(language) }),
      ...(title !== undefined && { title }),
      ...(activity && { activity }),
      ...(attention && { attention }),
    };
    if (Object.keys(body).length === 0) {
      throw new InvalidInputError('Nothing to change.', {
        code: 'invalid_argument',
        suggestions: ['See immersion edit --help'],
      });
    }
    const result: EditResult = { batch_id: randomUUID(), viewings: [] };
    for (const id of ids) {
      const viewing = await api.call(editViewing, { params: { id }, body, run: { id: result.batch_id, kind: 'edit' } });
      result.viewings.push(viewing);
      this.tell(`Changed ${asLine(viewing.title)}.`);
    }
    return result;
  }
}
