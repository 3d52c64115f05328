import { randomUUID } from 'node:crypto';
import { Args, Flags } from '@oclif/core';
import { ImmersionCommand } from '../core/terminal/base-command.ts';
import { asLine } from '../core/terminal/text.ts';
import type { ApiClient } from '../core/terminal/api-client.ts';
import { listShows } from '../recording/shows-contract.ts';
import { changeRule, type NamedCollection } from '../viewings/rule-calls.ts';
import { listRules, type RuleAnswer } from '../viewings/rules-contract.ts';
import { rulesTable } from '../viewings/rules-table.ts';
import { getProgress } from './progress-contract.ts';

/** All rules, or the changed one. */
export interface RuleResult {
  rules: RuleAnswer[];
}

export const collectionArgument = Args.string({
  description: 'Show folder, channel or podcast, by name or id; without it, your rules are listed',
});

/** Base of commands that set a rule for a show, channel or podcast. */
export abstract class RuleCommand extends ImmersionCommand {
  static override baseFlags = {
    ...ImmersionCommand.baseFlags,
    'dry-run': Flags.boolean({ description: 'Only show what would be set', default: false }),
  };

  protected async list(): Promise<RuleResult> {
    const { api } = await this.connect();
    const { rules } = await api.call(listRules);
    if (rules.length > 0) this.say(rulesTable(rules, this.screen));
    else this.tell('No rules yet.');
    return { rules };
  }

  /** `what` completes the message: `counts as ja`. */
  protected async change(
    text: string,
    change: Partial<Pick<RuleAnswer, 'language' | 'attention' | 'excluded'>>,
    { what, dryRun }: { what: string; dryRun: boolean },
  ): Promise<RuleResult> {
    const { api } = await this.connect();
    const known = await recordedCollections(api);
    const run = { id: randomUUID(), kind: 'rule' };
    const { name, rule } = await changeRule(text, change, { api, run, known, dryRun });
    if (dryRun) {
      this.tell(`Would set: everything from “${asLine(name)}” ${what}.`);
      return { rules: [] };
    }
    this.tell(`Everything from ${asLine(name)} ${what}, past viewings included.`);
    return { rules: rule ? [rule] : [] };
  }
}

/** A user's show folders, with the names of folder and series, channels and podcasts. */
async function recordedCollections(api: ApiClient): Promise<NamedCollection[]> {
  const { shows } = await api.call(listShows);
  const { youtube_channels: channels, spotify_shows: podcasts } = await api.call(getProgress);
  const named = (...names: (string | null)[]) => names.filter((name) => name !== null);
  return [
    ...shows.map(({ folder_name: id, tvdb_name: name }) => ({ kind: 'show' as const, id, names: named(id, name) })),
    ...channels.map(({ channel_id: id, channel_name: name }) => ({ kind: 'channel' as const, id, names: named(name) })),
    ...podcasts.map(({ show_id: id, show_name: name }) => ({ kind: 'podcast' as const, id, names: named(name) })),
  ];
}
