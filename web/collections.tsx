import { useState } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import type { ProgressAnswer } from '../lib/progress/progress-contract.ts';
import type { FollowedShowAnswer, UpcomingEpisode } from '../lib/shows/catalog-contract.ts';
import { Artwork } from './artwork.tsx';
import type { Desk } from './desk.ts';
import { countOf, formatCount, formatDate, formatLength, languageOf } from './format.ts';
import { Meter } from './meter.tsx';
import { showTiles, type ShowTile } from './show-tiles.ts';

const FIRST = 12;

interface Props {
  desk: Desk;
  progress: ProgressAnswer | null;
  followed: FollowedShowAnswer[];
  upcoming: UpcomingEpisode[];
}

export function Collections({ desk, progress, followed, upcoming }: Props) {
  if (!progress) return null;
  const { session } = desk;
  return (
    <>
      <Tiles
        title="Shows"
        of={showTiles(progress.shows, followed)}
        tile={(show) => (
          <Tile key={show.key} session={session} title={show.name} url={show.artworkUrl}>
            <ShowFacts show={show} />
          </Tile>
        )}
      >
        {upcoming.length > 0 && <Upcoming episodes={upcoming} />}
      </Tiles>
      <Tiles
        title="Films"
        of={progress.movies}
        tile={({ movie_id: id, name, artwork_url: url }) => (
          <Tile key={id} session={session} title={name ?? id} url={url} />
        )}
      />
      <Tiles
        title="Channels"
        of={progress.youtube_channels}
        tile={({ channel_id: id, channel_name: name, artwork_url: url, videos_watched: count }) => (
          <Tile key={id} session={session} title={name ?? id} url={url} shape="square">
            {countOf(count, 'video')}
          </Tile>
        )}
      />
      <Tiles
        title="Podcasts"
        of={progress.spotify_shows}
        tile={({ show_id: id, show_name: name, artwork_url: url, episodes_watched: count }) => (
          <Tile key={id} session={session} title={name ?? id} url={url} shape="square">
            {countOf(count, 'episode')}
          </Tile>
        )}
      />
    </>
  );
}

function Tiles<One>({
  title,
  of,
  tile,
  children,
}: {
  title: string;
  of: One[];
  tile: (one: One) => ComponentChildren;
  children?: ComponentChildren;
}) {
  const [isWhole, setWhole] = useState(false);
  if (of.length === 0) return null;
  return (
    <section class="wide">
      <h2>
        {title} <span class="quiet">{formatCount(of.length)}</span>
      </h2>
      {children}
      <ul class="grid">{(isWhole ? of : of.slice(0, FIRST)).map(tile)}</ul>
      {of.length > FIRST && (
        <button onClick={() => setWhole(!isWhole)} aria-expanded={isWhole}>
          {isWhole ? 'Show fewer' : `Show all ${formatCount(of.length)}`}
        </button>
      )}
    </section>
  );
}

function Tile({
  session,
  title,
  url,
  shape = 'poster',
  children,
}: {
  session: Desk['session'];
  title: string;
  url: string | null;
  shape?: 'poster' | 'square';
  children?: ComponentChildren;
}) {
  return (
    <li class={`tile ${shape}`}>
      <Artwork session={session} url={url} title={title} />
      <h3 lang={languageOf(title)} title={title}>
        {title}
      </h3>
      {children && <div class="quiet">{children}</div>}
    </li>
  );
}

function ShowFacts({ show }: { show: ShowTile }) {
  const { seen, aired, seconds, next } = show;
  return (
    <>
      <p>
        {aired === null ? `${countOf(seen, 'episode')} seen` : `${formatCount(seen)} of ${formatCount(aired)} seen`}
      </p>
      {aired !== null && aired > 0 && <Meter label={`Seen of ${show.name}`} value={seen / aired} />}
      {seconds !== null && <p>{formatLength(seconds)}</p>}
      {next && (
        <p>
          Next: {next.place} {next.name && <span lang={languageOf(next.name)}>{next.name}</span>}
        </p>
      )}
    </>
  );
}

function Upcoming({ episodes }: { episodes: UpcomingEpisode[] }) {
  return (
    <details>
      <summary>Upcoming episodes</summary>
      <ul class="plainlist">
        {episodes.map((one) => (
          <li key={`${one.tmdb_id} ${one.season_number} ${one.episode_number}`}>
            {one.air_date === null ? 'No date yet' : formatDate(one.air_date)}:{' '}
            <span lang={languageOf(one.show_name)}>{one.show_name}</span> S{one.season_number} E{one.episode_number}
          </li>
        ))}
      </ul>
    </details>
  );
}
