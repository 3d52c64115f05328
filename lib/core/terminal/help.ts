import { Help } from '@oclif/core';
import { EXIT_CODES } from './exit-codes.ts';

/** oclif's help, with the exit statuses on the root page. */
export default class ImmersionHelp extends Help {
  /** Without a command, shows today's progress if anything is recorded. */
  override async showHelp(argv: string[]): Promise<void> {
    if (argv.length === 0 && (await this.config.runCommand('today', ['--if-recorded']))) return;
    await super.showHelp(argv);
  }

  override async showRootHelp(): Promise<void> {
    await super.showRootHelp();
    const rows = Object.values(EXIT_CODES).map(([status, meaning]) => [String(status), meaning]);
    const { length } = '130';
    this.log('EXIT STATUS');
    for (const [status = '', meaning = ''] of rows) this.log(`  ${status.padStart(length)}  ${meaning}`);
    this.log('');
  }
}
