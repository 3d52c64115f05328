/** Base URLs with version prefix, without a trailing slash, after the settings that override them. */
export const PROVIDER_URLS = {
  tvdb: ['IMMERSION_TRACKER_TVDB_BASE_URL', 'https://api4.thetvdb.com/v4'],
  tvmaze: ['IMMERSION_TRACKER_TVMAZE_BASE_URL', 'https://api.tvmaze.com'],
  tmdb: ['IMMERSION_TRACKER_TMDB_BASE_URL', 'https://api.themoviedb.org/3'],
  tmdbImage: ['IMMERSION_TRACKER_TMDB_IMAGE_BASE_URL', 'https://image.tmdb.org/t/p'],
  youtube: ['IMMERSION_TRACKER_YOUTUBE_BASE_URL', 'https://www.googleapis.com/youtube/v3'],
  spotifyAccounts: ['IMMERSION_TRACKER_SPOTIFY_ACCOUNTS_BASE_URL', 'https://accounts.spotify.com'],
  spotifyApi: ['IMMERSION_TRACKER_SPOTIFY_API_BASE_URL', 'https://api.spotify.com/v1'],
  traktApi: ['IMMERSION_TRACKER_TRAKT_API_BASE_URL', 'https://api.trakt.tv'],
  traktAuth: ['IMMERSION_TRACKER_TRAKT_AUTH_BASE_URL', 'https://auth.trakt.tv'],
} as const;

/** Settings that hold keys. A secret has the same names in lower case. */
const PROVIDER_KEYS = {
  tvdbApiKey: 'TVDB_API_KEY',
  tvdbPin: 'TVDB_PIN',
  youtubeApiKey: 'YOUTUBE_API_KEY',
  spotifyClientId: 'SPOTIFY_CLIENT_ID',
  spotifyClientSecret: 'SPOTIFY_CLIENT_SECRET',
  tmdbApiKey: 'TMDB_API_KEY',
  traktClientId: 'TRAKT_CLIENT_ID',
  traktClientSecret: 'TRAKT_CLIENT_SECRET',
} as const;

type KeySetting = (typeof PROVIDER_KEYS)[keyof typeof PROVIDER_KEYS];

export const nameInSecret = (setting: KeySetting): Lowercase<KeySetting> =>
  setting.toLowerCase() as Lowercase<KeySetting>;

export const NAMES_IN_SECRET = Object.values(PROVIDER_KEYS).map(nameInSecret);

export type ProviderKeys = { [Name in keyof typeof PROVIDER_KEYS]?: string | undefined };

/** Reads all keys, each by its setting. */
export const providerKeys = (keyOf: (setting: KeySetting) => string | undefined): ProviderKeys =>
  Object.fromEntries(Object.entries(PROVIDER_KEYS).map(([name, setting]) => [name, keyOf(setting)]));

/** Hosts of the images in providers' responses. */
export const PICTURE_HOSTS = [
  'https://artworks.thetvdb.com',
  'https://image.tmdb.org',
  'https://i.ytimg.com',
  'https://yt3.ggpht.com',
  'https://yt3.googleusercontent.com',
  'https://i.scdn.co',
  'https://static.tvmaze.com',
];

/** Attribution that TVmaze's license requires. */
export const TVMAZE_ATTRIBUTION = 'Series data from TVmaze (https://www.tvmaze.com), CC BY-SA 4.0';

/** Providers to search for series, with the attribution that results need. */
export const SERIES_PROVIDERS = {
  tvdb: { name: 'TVDB', attribution: null },
  tvmaze: { name: 'TVmaze', attribution: TVMAZE_ATTRIBUTION },
} as const;
export type SeriesProvider = keyof typeof SERIES_PROVIDERS;

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
