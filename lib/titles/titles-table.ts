import type { TitleAnswer, TitleDetailsAnswer } from './titles-contract.ts';
import { renderTable } from '../core/terminal/table.ts';
import type { Screen } from '../core/terminal/terminal.ts';
import { asLine, counted, seasonAndEpisode } from '../core/terminal/text.ts';

const TYPES: Record<TitleAnswer['type'], string> = { movie: 'film', tv: 'series' };

export const titlesTable = (titles: readonly TitleAnswer[], screen: Screen): string =>
  renderTable(
    [
      { head: 'Title', flexible: true },
      { head: 'Year', align: 'right' },
      { head: 'Kind' },
      { head: 'Status' },
      { head: 'Rating' },
      { head: 'Last watched' },
      { head: 'TMDB id', align: 'right' },
    ],
    titles.map((title) => [
      title.title,
      title.year?.toString() ?? '',
      TYPES[title.type],
      title.status.replaceAll('_', ' '),
      title.rating_name ?? '',
      title.last_watched_at === null ? '' : localDay(title.last_watched_at),
      String(title.tmdb_id),
    ]),
    screen,
  );

const localDay = (instant: string): string => new Date(instant).toLocaleDateString('en-CA');

/** A film with its sessions, or a series with its seasons. */
export function titleDetails(title: TitleDetailsAnswer, screen: Screen): string {
  const original = title.original_title === null ? '' : ` ${asLine(title.original_title)}`;
  const heads = [
    screen.style('bold', `${asLine(title.title)}${title.year === null ? '' : ` (${title.year})`}`) + original,
    [
      TYPES[title.type],
      title.status.replaceAll('_', ' '),
      ...(title.rating_name === null ? [] : [`rated ${title.rating_name}`]),
      ...(title.trakt_rating === null ? [] : [`${title.trakt_rating} on Trakt`]),
    ].join(', '),
    ...(title.next_episode ? [`Next: ${placeOf(title.next_episode)}`] : []),
  ];
  const sessions = title.sessions ?? [];
  const episodes = (title.seasons ?? []).flatMap((season) =>
    season.episodes.map((episode) => Object.assign({ season_number: season.season_number }, episode)),
  );
  const rows = [
    ...sessions.map(({ day, plays }) => ['', day ?? 'date unknown', plays > 1 ? counted(plays, 'time') : '']),
    ...episodes.map((episode) => [
      placeOf(episode),
      episode.watches.map(({ day }) => day ?? 'date unknown').join(', '),
      episode.name ?? '',
    ]),
  ];
  if (rows.length === 0) return heads.join('\n');
  const columns = [{ head: 'Episode', optional: true }, { head: 'Watched' }, { head: '', flexible: true }];
  return `${heads.join('\n')}\n\n${renderTable(columns, rows, screen)}`;
}

const placeOf = ({
  season_number: season,
  episode_number: episode,
}: {
  season_number: number;
  episode_number: number;
}) => seasonAndEpisode({ season, episode });
