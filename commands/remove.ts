import { randomUUID } from 'node:crypto';
import { Args, Flags } from '@oclif/core';
import { ImmersionCommand } from '../lib/core/terminal/base-command.ts';
import { asLine, counted, formatMinutes, localTime } from '../lib/core/terminal/text.ts';
import { ImmersionError, InvalidInputError } from '../lib/core/errors.ts';
import { createJournal } from '../lib/folder/journal.ts';
import { removeViewing, type RemovedViewing } from '../lib/viewings/entries-contract.ts';
import { viewingIdsOf } from '../lib/viewings/viewing-id-flags.ts';

export interface RemoveResult {
  batch_id: string;
  viewings: RemovedViewing[];
}

export default class Remove extends ImmersionCommand {
  static override summary = 'Remove viewings';
  static override description =
    'Takes the ids that immersion history shows, or the beginning of one. Imported viewings stay removed; a file or link that is still there comes back with the next sync. immersion undo reverts a removal.';
  static override strict = false;
  static override examples = ['<%= config.bin %> <%= command.id %> 3fa9 81c2'];
  static override args = { id: Args.string({ description: 'Ids, or beginnings of ids', required: true }) };
  static override flags = {
    yes: Flags.boolean({ char: 'y', description: 'Don’t ask for confirmation' }),
    'dry-run': Flags.boolean({ description: 'Only show what would be removed', default: false }),
  };

  async run(): Promise<RemoveResult> {
    const { argv, flags } = await this.parse(Remove);
    const ids = viewingIdsOf(argv as string[]);
    const { api, identity } = await this.connect();
    const result: RemoveResult = { batch_id: randomUUID(), viewings: [] };
    for (const id of ids) {
      const viewing = await api.call(removeViewing, { params: { id }, query: { dry_run: true } });
      if (!result.viewings.some((one) => one.id === viewing.id)) result.viewings.push(viewing);
    }
    for (const { id, at, title, seconds } of result.viewings) {
      const date = at === null ? 'date unknown' : localTime(at);
      this.tell(`${id}  ${date}  ${asLine(title)}  ${formatMinutes(Math.floor(seconds / 60))}`);
    }
    const count = counted(result.viewings.length, 'viewing');
    if (flags['dry-run']) {
      this.tell(`Would remove ${count}.`);
      return result;
    }
    if (!flags.yes) await this.ask(flags, count);

    // First, since a file without a record must not count as confirmed, even after an interruption.
    const journal = createJournal(this.settings());
    try {
      journal.forgetAll(identity);
    } finally {
      journal.close();
    }
    for (const { id } of result.viewings) {
      await api.call(removeViewing, {
        params: { id },
        query: { dry_run: false },
        run: { id: result.batch_id, kind: 'remove' },
      });
    }
    this.tell(`Removed ${count}. Undo it with immersion undo.`);
    const returning = result.viewings.filter((viewing) => viewing.comes_back).length;
    if (returning > 0) {
      this.tell(
        `${counted(returning, 'file or link comes', 'files or links come')} back with the next sync if still there.`,
      );
    }
    return result;
  }

  private async ask(flags: { input: boolean }, count: string): Promise<void> {
    const prompts = await this.prompts(flags);
    if (!prompts) {
      throw new InvalidInputError('Can’t ask whether to remove these without a terminal.', {
        code: 'input_needed',
        suggestions: ['Confirm in advance: immersion remove ID --yes'],
      });
    }
    if (await prompts.confirm(`Remove ${count}?`)) return;
    throw new ImmersionError('Cancelled; nothing was removed.', { code: 'declined' });
  }
}
