import { Args } from '@oclif/core';
import { InvalidInputError } from '../lib/core/errors.ts';
import { ImmersionCommand } from '../lib/core/terminal/base-command.ts';
import ImmersionHelp from '../lib/core/terminal/help.ts';
import { unknown } from '../lib/core/terminal/unknown-command.ts';

/** The commands on the page. */
export interface HelpResult {
  commands: { command: string; summary: string }[];
}

export default class Help extends ImmersionCommand {
  static override summary = 'List the commands, or explain one';
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> goal set'];
  static override strict = false;
  static override args = { command: Args.string({ description: 'Command or topic, such as goal set' }) };

  async run(): Promise<HelpResult> {
    const { argv } = await this.parse(Help);
    const words = argv as string[];
    const id = words.join(':');
    if (id !== '' && !this.config.findCommand(id) && !this.config.findTopic(id)) {
      const { message, suggestions } = unknown(words, this.config);
      throw new InvalidInputError(message, { code: 'invalid_argument', suggestions });
    }
    const commands = this.config.commands
      .filter((command) => !command.hidden && (id === '' || command.id === id || command.id.startsWith(`${id}:`)))
      .map((command) => ({ command: command.id.replaceAll(':', ' '), summary: command.summary ?? '' }));
    if (!this.jsonEnabled()) {
      const help = new ImmersionHelp(this.config, this.config.pjson.oclif.helpOptions);
      await (id === '' ? help.showRootHelp() : help.showHelp(words));
    }
    return { commands };
  }
}
