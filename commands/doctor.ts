import { Flags } from '@oclif/core';
import { ImmersionCommand } from '../lib/core/terminal/base-command.ts';
import { runChecks, type Check } from '../lib/doctor/doctor.ts';
import { asLine, padToWidth } from '../lib/core/terminal/text.ts';

export interface DoctorResult {
  checks: Check[];
}

const MARKS = { ok: ['green', '✓'], note: ['yellow', '!'], broken: ['red', '✗'] } as const;

export default class Doctor extends ImmersionCommand {
  static override summary = 'Check your setup and report problems';
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --offline'];

  static override flags = {
    offline: Flags.boolean({ description: 'Don’t check the keys with their providers' }),
  };

  async run(): Promise<DoctorResult> {
    const { flags } = await this.parse(Doctor);
    const config = this.settings();
    const { io, screen } = this;
    const checks = await runChecks(config, {
      connect: () => this.connect(),
      io,
      screen,
      offline: flags.offline,
    });
    for (const { name, state, said, todo } of checks) {
      const [style, mark] = MARKS[state];
      this.say(`${screen.style(style, mark)} ${padToWidth(name, 14)} ${asLine(said)}`);
      if (todo) this.say(`${' '.repeat(17)}→ ${asLine(todo)}`);
    }
    if (checks.some((check) => check.state === 'broken')) this.finishWith('failed');
    return { checks };
  }
}
