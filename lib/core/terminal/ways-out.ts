const LOG_IN = ['Start over: immersion trakt login'];

/** CLI suggestions by error code: the API doesn't know commands. */
export const WAYS_OUT: Readonly<Record<string, readonly string[]>> = {
  day_too_long: ['For hours from before you started counting: immersion log 320h TITLE --before DATE'],
  import_in_progress: [
    'Check its progress: immersion trakt status',
    'Resume it: immersion trakt resume',
    'Or cancel it: immersion trakt cancel',
  ],
  movie_not_found: ['Record it first: immersion sync', 'List your films: immersion history --medium film'],
  position_not_found: ['List your positions: immersion position list'],
  run_not_found: ['See the last import: immersion trakt status'],
  show_not_found: ['Record its episodes first: immersion sync', 'List your show folders: immersion shows'],
  show_not_in_catalogue: ['Open the show first: immersion show TMDB_ID'],
  store_missing: ['Create it: immersion tables create'],
  title_not_found: ['List your titles: immersion titles list'],
  tmdb_key_refused: ['Check TMDB_API_KEY.'],
  tmdb_not_configured: [
    'Get a key or a read access token at https://www.themoviedb.org/settings/api and set TMDB_API_KEY.',
  ],
  tmdb_movie_not_found: ['Look up the id: immersion tmdb search TITLE'],
  tmdb_not_found: ['Find its id: immersion tmdb search TITLE'],
  trakt_device_denied: LOG_IN,
  trakt_device_expired: LOG_IN,
  trakt_device_unknown: LOG_IN,
  trakt_device_used: LOG_IN,
  trakt_not_configured: [
    'Create an app at https://app.trakt.tv/settings/apps and set TRAKT_CLIENT_ID and TRAKT_CLIENT_SECRET.',
    'Or import your data export without an app: immersion trakt import FILE.zip',
  ],
  trakt_not_connected: ['Log in: immersion trakt login'],
  trakt_reconnect_required: ['Log in again: immersion trakt login'],
  trakt_vip_only: ['Import your data export instead: immersion trakt import FILE.zip'],
  tvdb_movie_not_found: ['Look up the id on https://thetvdb.com: it’s on the page of the film.'],
  user_exists: ['Change the password: immersion user passwd NAME'],
  user_unknown: ['List the users: immersion user list'],
  viewing_not_found: ['List your viewings with their ids: immersion history'],
};

export const waysOut = (code: string): readonly string[] => WAYS_OUT[code] ?? [];
