import { randomUUID } from 'node:crypto';
import { Args, Flags } from '@oclif/core';
import { ImmersionCommand } from '../lib/core/terminal/base-command.ts';
import { asLine, formatMinutes } from '../lib/core/terminal/text.ts';
import { parseLink } from '../lib/recording/link-rules.ts';
import { addViewings } from '../lib/viewings/entries-contract.ts';
import { ACTIVITIES, MEDIA, TYPED_SOURCE } from '../lib/viewings/viewing-rules.ts';
import { checkBefore, languageFlag, languageOf, lengthOf, whenFlags, whenOf } from '../lib/viewings/when-flags.ts';

const MEDIUM_OF_LINK = { youtube: 'video', spotify: 'podcast' } as const;

export interface LogResult {
  batch_id: string;
  id: string;
  title: string;
  seconds: number;
}

export default class Log extends ImmersionCommand {
  static override summary = 'Log time that has no file or link';
  static override description =
    'Records a conversation, a class, a book or anything else. --before adds the hours from before you started counting: they count in totals only.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> 45m "Crosstalk with Ana" --language es --activity talking --at "yesterday 21:30"',
    '<%= config.bin %> <%= command.id %> 1h20m https://youtu.be/dQw4w9WgXcQ --background',
    '<%= config.bin %> <%= command.id %> 320h "Before I started counting" --before 2025-01-01 --language ja',
  ];
  static override args = {
    length: Args.string({ description: 'How long, such as 45m, 1h20m or 1:20', required: true }),
    title: Args.string({ description: 'What it was, or its URL', required: true }),
  };
  static override flags = {
    ...whenFlags,
    before: Flags.string({
      description: 'Hours from before this date, which count in totals only',
      exclusive: ['at', 'on'],
    }),
    language: languageFlag,
    activity: Flags.option({ description: 'What you did', options: ACTIVITIES })(),
    medium: Flags.option({ description: 'What it was', options: MEDIA })(),
    background: Flags.boolean({ description: 'It ran in the background', default: false }),
    'dry-run': Flags.boolean({ description: 'Only show what would be logged' }),
  };

  async run(): Promise<LogResult | null> {
    const { args, flags } = await this.parse(Log);
    const seconds = lengthOf(args.length);
    const language = flags.language === undefined ? null : languageOf(flags.language);
    const { api } = await this.connect();
    const now = Date.now();
    if (flags.before !== undefined) await checkBefore(flags.before, { api, now });
    const at = flags.before === undefined ? await whenOf(flags, { api, now }) : null;
    const link = parseLink(args.title);
    const viewing = {
      source: TYPED_SOURCE,
      ref: randomUUID(),
      title: args.title,
      seconds,
      language,
      attention: flags.background ? ('background' as const) : ('focused' as const),
      ...(at !== undefined && { at }),
      ...(flags.activity && { activity: flags.activity }),
      ...(flags.medium ? { medium: flags.medium } : link && { medium: MEDIUM_OF_LINK[link.service] }),
    };
    const said = `${formatMinutes(Math.floor(seconds / 60))}: ${asLine(args.title)}`;
    if (flags['dry-run']) {
      this.tell(`Would log ${said}.`);
      return null;
    }
    const batchId = randomUUID();
    const { ids } = await api.call(addViewings, { body: { viewings: [viewing] }, run: { id: batchId, kind: 'log' } });
    const [id = ''] = ids;
    this.tell(`Logged ${said}. Change it with immersion edit ${id}, or undo it with immersion undo.`);
    return { batch_id: batchId, id, title: args.title, seconds };
  }
}
