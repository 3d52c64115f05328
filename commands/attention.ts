import { Args } from '@oclif/core';
import { collectionArgument, RuleCommand, type RuleResult } from '../lib/progress/rule-command.ts';

export type AttentionResult = RuleResult;

export default class Attention extends RuleCommand {
  static override summary = 'Set whether a show, channel or podcast counts as background';
  static override description =
    'Background time is shown beside focused time and not mixed in. Applies to everything from it, past viewings included. Without arguments, lists your rules.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> "Morning radio" background',
    '<%= config.bin %> <%= command.id %> "Morning radio" focused',
  ];
  static override args = {
    name: collectionArgument,
    attention: Args.string({
      description: 'Whether you pay attention',
      options: ['focused', 'background'],
      default: 'background',
    }),
  };

  async run(): Promise<AttentionResult> {
    const { args, flags } = await this.parse(Attention);
    if (args.name === undefined) return this.list();
    const isBackground = args.attention === 'background';
    const what = isBackground ? 'counts as background' : 'counts as focused';
    // Focused is the default.
    const attention = isBackground ? ('background' as const) : null;
    return this.change(args.name, { attention }, { what, dryRun: flags['dry-run'] });
  }
}
