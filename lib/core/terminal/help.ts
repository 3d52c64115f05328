import { CommandHelp, Help, type Command } from '@oclif/core';
import { EXIT_CODES } from './exit-codes.ts';

/** Commands and topics by use, in the order of the root page. */
export const GROUPS: { title: string; example: string; names: readonly string[] }[] = [
  { title: 'DAILY', example: 'immersion sync', names: ['sync', 'add', 'log', 'today', 'progress', 'undo'] },
  {
    title: 'LOOK',
    example: 'immersion stats month --by language',
    names: ['dashboard', 'stats', 'heatmap', 'goal', 'history', 'show', 'upcoming', 'shows', 'titles', 'tmdb'],
  },
  {
    title: 'FIX',
    example: 'immersion edit 3fa9 --at "yesterday 21:30"',
    names:
      'edit remove measure set-tvdb set-movie language attention exclude follow unfollow settings clean doctor'.split(
        ' ',
      ),
  },
  {
    title: 'IMPORT AND BACK UP',
    example: 'immersion trakt import trakt-export.zip',
    names: ['trakt', 'import', 'export', 'backup', 'restore', 'demo'],
  },
  {
    title: 'SERVE',
    example: 'immersion serve --port 8080',
    names: ['serve', 'user', 'position', 'episodes', 'tables', 'autocomplete', 'help'],
  },
];

/** oclif's help with commands by use and exit statuses on the root page, and shorter pages of commands. */
export default class ImmersionHelp extends Help {
  protected override CommandHelpClass = CommandPage;

  /** Without a command, shows today's progress if anything is recorded. */
  override async showHelp(argv: string[]): Promise<void> {
    if (argv.length === 0 && (await this.config.runCommand('today', ['--if-recorded']))) return;
    await super.showHelp(argv);
  }

  override async showRootHelp(): Promise<void> {
    const { description = '' } = this.config.pjson;
    this.log(description);
    this.log('');
    this.log(this.section('USAGE', '$ immersion [COMMAND] [FLAGS]'));
    const summaries = this.summaries();
    const listed = new Set(GROUPS.flatMap(({ names }) => names));
    const rest = { title: 'MORE', example: '', names: [...summaries.keys()].filter((name) => !listed.has(name)) };
    for (const { title, example, names } of [...GROUPS, rest]) {
      const rows = names.flatMap((name): [string, string][] => {
        const summary = summaries.get(name);
        return summary === undefined ? [] : [[name, summary]];
      });
      if (rows.length === 0) continue;
      this.log('');
      this.log(this.section(title, this.list(rows)));
      if (example) this.log(this.indent(`$ ${example}`));
    }
    this.log('');
    const statuses = Object.values(EXIT_CODES).map(([status, meaning]) => `${String(status).padStart(3)}  ${meaning}`);
    this.log(this.section('EXIT STATUS', statuses.join('\n')));
    this.log('');
    this.log('Explain a command: immersion help COMMAND. Everything else: README.md and docs/.');
  }

  /** A line for each top-level command and each topic. */
  private summaries(): Map<string, string> {
    const commands = this.sortedCommands.map(({ id, summary = '' }): [string, string] => [id, summary]);
    const topics = this.sortedTopics.map(({ name, description = '' }): [string, string] => [name, description]);
    return new Map([...topics, ...commands].filter(([name]) => !/[: ]/.test(name)));
  }

  private list(rows: [string, string][]): string {
    return this.renderList(rows, { indentation: 2, spacer: '\n', stripAnsi: this.opts.stripAnsi ?? false });
  }
}

/** A command's page; the usage abbreviates its flags to one word. */
class CommandPage extends CommandHelp {
  protected override defaultUsage(): string {
    const { id, args, strict } = this.command;
    const words = Object.values(args)
      .filter(({ hidden }) => !hidden)
      .map(({ name, required, multiple }) => {
        const word = `${name.toUpperCase()}${multiple || strict === false ? '...' : ''}`;
        return required ? word : `[${word}]`;
      });
    return [id, ...words, '[FLAGS]'].join(' ');
  }

  /** The summary is already shown above. */
  protected override description(): string | undefined {
    return this.command.description === undefined ? undefined : this.wrap(this.command.description);
  }

  protected override examples(examples: Command.Example[] | undefined): string | undefined {
    return super.examples(examples)?.replaceAll('\n\n', '\n');
  }

  protected override flags(flags: Command.Flag.Any[]): [string, string | undefined][] | undefined {
    return super.flags(flags.map((flag) => (flag.name === 'json' ? { ...flag, description: 'Print JSON' } : flag)));
  }
}
