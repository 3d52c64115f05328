import { Flags } from '@oclif/core';
import { ImmersionCommand } from '../lib/core/terminal/base-command.ts';
import { historyTable } from '../lib/viewings/history-table.ts';
import { createJournal } from '../lib/folder/journal.ts';
import { asLine, counted } from '../lib/core/terminal/text.ts';
import { getHistory, removeBatch, type BatchRemovalAnswer } from '../lib/viewings/history-contract.ts';
import { ImmersionError, InvalidInputError } from '../lib/core/errors.ts';

/** What `immersion undo --json` prints: the API's answer, without a batch where nothing was ever recorded. */
export type UndoResult = Omit<BatchRemovalAnswer, 'batch_id'> & { batch_id: string | null };

export default class Undo extends ImmersionCommand {
  static override summary = 'Undo the last run';
  static override description =
    'Shows what one run of sync, add, log, edit, remove or import did, asks, and takes back exactly that. Files that were cleaned up don’t come back; files that are still there are recorded again by the next sync.';
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
    const batchId = flags.batch ?? (await api.call(getHistory, { query: { limit: 1 } })).last_batch?.batch_id;
    const plan = batchId
      ? await api.call(removeBatch, { params: { id: batchId }, query: { dry_run: true } })
      : undefined;
    if (!batchId || !plan || plan.items_removed + plan.restored.length === 0) {
      this.tell('Nothing to undo.');
      return {
        batch_id: batchId ?? null,
        dry_run: flags['dry-run'],
        items_removed: 0,
        items: [],
        collections_removed: [],
        restored: [],
      };
    }
    if (plan.items.length > 0) this.say(historyTable(plan.items, this.screen));
    for (const { title, was_removed: isRemoval } of plan.restored) {
      this.say(`${isRemoval ? 'Removed' : 'Changed'}: ${asLine(title)}`);
    }
    const unlisted = plan.items_removed - plan.items.length;
    if (unlisted > 0) this.say(`… and ${counted(unlisted, 'earlier viewing')}`);
    if (flags['dry-run']) {
      this.tell(`Would ${undoing(plan)}.`);
      return plan;
    }
    if (!flags.yes) await this.ask(flags, plan);

    // Before the records go: a file whose record is gone must not count as confirmed, even if this stops in between.
    const journal = createJournal(this.settings());
    try {
      journal.forgetAll(identity);
    } finally {
      journal.close();
    }
    const removed = await api.call(removeBatch, { params: { id: batchId }, query: { dry_run: false } });
    const collections = removed.collections_removed.length;
    const items = removed.items_removed;
    if (items > 0) {
      this.tell(
        `Removed ${counted(items, 'viewing')}${collections > 0 ? ` and ${counted(collections, 'show, channel or podcast', 'shows, channels or podcasts')} left empty` : ''}.`,
      );
    }
    const undone = removed.restored.length;
    if (undone > 0) this.tell(`Undid ${counted(undone, 'change')}.`);
    return removed;
  }

  private async ask(flags: { input: boolean }, plan: BatchRemovalAnswer): Promise<void> {
    const prompts = await this.prompts(flags);
    if (!prompts) {
      throw new InvalidInputError('Can’t ask whether to undo this without a terminal.', {
        code: 'input_needed',
        suggestions: ['Confirm in advance: immersion undo --yes'],
      });
    }
    const question = undoing(plan);
    if (await prompts.confirm(`${question[0]?.toUpperCase()}${question.slice(1)}?`)) return;
    throw new ImmersionError('Cancelled; nothing was removed.', { code: 'declined' });
  }
}

/** `remove 3 viewings and undo 1 change`. */
const undoing = ({ items_removed: items, restored: { length: changes } }: BatchRemovalAnswer): string =>
  [items > 0 ? `remove ${counted(items, 'viewing')}` : '', changes > 0 ? `undo ${counted(changes, 'change')}` : '']
    .filter((part) => part !== '')
    .join(' and ');
