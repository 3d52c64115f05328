/** Attribution that TVmaze's license requires. */
export const TVMAZE_ATTRIBUTION = 'Series data from TVmaze (https://www.tvmaze.com), CC BY-SA 4.0';

/** Which providers are configured, and whether yt-dlp is installed. */
export interface ProviderReach {
  tvdb: boolean;
  tmdb: boolean;
  youtube: boolean;
  ytDlp: boolean;
  spotify: boolean;
  trakt: boolean;
}

/** What works with these keys, and what more keys would add; null if complete. */
export function describeReach({ tvdb, tmdb, youtube, ytDlp, spotify, trakt }: ProviderReach): {
  works: string;
  adds: string | null;
} {
  const works = [
    'your own files',
    tvdb ? 'series and films (TVDB)' : 'series (TVmaze)',
    tmdb && (tvdb ? 'next episodes (TMDB)' : 'films and next episodes (TMDB)'),
    youtube ? 'YouTube links' : ytDlp && 'YouTube links (yt-dlp)',
    spotify && 'Spotify links',
    trakt && 'Trakt login',
  ];
  const adds = [
    !tvdb && (tmdb ? 'more series (TVDB_API_KEY)' : 'films and more series (TVDB_API_KEY)'),
    !tmdb && 'next episodes (TMDB_API_KEY)',
    !youtube && (ytDlp ? 'playlists (YOUTUBE_API_KEY)' : 'YouTube links (YOUTUBE_API_KEY, or install yt-dlp)'),
    !spotify && 'Spotify links (SPOTIFY_CLIENT_ID, SPOTIFY_CLIENT_SECRET)',
    !trakt && 'Trakt login (TRAKT_CLIENT_ID, TRAKT_CLIENT_SECRET)',
  ];
  const listed = (parts: (string | false)[]) => parts.filter((part) => part !== false).join(', ');
  return { works: listed(works), adds: listed(adds) || null };
}
