import { Flags } from '@oclif/core';
import { ImmersionCommand } from '../lib/core/terminal/base-command.ts';
import { showsTable } from '../lib/recording/shows-table.ts';
import { listShows, type TrackedShow } from '../lib/recording/shows-contract.ts';

export interface ShowsResult {
  shows: TrackedShow[];
}

export default class Shows extends ImmersionCommand {
  static override summary = 'List your show folders and their TVDB series';
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --missing'];
  static override flags = {
    missing: Flags.boolean({ description: 'Only shows without a TVDB id' }),
  };

  async run(): Promise<ShowsResult> {
    const { flags } = await this.parse(Shows);
    const { api } = await this.connect();
    const all = (await api.call(listShows)).shows;
    const shows = flags.missing ? all.filter((show) => show.tvdb_id === null) : all;
    if (shows.length > 0) this.say(showsTable(shows, this.screen));
    else if (all.length > 0) this.tell('Every show has a TVDB id.');
    else this.tell('No shows yet: record some with immersion sync.');
    return { shows };
  }
}
