import { Flags } from '@oclif/core';
import { collectionArgument, RuleCommand, type RuleResult } from '../lib/progress/rule-command.ts';

export type ExcludeResult = RuleResult;

export default class Exclude extends RuleCommand {
  static override summary = 'Keep a show, channel or podcast without counting it';
  static override examples = [
    '<%= config.bin %> <%= command.id %> "News in English"',
    '<%= config.bin %> <%= command.id %> "News in English" --off',
  ];
  static override args = { name: collectionArgument };
  static override flags = { off: Flags.boolean({ description: 'Count it again', default: false }) };

  async run(): Promise<ExcludeResult> {
    const { args, flags } = await this.parse(Exclude);
    if (args.name === undefined) return this.list();
    const what = flags.off ? 'counts again' : 'is kept and not counted';
    return this.change(args.name, { excluded: !flags.off }, { what, dryRun: flags['dry-run'] });
  }
}
