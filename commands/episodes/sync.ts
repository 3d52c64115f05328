import { Flags } from '@oclif/core';
import { startActivity } from '../../lib/core/terminal/activity.ts';
import { ImmersionCommand } from '../../lib/core/terminal/base-command.ts';
import { runPasses } from '../../lib/shows/sync-passes.ts';
import { counted } from '../../lib/core/terminal/text.ts';
import { runSync, type TickAnswer } from '../../lib/shows/catalog-contract.ts';

/** Totals of the API's passes. */
export type EpisodesSyncResult = TickAnswer;

export default class EpisodesSync extends ImmersionCommand {
  static override summary = 'Fetch the episodes of all seasons that are due';
  static override description =
    'A server does this automatically, once a second. EPISODE_SYNC_MODE decides which seasons: GREEDY for all known shows, ON_DEMAND for shows that someone follows.';
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --dry-run'];
  static override flags = {
    'dry-run': Flags.boolean({ description: 'Only show how many seasons are due' }),
  };

  async run(): Promise<EpisodesSyncResult> {
    const { flags } = await this.parse(EpisodesSync);
    const { api } = await this.connect();
    if (flags['dry-run']) {
      const due = await api.call(runSync, { query: { dry_run: true } });
      this.tell(`Would fetch ${counted(due.due, 'season')}.`);
      return due;
    }
    const activity = startActivity('Fetching episodes…', this.io, this.jsonEnabled());
    const sums = await runPasses(api, {
      progressed: ({ synced, due }) =>
        activity.update(`Fetching episodes… ${synced} of ${counted(due, 'season')}`, { done: synced, total: due }),
    }).finally(() => activity.stop());
    const left = [
      ...(sums.failed > 0 ? [`${sums.failed} failed`] : []),
      ...(sums.skipped > 0 ? [`${sums.skipped} left for later`] : []),
    ];
    this.tell(`${['Fetched ' + counted(sums.synced, 'season'), ...left].join(', ')}.`);
    if (sums.reason !== null) this.tell(sums.reason);
    if (left.length > 0 || sums.reason !== null) this.finishWith('partly');
    return sums;
  }
}
