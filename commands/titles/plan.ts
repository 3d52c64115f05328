import { Flags } from '@oclif/core';
import { ImmersionCommand } from '../../lib/core/terminal/base-command.ts';
import { checkTitle, findTitle, titleArgument } from '../../lib/titles/find-title-prompts.ts';
import { asLine } from '../../lib/core/terminal/text.ts';
import { type TitleAnswer, setTitle } from '../../lib/titles/titles-contract.ts';

export type TitlesPlanResult = TitleAnswer | null;

export default class TitlesPlan extends ImmersionCommand {
  static override hiddenAliases = ['library:plan'];
  static override summary = 'Set the status of a film or series (default: planned)';
  static override examples = [
    '<%= config.bin %> <%= command.id %> movie/550',
    '<%= config.bin %> <%= command.id %> tv/1396 --status abandoned',
  ];
  static override args = { title: titleArgument };
  static override flags = {
    status: Flags.option({
      description: 'Status to set',
      options: ['planned', 'in_progress', 'completed', 'abandoned'] as const,
      default: 'planned' as const,
    })(),
    'dry-run': Flags.boolean({ description: 'Only show what would be set' }),
  };

  async run(): Promise<TitlesPlanResult> {
    const { args, flags } = await this.parse(TitlesPlan);
    const { api } = await this.connect();
    const params = await findTitle(args.title, api);
    if (flags['dry-run']) {
      await checkTitle(params, api);
      this.tell(`Would set ${params.type}/${params.tmdb_id} to ${shownStatus(flags)}.`);
      return null;
    }
    const title = await api.call(setTitle, { params, body: { status: flags.status } });
    this.tell(`${asLine(title.title)} is ${shownStatus(title)}.`);
    return title;
  }
}

const shownStatus = ({ status }: Pick<TitleAnswer, 'status'>): string => status.replaceAll('_', ' ');
