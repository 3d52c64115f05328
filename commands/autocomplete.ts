import path from 'node:path';
import { Args } from '@oclif/core';
import { InvalidInputError } from '../lib/core/errors.ts';
import { ImmersionCommand } from '../lib/core/terminal/base-command.ts';
import { completionScript, SHELLS, type Shell } from '../lib/core/terminal/completion-text.ts';

export interface AutocompleteResult {
  shell: Shell;
  script: string;
}

export default class Autocomplete extends ImmersionCommand {
  static override summary = 'Print a script that completes commands and flags in your shell';
  static override description =
    'Add a line to ~/.bashrc or ~/.zshrc: source <(immersion autocomplete bash), or the same with zsh.';
  static override examples = ['<%= config.bin %> <%= command.id %> bash'];
  static override args = {
    shell: Args.string({
      description: 'Shell to complete in (default: your own, if it’s one of these)',
      options: SHELLS,
    }),
  };

  async run(): Promise<AutocompleteResult> {
    const { args } = await this.parse(Autocomplete);
    const own = path.basename(this.io.environment['SHELL'] ?? '');
    const shell = SHELLS.find((name) => name === (args.shell ?? own));
    if (!shell) {
      throw new InvalidInputError(`There’s no completion for ${own === '' ? 'an unknown shell' : own}.`, {
        code: 'invalid_argument',
        suggestions: [`Name another shell: immersion autocomplete ${SHELLS.join(' or ')}`],
      });
    }
    const commands = this.config.commands
      .filter(({ hidden }) => !hidden)
      .map(({ id, flags }) => ({
        words: id.replaceAll(':', ' '),
        flags: Object.values(flags).map(({ name, ...flag }) => ({
          name,
          ...('allowNo' in flag && flag.allowNo ? { allowNo: true } : {}),
          ...('options' in flag && flag.options ? { options: flag.options } : {}),
        })),
      }));
    const script = completionScript(shell, commands);
    this.say(script.trimEnd());
    return { shell, script };
  }
}
