import { Flags } from '@oclif/core';
import type { ApiClient } from '../lib/core/terminal/api-client.ts';
import { ImmersionCommand } from '../lib/core/terminal/base-command.ts';
import { historyTable } from '../lib/viewings/history-table.ts';
import { createJournal } from '../lib/folder/journal.ts';
import { asLine, counted } from '../lib/core/terminal/text.ts';
import { listBatches, removeBatch, type BatchRemovalAnswer } from '../lib/viewings/history-contract.ts';
import { ImmersionError, InvalidInputError } from '../lib/core/errors.ts';

/** `batch_id` is null if nothing was ever recorded. */
export type UndoResult = Omit<BatchRemovalAnswer, 'batch_id'> & { batch_id: string | null };

/** Newer runs may have nothing left to undo. */
const RUNS_LOOKED_AT = 10;

export default class Undo extends ImmersionCommand {
  static override summary = 'Undo the last run';
  static override description =
    'Shows what one run of sync, add, log, edit, remove or import did, asks, and reverts exactly that. Files that were cleaned up don’t come back; files that are still there are recorded again by the next sync.';
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
    const plan = await this.plan(api, flags.batch);
    if (!plan) {
      this.tell('Nothing to undo.');
      return {
        batch_id: flags.batch ?? null,
        dry_run: flags['dry-run'],
        items_removed: 0,
        changes_undone: 0,
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
      this.tell(`Would ${whatOf(plan, ['remove', 'undo'])}.`);
      return plan;
    }
    if (!flags.yes) await this.ask(flags, whatOf(plan, ['remove', 'undo']));

    // First, since a file without a record must not count as confirmed, even after an interruption.
    const journal = createJournal(this.settings());
    try {
      journal.forgetAll(identity);
    } finally {
      journal.close();
    }
    const removed = await api.call(removeBatch, { params: { id: plan.batch_id }, query: { dry_run: false } });
    this.tell(`${capitalized(whatOf(removed, ['removed', 'undid']))}.`);
    return removed;
  }

  /** What undoing a run, or the latest one with anything left, would do. */
  private async plan(api: ApiClient, batchId: string | undefined): Promise<BatchRemovalAnswer | undefined> {
    const runs =
      batchId === undefined
        ? (await api.call(listBatches, { query: { limit: RUNS_LOOKED_AT } })).batches
        : [{ batch_id: batchId }];
    for (const { batch_id: id } of runs) {
      const plan = await api.call(removeBatch, { params: { id }, query: { dry_run: true } });
      if (whatOf(plan, ['', '']) !== '') return plan;
    }
    return undefined;
  }

  private async ask(flags: { input: boolean }, what: string): Promise<void> {
    const prompts = await this.prompts(flags);
    if (!prompts) {
      throw new InvalidInputError('Can’t ask whether to undo this without a terminal.', {
        code: 'input_needed',
        suggestions: ['Confirm in advance: immersion undo --yes'],
      });
    }
    if (await prompts.confirm(`${capitalized(what)}?`)) return;
    throw new ImmersionError('Cancelled; nothing was removed.', { code: 'declined' });
  }
}

/** `remove 3 viewings and 1 show or title left empty, and undo 1 change`; empty if nothing changes. */
function whatOf(
  { items_removed: viewings, changes_undone: others, collections_removed: empty, restored }: BatchRemovalAnswer,
  [remove, undo]: readonly [string, string],
): string {
  const removed = [
    ...(viewings > 0 ? [counted(viewings, 'viewing')] : []),
    ...(empty.length > 0 ? [counted(empty.length, 'title or show left empty', 'titles or shows left empty')] : []),
  ].join(' and ');
  const changes = others + restored.length;
  return [
    ...(removed === '' ? [] : [`${remove} ${removed}`]),
    ...(changes > 0 ? [`${undo} ${counted(changes, 'change')}`] : []),
  ].join(', and ');
}

const capitalized = (text: string): string => `${text[0]?.toUpperCase()}${text.slice(1)}`;
