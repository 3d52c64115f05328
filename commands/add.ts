import { randomUUID } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { Args, Flags } from '@oclif/core';
import { ImmersionCommand } from '../lib/core/terminal/base-command.ts';
import { recordLinks, withoutLengthText } from '../lib/folder/record-links.ts';
import { counted, cutToWidth } from '../lib/core/terminal/text.ts';
import { InvalidInputError, type ImmersionError } from '../lib/core/errors.ts';
import { isBlankOrComment, linkKey, parseLink, type MediaLink } from '../lib/recording/link-rules.ts';

const SHOWN_COLUMNS = 60;

/** What `immersion add --json` prints. */
export interface AddResult {
  batch_id: string;
  videos_added: number;
  podcast_episodes_added: number;
  refused: { link: string; reason: string }[];
}

export default class Add extends ImmersionCommand {
  static override summary = 'Record YouTube or Spotify links';
  static override strict = false;
  static override examples = [
    '<%= config.bin %> <%= command.id %> https://youtu.be/dQw4w9WgXcQ',
    'pbpaste | <%= config.bin %> <%= command.id %> -',
  ];
  static override args = {
    url: Args.string({ description: 'Links, or - to read them from standard input, one per line', required: true }),
  };
  static override flags = {
    backfill: Flags.boolean({ description: 'Also record the earlier episodes of the podcasts' }),
    'dry-run': Flags.boolean({ description: 'Only show what would be recorded' }),
  };

  async run(): Promise<AddResult> {
    const { argv, flags } = await this.parse(Add);
    const given = (argv as string[]).includes('-')
      ? [...(argv as string[]).filter((one) => one !== '-'), ...(await text(this.io.input)).split(/\r\n|\n|\r/)]
      : (argv as string[]);
    const links: MediaLink[] = [];
    const result: AddResult = { batch_id: randomUUID(), videos_added: 0, podcast_episodes_added: 0, refused: [] };
    for (const line of given.filter((one) => !isBlankOrComment(one))) {
      const link = parseLink(line.replace(/^\uFEFF/, ''));
      if (link) links.push(link);
      else result.refused.push({ link: line.trim(), reason: 'not a YouTube or Spotify link' });
    }
    if (links.length === 0) {
      throw new InvalidInputError('No YouTube or Spotify link was given.', {
        code: 'invalid_argument',
        details: result.refused.map(({ link, reason }) => ({ id: link, reason })),
        suggestions: ['Links look like https://youtu.be/… or https://open.spotify.com/episode/…'],
      });
    }
    let fault: ImmersionError | undefined;
    if (flags['dry-run']) {
      for (const key of new Set(links.map(linkKey))) this.tell(`Would record ${key}.`);
    } else {
      fault = await this.record(links, flags.backfill, result);
    }
    for (const { link, reason } of result.refused)
      this.tell(`Not recorded: ${cutToWidth(link, SHOWN_COLUMNS)}: ${reason}.`);
    if (fault) throw fault;
    if (result.refused.length > 0) this.finishWith('partly');
    return result;
  }

  /** Records the links. Answers why nothing could be, where that is so. */
  private async record(links: MediaLink[], backfill: boolean, result: AddResult): Promise<ImmersionError | undefined> {
    const { api } = await this.connect();
    let confirmed = 0;
    const recorded = await recordLinks(links, {
      api,
      run: { id: result.batch_id, kind: 'add' },
      backfill,
      confirmed: (stored) => void (confirmed += stored.length),
    });
    result.videos_added = recorded.videosAdded;
    result.podcast_episodes_added = recorded.podcastEpisodesAdded;
    result.refused.push(...recorded.refused.map(({ link, reason }) => ({ link: linkKey(link), reason })));
    this.tell(
      `Recorded ${counted(recorded.videosAdded, 'new video')} and ${counted(recorded.podcastEpisodesAdded, 'new podcast episode')}.`,
    );
    const lengths = withoutLengthText(recorded);
    if (lengths !== '') this.tell(lengths);
    const fault = confirmed === 0 ? recorded.failed.shift() : undefined;
    for (const { error, links: left } of recorded.failed) {
      const reason = error.message.replace(/\.$/, '');
      result.refused.push(...left.map((link) => ({ link: linkKey(link), reason })));
      for (const suggestion of error.suggestions) this.tell(`  → ${suggestion}`);
    }
    return fault?.error;
  }
}
