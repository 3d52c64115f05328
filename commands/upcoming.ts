import { ImmersionCommand } from '../lib/core/terminal/base-command.ts';
import { upcomingTable } from '../lib/shows/show-text.ts';
import { listUpcoming, type UpcomingEpisode } from '../lib/shows/catalog-contract.ts';

export interface UpcomingResult {
  episodes: UpcomingEpisode[];
}

export default class Upcoming extends ImmersionCommand {
  static override summary = 'List upcoming episodes of the shows you follow';
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json'];

  async run(): Promise<UpcomingResult> {
    await this.parse(Upcoming);
    const { api } = await this.connect();
    const upcoming = await api.call(listUpcoming);
    if (upcoming.episodes.length > 0) this.say(upcomingTable(upcoming.episodes, this.screen));
    else this.tell('No upcoming episodes. Follow a show with immersion follow, or open one with immersion show.');
    return upcoming;
  }
}
