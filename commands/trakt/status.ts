import { ImmersionCommand } from '../../lib/core/terminal/base-command.ts';
import { asLine, localTime } from '../../lib/core/terminal/text.ts';
import { jobProgress, jobReport } from '../../lib/imports/job-report.ts';
import { listJobs, type JobAnswer } from '../../lib/imports/jobs-contract.ts';
import { getTraktStatus, type TraktStatus } from '../../lib/imports/trakt-contract.ts';

export interface TraktStatusResult extends TraktStatus {
  last_run: JobAnswer | null;
}

export default class TraktStatusCommand extends ImmersionCommand {
  static override summary = 'Show the Trakt login and the last import';
  static override examples = ['<%= config.bin %> <%= command.id %>'];

  async run(): Promise<TraktStatusResult> {
    await this.parse(TraktStatusCommand);
    const { api } = await this.connect();
    const status = await api.call(getTraktStatus);
    const { runs: jobs } = await api.call(listJobs);
    const [last] = jobs;
    this.say(loginLine(status));
    this.say(`Last sync: ${status.last_sync_at === null ? 'never' : localTime(status.last_sync_at)}`);
    if (last) {
      const kind = last.kind.replaceAll('_', ' ');
      this.say(`Last import: ${kind} of ${localTime(last.started_at)}: ${last.status.replaceAll('_', ' ')}`);
      if (last.status === 'running' || last.status === 'interrupted') {
        const [text, count] = jobProgress(last);
        this.say(`${text}  ${count?.item ?? ''}`.trimEnd());
      }
      const report = jobReport(last, this.screen);
      if (report !== '') this.say(`\n${report}`);
      if (last.status === 'interrupted') this.tell('Resume with immersion trakt resume.');
    }
    return { ...status, last_run: last ?? null };
  }
}

function loginLine({ connected, username, needs_reconnect: needsReconnect }: TraktStatus): string {
  if (connected) return `Logged in to Trakt${username === null ? '' : ` as ${asLine(username)}`}.`;
  if (needsReconnect) return 'The Trakt login has expired. Log in again with immersion trakt login.';
  return 'Not logged in to Trakt.';
}
