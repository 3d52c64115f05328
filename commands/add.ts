import { randomUUID } from 'node:crypto';
import { Args, Flags } from '@oclif/core';
import { ImmersionCommand } from '../lib/core/terminal/base-command.ts';
import { readInput } from '../lib/core/terminal/given-input.ts';
import type { Prompts } from '../lib/core/terminal/prompts.ts';
import { askHeld } from '../lib/folder/held.ts';
import { askWatchedAgain, CANNOT_COUNT_AGAIN, linkAgain, recordAgain } from '../lib/folder/record-again.ts';
import { addedLinks } from '../lib/folder/added-links.ts';
import { PLAYLIST_HINT, recordLinks, videosOfPlaylist, withoutLengthText } from '../lib/folder/record-links.ts';
import { asLine, counted, cutToWidth } from '../lib/core/terminal/text.ts';
import { InvalidInputError, ImmersionError } from '../lib/core/errors.ts';
import { DATES_IGNORED, dateOfLinks, datedText, runDatesOf, type RunDates } from '../lib/folder/file-dates.ts';
import { whenFlags } from '../lib/viewings/when-flags.ts';
import { linkKey, readLinkLine, type MediaLink } from '../lib/recording/link-rules.ts';
import { readTextLines } from '../lib/recording/text-lines-rules.ts';

const SHOWN_COLUMNS = 60;

export interface AddResult {
  batch_id: string;
  videos_added: number;
  podcast_episodes_added: number;
  /** Recorded links that were watched again. */
  rewatches_added: number;
  /** New links with their titles, and links recorded before. */
  recorded: { link: string; title: string }[];
  known: string[];
  refused: { link: string; reason: string }[];
}

export default class Add extends ImmersionCommand {
  static override summary = 'Record YouTube or Spotify links';
  static override strict = false;
  static override examples = [
    '<%= config.bin %> <%= command.id %> https://youtu.be/dQw4w9WgXcQ',
    '<%= config.bin %> <%= command.id %> - < links.txt',
  ];
  static override args = {
    url: Args.string({ description: 'Links, or - to read them from standard input, one per line', required: true }),
  };
  static override flags = {
    ...whenFlags,
    backfill: Flags.boolean({ description: 'Also record the earlier episodes of the podcasts' }),
    playlist: Flags.boolean({ description: 'Record all videos of the playlists' }),
    rewatch: Flags.boolean({ description: 'Count links that were recorded before as watched again' }),
    'dry-run': Flags.boolean({ description: 'Only show what would be recorded' }),
  };

  async run(): Promise<AddResult> {
    const { argv, flags } = await this.parse(Add);
    const given = (argv as string[]).filter((one) => one !== '-');
    if (given.length < argv.length) given.push(...(await this.typed()));
    const links: MediaLink[] = [];
    const playlists = new Set<string>();
    const result: AddResult = {
      batch_id: randomUUID(),
      videos_added: 0,
      podcast_episodes_added: 0,
      rewatches_added: 0,
      recorded: [],
      known: [],
      refused: [],
    };
    for (const line of given) {
      const found = readLinkLine(line);
      const refuse = (reason: string) => result.refused.push({ link: line.trim(), reason });
      if (found.kind === 'video' || found.kind === 'episode') links.push({ service: found.service, id: found.id });
      else if (found.kind === 'playlist' && flags.playlist) playlists.add(found.id);
      else if (found.kind === 'playlist') refuse(PLAYLIST_HINT);
      else if (found.kind !== 'blank') refuse(found.message);
    }
    if (links.length === 0 && playlists.size === 0) {
      throw new InvalidInputError('No YouTube or Spotify link to record.', {
        code: 'invalid_argument',
        details: result.refused.map(({ link, reason }) => ({ id: link, reason })),
        suggestions: ['Links look like https://youtu.be/… or https://open.spotify.com/episode/…'],
      });
    }
    const { api } = await this.connect();
    const prompts = await this.prompts(flags);
    const dates = await runDatesOf(flags, { api, now: Date.now(), timeZone: this.settings().timeZone });
    let fault: ImmersionError | undefined;
    if (flags['dry-run']) {
      for (const key of new Set(links.map(linkKey))) this.tell(`Would record ${key}.`);
      for (const id of playlists) this.tell(`Would record the videos of playlist ${id}.`);
    } else {
      links.push(...(await this.videosOf(playlists, result)));
      fault = await this.record(links, { backfill: flags.backfill, rewatch: flags.rewatch, dates, prompts }, result);
    }
    for (const { link, reason } of result.refused)
      this.tell(`Not recorded: ${cutToWidth(link, SHOWN_COLUMNS)}: ${reason}.`);
    if (fault) throw fault;
    if (result.refused.length > 0) this.finishWith('partly');
    return result;
  }

  private async typed(): Promise<string[]> {
    const { lines, encoding } = readTextLines(await readInput(this.io.input));
    if (encoding === null) this.tell('Standard input isn’t UTF-8 text: only the links in it are read.');
    return lines.map(({ text }) => text);
  }

  private async videosOf(playlists: ReadonlySet<string>, result: AddResult): Promise<MediaLink[]> {
    const { api } = await this.connect();
    const links: MediaLink[] = [];
    for (const id of playlists) {
      try {
        links.push(...(await videosOfPlaylist(api, id)));
      } catch (error) {
        if (!(error instanceof ImmersionError)) throw error;
        result.refused.push({ link: `playlist ${id}`, reason: error.message.replace(/\.$/, '') });
        for (const suggestion of error.suggestions) this.tell(`  → ${suggestion}`);
      }
    }
    return links;
  }

  /** Records links. Returns why nothing was recorded, if so. */
  private async record(
    links: MediaLink[],
    {
      backfill,
      rewatch,
      dates,
      prompts,
    }: { backfill: boolean; rewatch: boolean; dates: RunDates | undefined; prompts: Prompts | undefined },
    result: AddResult,
  ): Promise<ImmersionError | undefined> {
    const { api } = await this.connect();
    const held = await askHeld(api, { files: [], links });
    const known = [...new Map(links.map((link) => [linkKey(link), link])).values()].filter((link) =>
      held?.links.has(linkKey(link)),
    );
    const confirmed: MediaLink[] = [];
    const recorded = await recordLinks(links, {
      api,
      run: { id: result.batch_id, kind: 'add' },
      backfill,
      watchedAt: dateOfLinks(dates),
      confirmed: (stored) => void confirmed.push(...stored),
    });
    result.videos_added = recorded.videosAdded;
    result.podcast_episodes_added = recorded.podcastEpisodesAdded;
    result.refused.push(...recorded.refused.map(({ link, reason }) => ({ link: linkKey(link), reason })));
    this.tell(
      `Recorded ${counted(recorded.videosAdded, 'new video')} and ${counted(recorded.podcastEpisodesAdded, 'new podcast episode')}.`,
    );
    if (dates && recorded.videosAdded + recorded.podcastEpisodesAdded > 0) {
      this.tell(recorded.datesIgnored ? DATES_IGNORED : datedText(dates, []));
    }
    const lengths = withoutLengthText(recorded);
    if (lengths !== '') this.tell(lengths);
    Object.assign(result, confirmed.length > 0 ? await addedLinks(confirmed, { api, batchId: result.batch_id }) : {});
    for (const { title } of result.recorded) this.tell(`  ${asLine(title)}`);
    if (result.known.length > 0) {
      this.tell(
        result.known.length === 1
          ? `${result.known[0]} was already recorded.`
          : `${result.known.length} links were already recorded.`,
      );
    }
    if (rewatch && !held) this.tell(CANNOT_COUNT_AGAIN);
    if (known.length > 0) {
      if (rewatch || (prompts && (await askWatchedAgain(prompts, known)))) {
        const at = dateOfLinks(dates);
        const run = { id: result.batch_id, kind: 'add' };
        const again = known.map((link) => linkAgain(link, at, run.id));
        result.rewatches_added = (await recordAgain(again, { api, run })) ?? 0;
        this.tell(`Counted ${counted(result.rewatches_added, 'rewatch', 'rewatches')}.`);
      } else if (!prompts) {
        this.tell(
          `  → If you watched ${known.length === 1 ? 'it' : 'them'} again, count the time: immersion add --rewatch`,
        );
      }
    }
    const fault = confirmed.length === 0 ? recorded.failed.shift() : undefined;
    for (const { error, links: left } of recorded.failed) {
      const reason = error.message.replace(/\.$/, '');
      result.refused.push(...left.map((link) => ({ link: linkKey(link), reason })));
      for (const suggestion of error.suggestions) this.tell(`  → ${suggestion}`);
    }
    return fault?.error;
  }
}
