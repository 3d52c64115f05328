import {
  startFakeProvider,
  type FakeAnswer,
  type FakeProvider,
  type FakeRequest,
  type Faults,
} from '../../lib/demo/fake-server.ts';

const PASSWORD = 'contract-password';

/** A service that implements exactly the tracker's seven routes, behind a gateway like AWS's. */
export interface FakeContractApi extends FakeProvider {
  /** All items of the single user, by sort key. */
  items: Map<string, Record<string, unknown>>;
  /** Settings for commands that use it. */
  environment: Record<string, string>;
}

interface Body {
  episodes: { folder_name: string; file_name: string }[];
  movies: { file_name: string; tvdb_id: number }[];
  video_ids: string[];
  episode_ids: string[];
  folder_name: string;
  tvdb_id: number;
}

const ok = (body: unknown): FakeAnswer => ({ status: 200, body });
/** What a Lambda's uncaught exception becomes. */
const FAILED: FakeAnswer = { status: 502, body: { message: 'Internal server error' } };
const NO_ROUTE: FakeAnswer = { status: 403, body: { message: 'Missing Authentication Token' } };

export async function startFakeContractApi({
  noRoute = NO_ROUTE,
  faults,
}: {
  /** How it answers at other addresses. */
  noRoute?: FakeAnswer;
  faults?: Faults;
} = {}): Promise<FakeContractApi> {
  const items: FakeContractApi['items'] = new Map();
  const now = () => Math.floor(Date.now() / 1000);
  const insert = (sk: string, item: Record<string, unknown>): number => {
    if (items.has(sk)) return 0;
    items.set(sk, { sk, ...item });
    return 1;
  };
  const ofKind = (prefix: string) => [...items.values()].filter(({ sk }) => String(sk).startsWith(prefix));
  const sum = <T>(all: readonly T[], count: (one: T) => number) => all.reduce((total, one) => total + count(one), 0);

  const progress = (): FakeAnswer => {
    const shows = ofKind('SHOW#');
    // The original's bug: it groups by an id that doesn't exist yet.
    if (shows.some((show) => show['tvdb_id'] === undefined)) return FAILED;
    const count = (prefix: string) => ofKind(prefix).length;
    return ok({
      total_episodes_watched: count('EPISODE#'),
      total_movies_watched: count('MOVIE#'),
      total_hours_watched: 0,
      episodes_watched_today: count('EPISODE#'),
      movies_watched_today: count('MOVIE#'),
      youtube_videos_watched: count('YOUTUBEVIDEO#'),
      youtube_videos_watched_today: count('YOUTUBEVIDEO#'),
      spotify_episodes_watched: count('SPOTIFYEPISODE#'),
      spotify_episodes_watched_today: count('SPOTIFYEPISODE#'),
      days_since_first_episode: 0,
      weekly_trend_percentage: null,
      daily_activity: [6, 5, 4, 3, 2, 1, 0].map((days) => ({ days_ago: days, minutes_watched: 0 })),
      all_time_progress: [],
      shows: shows.map((show) => ({
        show_id: String(show['tvdb_id']),
        name: show['tvdb_name'],
        artwork_url: null,
        episodes_watched: ofKind(`EPISODE#${String(show['folder_name'])}#`).length,
      })),
      youtube_channels: [],
      spotify_shows: [],
      movies: ofKind('MOVIE#').map((movie) => ({ movie_id: movie['file_name'], name: 'A film', artwork_url: null })),
    });
  };

  const routes: Record<string, (body: Body) => FakeAnswer> = {
    'GET /progress': progress,
    'GET /shows': () =>
      ok({
        shows: ofKind('SHOW#').map((show) => ({
          folder_name: show['folder_name'],
          tvdb_id: show['tvdb_id'] ?? null,
          tvdb_name: show['tvdb_name'] ?? null,
          tvdb_image: null,
        })),
      }),
    'POST /sync': ({ episodes }) =>
      ok({
        episodes_added: sum(episodes, ({ folder_name, file_name }) => {
          insert(`SHOW#${folder_name}`, { folder_name });
          return insert(`EPISODE#${folder_name}#${file_name}`, { folder_name, file_name, timestamp: now() });
        }),
      }),
    'PUT /show': ({ folder_name, tvdb_id }) => {
      const show = items.get(`SHOW#${folder_name}`);
      if (!show) return FAILED;
      Object.assign(show, { tvdb_id, tvdb_name: `Series ${tvdb_id}` });
      return ok({});
    },
    'POST /syncyoutube': ({ video_ids: ids }) =>
      ok({ videos_added: sum(ids, (id) => insert(`YOUTUBEVIDEO#${id}`, { timestamp: now() })) }),
    'POST /syncspotify': ({ episode_ids: ids }) =>
      ok({ episodes_added: sum(ids, (id) => insert(`SPOTIFYEPISODE#${id}`, { timestamp: now() })) }),
    'POST /syncmovies': ({ movies }) =>
      movies.some(({ tvdb_id }) => !tvdb_id)
        ? FAILED
        : ok({
            movies_added: sum(movies, (movie) => insert(`MOVIE#${movie.file_name}`, { ...movie, timestamp: now() })),
          }),
  };

  const answer = ({ method, path, headers, body }: FakeRequest): FakeAnswer => {
    const route = routes[`${method} ${path}`];
    if (!route) return noRoute;
    const expected = `Basic ${Buffer.from(`me:${PASSWORD}`).toString('base64')}`;
    if (headers.authorization !== expected) return { status: 401, body: { message: 'Unauthorized' } };
    return route((body === '' ? {} : JSON.parse(body)) as Body);
  };

  const server = await startFakeProvider(answer, { faults });
  return Object.assign(server, {
    items,
    environment: {
      IMMERSION_TRACKER_API_URL: server.url,
      IMMERSION_TRACKER_USER: 'me',
      IMMERSION_TRACKER_PASSWORD: PASSWORD,
    },
  });
}
