import { Flags } from '@oclif/core';
import { ImmersionCommand } from '../lib/core/terminal/base-command.ts';
import { historyTable } from '../lib/viewings/history-table.ts';
import { createJournal } from '../lib/folder/journal.ts';
import { counted } from '../lib/core/terminal/text.ts';
import { listBatches, removeBatch, type BatchRemovalAnswer } from '../lib/viewings/history-contract.ts';
import { ImmersionError, InvalidInputError } from '../lib/core/errors.ts';

/** What `immersion undo --json` prints: the API's answer, without a batch where nothing was ever recorded. */
export type UndoResult = Omit<BatchRemovalAnswer, 'batch_id'> & { batch_id: string | null };

export default class Undo extends ImmersionCommand {
  static override summary = 'Undo the last run';
  static override description =
    'Shows what one run of sync, add or import recorded, asks, and removes exactly that. Files that were cleaned up don’t come back; files that are still there are recorded again by the next sync.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --batch 0f2c1d9e-8a55-4c0b-9a55-1f7d6a3b2c10 --yes',
  ];
  static override flags = {
    batch: Flags.string({ description: 'Id of a run other than the last; see immersion history --json' }),
    yes: Flags.boolean({ char: 'y', description: 'Don’t ask for confirmation' }),
    'dry-run': Flags.boolean({ description: 'Only show what would be removed', default: false }),
  };

  async run(): Promise<UndoResult> {
    const { flags } = await this.parse(Undo);
    const { api, identity } = await this.connect();
    const batchId = flags.batch ?? (await api.call(listBatches, { query: { limit: 1 } })).batches[0]?.batch_id;
    const plan = batchId
      ? await api.call(removeBatch, { params: { id: batchId }, query: { dry_run: true } })
      : undefined;
    if (!batchId || !plan || plan.items_removed + plan.changes_undone + plan.collections_removed.length === 0) {
      this.tell('Nothing to undo.');
      return {
        batch_id: batchId ?? null,
        dry_run: flags['dry-run'],
        items_removed: 0,
        changes_undone: 0,
        items: [],
        collections_removed: [],
      };
    }
    if (plan.items.length > 0) this.say(historyTable(plan.items, this.screen));
    const unlisted = plan.items_removed - plan.items.length;
    if (unlisted > 0) this.say(`… and ${counted(unlisted, 'earlier viewing')}`);
    if (flags['dry-run']) {
      this.tell(`Would remove ${whatOf(plan)}.`);
      return plan;
    }
    if (!flags.yes) await this.ask(flags, whatOf(plan));

    // Before the records go: a file whose record is gone must not count as confirmed, even if this stops in between.
    const journal = createJournal(this.settings());
    try {
      journal.forgetAll(identity);
    } finally {
      journal.close();
    }
    const removed = await api.call(removeBatch, { params: { id: batchId }, query: { dry_run: false } });
    this.tell(`Removed ${whatOf(removed)}.`);
    return removed;
  }

  private async ask(flags: { input: boolean }, what: string): Promise<void> {
    const prompts = await this.prompts(flags);
    if (!prompts) {
      throw new InvalidInputError('Can’t ask whether to remove these without a terminal.', {
        code: 'input_needed',
        suggestions: ['Confirm in advance: immersion undo --yes'],
      });
    }
    if (await prompts.confirm(`Remove ${what}?`)) return;
    throw new ImmersionError('Cancelled; nothing was removed.', { code: 'declined' });
  }
}

/** `3 viewings and 1 show, channel, podcast or title left empty`. */
function whatOf({ items_removed: viewings, changes_undone: changes, collections_removed: empty }: BatchRemovalAnswer) {
  return [
    ...(viewings > 0 || empty.length + changes === 0 ? [counted(viewings, 'viewing')] : []),
    ...(empty.length > 0 ? [counted(empty.length, 'title or show left empty', 'titles or shows left empty')] : []),
    ...(changes > 0 ? [counted(changes, 'other change')] : []),
  ].join(' and ');
}
