import { randomBytes } from 'node:crypto';
import { Flags } from '@oclif/core';
import { startService, type RunningServer } from '../api/server.ts';
import { ImmersionCommand } from '../lib/core/terminal/base-command.ts';
import { openInBrowser } from '../lib/core/terminal/browser.ts';
import { EMBEDDED_USER } from '../lib/core/terminal/connection.ts';
import { settleTimeZone } from '../lib/core/terminal/embedded.ts';
import { EXIT_CODES } from '../lib/core/terminal/exit-codes.ts';

export interface DashboardResult {
  url: string;
}

export default class Dashboard extends ImmersionCommand {
  static override summary = 'Show your progress in the browser';
  static override description =
    'Opens a page with your streak, goals, charts, shows and viewings, until Ctrl-C. The address logs in once. With IMMERSION_TRACKER_API_URL set, opens the page of that server.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --no-browser',
  ];
  static override flags = {
    browser: Flags.boolean({ description: 'Open the browser', default: true, allowNo: true }),
    port: Flags.string({ description: 'Port to listen on (default: any free one)', default: '0' }),
  };
  private server: RunningServer | undefined;
  private readonly ended = Promise.withResolvers<void>();

  async run(): Promise<DashboardResult> {
    const { flags } = await this.parse(Dashboard);
    const shown = await this.open(flags);
    if (!this.server) return shown;
    this.tell('Press Ctrl-C to stop.');
    process.once('SIGTERM', () => void this.stop());
    await this.ended.promise;
    return shown;
  }

  /** Serves the page, or finds the server that does, and shows its address. */
  async open({ browser, port = '0' }: { browser: boolean; port?: string }): Promise<DashboardResult> {
    const settings = this.settings({ HOST: '127.0.0.1', PORT: port });
    if (settings.api.kind === 'remote') return this.show(`${settings.api.url}/`, browser);
    const config = await settleTimeZone(settings, () => this.settings({ HOST: '127.0.0.1', PORT: port }));
    const [secret, password] = [randomBytes(24).toString('base64url'), randomBytes(24).toString('base64url')];
    const authorization = `Basic ${Buffer.from(`${EMBEDDED_USER}:${password}`).toString('base64')}`;
    this.server = await startService(config, {
      format: 'none',
      write: () => {},
      background: true,
      users: [{ user: EMBEDDED_USER, password, admin: true }],
      handOver: { secret, user: EMBEDDED_USER, authorization },
    });
    return this.show(`${this.server.url}/#login=${secret}`, browser);
  }

  /** Stops the page's server. */
  async stop(): Promise<void> {
    await this.server?.stop();
    this.ended.resolve();
  }

  private show(url: string, browser: boolean): DashboardResult {
    this.tell(`Your dashboard: ${url}`);
    if (this.jsonEnabled()) this.logJson({ url });
    if (browser) openInBrowser(url);
    return { url };
  }

  /** Printed when the page is available, not when it is gone. */
  override logJson(json: unknown): void {
    if (!this.isPrinted) super.logJson(json);
    this.isPrinted = true;
  }
  private isPrinted = false;

  protected override interrupt(): void {
    this.exitStatus = EXIT_CODES.interrupted[0];
    void this.stop();
  }
}
