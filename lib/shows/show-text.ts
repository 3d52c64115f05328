import type { FollowedShowAnswer, UpcomingEpisode } from './catalog-contract.ts';
import { renderTable } from '../core/terminal/table.ts';
import type { Screen } from '../core/terminal/terminal.ts';
import { asLine, cutToWidth, widthOf, seasonAndEpisode } from '../core/terminal/text.ts';

type NextEpisode = NonNullable<FollowedShowAnswer['next_episode']>;

/** A show's seasons, progress and next episode. `today` is `YYYY-MM-DD`. */
export function showText(show: FollowedShowAnswer, { screen, today }: { screen: Screen; today: string }): string {
  const seasons = renderTable(
    [
      { head: 'Season', flexible: true },
      { head: 'Seen', align: 'right' },
      { head: 'Aired', align: 'right' },
      { head: 'Total', align: 'right' },
    ],
    show.seasons.map((season) => [
      `${season.season_number}${season.name ? `  ${season.name}` : ''}`,
      String(season.watched_episodes),
      String(season.aired_episodes),
      season.synced || season.known_episodes > 0 ? String(season.known_episodes) : '–',
    ]),
    screen,
  );
  return [screen.style('bold', titleOf(show, screen)), seasons, ...stateOf(show, { screen, today })].join('\n');
}

export const upcomingTable = (episodes: readonly UpcomingEpisode[], screen: Screen): string =>
  renderTable(
    [{ head: 'Airs' }, { head: 'Show', flexible: true }, { head: 'Episode' }, { head: 'Title', flexible: true }],
    episodes.map((episode) => [episode.air_date ?? '–', episode.show_name, placeOf(episode), episode.name ?? '']),
    screen,
  );

function titleOf({ name, original_name: original, status }: FollowedShowAnswer, { columns }: Screen): string {
  const end = status ? ` · ${asLine(status)}` : '';
  return cutToWidth(original ? `${name} (${original})` : name, columns - widthOf(end)) + end;
}

function stateOf(show: FollowedShowAnswer, { screen, today }: { screen: Screen; today: string }): string[] {
  const { completion_percentage: percentage, hours_left: hours, next_episode: next } = show;
  const lines: string[] = [];
  if (percentage !== null && hours !== null) {
    const left = hours > 0 ? `, ${hours === 1 ? '1 hour' : `${hours} hours`} to go` : '';
    lines.push(`${percentage}% of aired episodes seen${left}.`);
  }
  if (next) {
    const end = `, ${airing(next, today)}.`;
    lines.push(cutToWidth(`Next: ${placeOf(next)} ${next.name ?? ''}`.trimEnd(), screen.columns - widthOf(end)) + end);
  } else if (percentage === 100) lines.push('No upcoming episode has a date yet.');
  return lines;
}

function airing({ air_date: date }: NextEpisode, today: string): string {
  if (date === null) return 'no date yet';
  return `${date <= today ? 'aired' : 'airs'} ${date}`;
}

const placeOf = ({ season_number: season, episode_number: episode }: NextEpisode): string =>
  seasonAndEpisode({ season, episode });
