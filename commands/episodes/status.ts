import { localTime } from '../../lib/core/terminal/text.ts';
import { ImmersionCommand } from '../../lib/core/terminal/base-command.ts';
import { getSyncStatus, type SyncStatusAnswer } from '../../lib/shows/catalog-contract.ts';

export type EpisodesStatusResult = SyncStatusAnswer;

export default class EpisodesStatus extends ImmersionCommand {
  static override summary = 'Show the result of the last episode sync';
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json'];

  async run(): Promise<EpisodesStatusResult> {
    await this.parse(EpisodesStatus);
    const { api } = await this.connect();
    const status = await api.call(getSyncStatus);
    this.say(`Mode       ${status.mode ?? 'none: EPISODE_SYNC_MODE is invalid'}`);
    this.say(`Last pass  ${status.last_tick_at === null ? 'none yet' : localTime(status.last_tick_at)}`);
    this.say(
      `Seasons    ${status.due} due, ${status.synced} synced, ${status.failed} failed, ${status.skipped} skipped`,
    );
    this.say(`Took       ${(status.duration_ms / 1000).toFixed(1)} s`);
    return status;
  }
}
