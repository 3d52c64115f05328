import { type FakeAnswer, type FakeProvider, type FakeRequest, type Faults, startFakeProvider } from './fake-server.ts';

export interface FakeTmdbMovie {
  id: number;
  title: string | null;
  originalTitle?: string | null;
  /** Minutes. */
  runtime?: number | null;
  releaseDate?: string | null;
  posterPath?: string | null;
  overview?: string | null;
  imdbId?: string | null;
  collectionId?: number;
  /** Ids of people and their characters. */
  cast?: [personId: number, character: string][];
}

export interface FakeTmdbSeries {
  id: number;
  name: string;
  originalName?: string;
  tvdbId?: number | null;
  posterPath?: string | null;
  overview?: string;
  /** Minutes. */
  runtime?: number;
  status?: string;
  /** Air dates of episodes by season number. */
  seasons?: Record<number, (string | null)[]>;
  /** Names of episodes (`1x3`), if not `Episode 3`. */
  episodeNames?: Record<string, string>;
  cast?: [personId: number, character: string][];
}

export interface FakeTmdbPerson {
  id: number;
  name: string;
  profilePath?: string | null;
  biography?: string;
}

export interface FakeTmdbOptions {
  movies?: FakeTmdbMovie[];
  series?: FakeTmdbSeries[];
  people?: FakeTmdbPerson[];
  collections?: { id: number; name: string }[];
  /** Images by path: `w500/night-sea.jpg`. */
  images?: Record<string, Buffer>;
  /** A v3 key or a read access token; if missing, any is accepted. */
  apiKey?: string;
  faults?: Faults;
}

const PAGE_SIZE = 20;

/** A fake TMDB v3, with images under `/t/p`. `url` ends with `/3`. */
export async function createFakeTmdb(options: FakeTmdbOptions = {}): Promise<FakeProvider> {
  const { movies = [], series = [], people = [], collections = [], images = {}, apiKey, faults } = options;
  const personName = (id: number) => people.find((person) => person.id === id)?.name ?? `Person ${id}`;

  const creditsOf = (cast: [number, string][] = []) => ({
    cast: cast.map(([id, character], order) => ({ id, name: personName(id), character, order, profile_path: null })),
    crew: [],
  });

  function seriesDetails(one: FakeTmdbSeries, append: string[]) {
    const seasons = Object.entries(one.seasons ?? {});
    return {
      ...seriesObject(one),
      status: one.status ?? 'Returning Series',
      last_air_date: lastAirDate(one),
      episode_run_time: one.runtime === undefined ? [] : [one.runtime],
      number_of_seasons: seasons.filter(([season]) => season !== '0').length,
      number_of_episodes: seasons.reduce((sum, [season, dates]) => sum + (season === '0' ? 0 : dates.length), 0),
      seasons: seasons.map(([season, dates]) => ({
        season_number: Number(season),
        name: season === '0' ? 'Specials' : `Season ${season}`,
        air_date: dates[0] ?? null,
        episode_count: dates.length,
        poster_path: null,
      })),
      genres: [{ id: 18, name: 'Drama' }],
      ...(append.includes('credits') && { credits: creditsOf(one.cast) }),
      ...(append.includes('external_ids') && { external_ids: { tvdb_id: one.tvdbId ?? null, imdb_id: null } }),
    };
  }

  function movieDetails(movie: FakeTmdbMovie, append: string[]) {
    const collection = collections.find(({ id }) => id === movie.collectionId);
    return {
      ...movieObject(movie),
      runtime: movie.runtime ?? null,
      imdb_id: movie.imdbId ?? null,
      genres: [{ id: 18, name: 'Drama' }],
      belongs_to_collection: collection ? { ...collection, poster_path: null, backdrop_path: null } : null,
      ...(append.includes('credits') && { credits: creditsOf(movie.cast) }),
    };
  }

  function filmography(personId: number) {
    const roles = [
      ...movies.map((movie) => ({ cast: movie.cast, title: { ...movieObject(movie), media_type: 'movie' } })),
      ...series.map((one) => ({ cast: one.cast, title: { ...seriesObject(one), media_type: 'tv', episode_count: 1 } })),
    ];
    const cast = roles.flatMap((role) =>
      (role.cast ?? [])
        .filter(([id]) => id === personId)
        .map(([id, character]) => Object.assign({ character, credit_id: `credit-${id}` }, role.title)),
    );
    return { cast, crew: [] };
  }

  function search(kind: string, query: URLSearchParams): FakeAnswer {
    const wanted = (query.get('query') ?? '').toLowerCase();
    const hits = [
      ...(kind === 'tv' ? [] : movies.map((movie) => Object.assign(movieObject(movie), { media_type: 'movie' }))),
      ...(kind === 'movie' ? [] : series.map((one) => Object.assign(seriesObject(one), { media_type: 'tv' }))),
    ].filter((hit) => Object.values(hit).join('\n').toLowerCase().includes(wanted));
    const persons = people
      .filter(({ name }) => name.toLowerCase().includes(wanted))
      .map(({ id, name, profilePath = null }) => ({ id, name, profile_path: profilePath, media_type: 'person' }));
    return pageOf(kind === 'multi' ? [...hits, ...persons] : hits, query);
  }

  /** Answers for the thing whose id comes first in the path. */
  const of = <T extends { id: number }>(
    things: readonly T[],
    body: (thing: T, rest: number[], query: URLSearchParams) => unknown,
  ): Respond => {
    return ([wanted, ...rest], query) => {
      const thing = things.find(({ id }) => id === wanted);
      const found = thing && body(thing, rest, query);
      return found === undefined ? undefined : { status: 200, body: found };
    };
  };
  const ofSeries = { media_type: 'tv' };
  const ofFilm = { media_type: 'movie' };
  const routes: [RegExp, Respond][] = [
    [/^\/3\/movie\/(\d+)$/, of(movies, (movie, _, query) => movieDetails(movie, appended(query)))],
    [/^\/3\/movie\/(\d+)\/credits$/, of(movies, ({ cast }) => creditsOf(cast))],
    [/^\/3\/tv\/(\d+)$/, of(series, (one, _, query) => seriesDetails(one, appended(query)))],
    [/^\/3\/tv\/(\d+)\/credits$/, of(series, ({ cast }) => creditsOf(cast))],
    [
      /^\/3\/tv\/(\d+)\/season\/(\d+)$/,
      of(series, (one, [season = 0]) => (one.seasons?.[season] ? seasonObject(season, one) : undefined)),
    ],
    [/^\/3\/tv\/(\d+)\/external_ids$/, of(series, ({ id, tvdbId = null }) => ({ id, tvdb_id: tvdbId, imdb_id: null }))],
    [
      /^\/3\/find\/(\d+)$/,
      ([tvdbId], query) => ({
        status: 200,
        body: {
          movie_results: [],
          person_results: [],
          tv_results: series
            .filter((one) => query.get('external_source') === 'tvdb_id' && one.tvdbId === tvdbId)
            .map((one) => Object.assign(seriesObject(one), ofSeries)),
          tv_episode_results: [],
          tv_season_results: [],
        },
      }),
    ],
    [
      /^\/3\/person\/(\d+)$/,
      of(people, (person, _, query) => ({
        ...personObject(person),
        ...(appended(query).includes('combined_credits') && { combined_credits: filmography(person.id) }),
      })),
    ],
    [/^\/3\/person\/(\d+)\/combined_credits$/, of(people, ({ id }) => filmography(id))],
    [
      /^\/3\/collection\/(\d+)$/,
      of(collections, ({ id, name }) => ({
        id,
        name,
        overview: '',
        poster_path: null,
        backdrop_path: null,
        parts: movies
          .filter(({ collectionId }) => collectionId === id)
          .map((movie) => Object.assign(movieObject(movie), ofFilm)),
      })),
    ],
    [/^\/3\/trending\/movie\/week$/, (_, query) => pageOf(movies.map(movieObject), query)],
    [/^\/3\/trending\/tv\/week$/, (_, query) => pageOf(series.map(seriesObject), query)],
    [
      /^\/3\/configuration$/,
      () => ({ status: 200, body: { images: { secure_base_url: 'https://image.test/t/p/' }, change_keys: [] } }),
    ],
  ];

  function answer({ path, query, headers }: FakeRequest): FakeAnswer {
    if (path.startsWith('/t/p/')) return image(images[path.slice('/t/p/'.length)]);
    const key = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? query.get('api_key');
    if (!key || (apiKey !== undefined && key !== apiKey))
      return failure(401, 7, 'Invalid API key: You must be granted a valid key.');
    const searched = /^\/3\/search\/(movie|tv|multi)$/.exec(path)?.[1];
    if (searched !== undefined) return search(searched, query);
    for (const [pattern, respond] of routes) {
      const match = pattern.exec(path);
      const given = match && respond(match.slice(1).map(Number), query);
      if (given) return given;
    }
    return failure(404, 34, 'The resource you requested could not be found.');
  }

  return startFakeProvider(answer, { prefix: '/3', faults });
}

/** Undefined is a 404. */
type Respond = (ids: number[], query: URLSearchParams) => FakeAnswer | undefined;

const appended = (query: URLSearchParams): string[] => (query.get('append_to_response') ?? '').split(',');

function image(bytes: Buffer | undefined): FakeAnswer {
  if (bytes === undefined) return { status: 404, body: '<h1>File not Found</h1>' };
  return {
    status: 200,
    body: bytes,
    headers: { 'content-type': 'image/jpeg', 'content-length': String(bytes.length) },
  };
}

function pageOf(results: unknown[], query: URLSearchParams): FakeAnswer {
  const page = Number(query.get('page') ?? 1);
  return {
    status: 200,
    body: {
      page,
      results: results.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE),
      total_pages: Math.ceil(results.length / PAGE_SIZE),
      total_results: results.length,
    },
  };
}

function failure(status: number, code: number, message: string): FakeAnswer {
  return { status, body: { success: false, status_code: code, status_message: message } };
}

function movieObject({
  id,
  title,
  originalTitle = title,
  releaseDate = '',
  posterPath = null,
  overview = '',
}: FakeTmdbMovie) {
  return { id, title, original_title: originalTitle, release_date: releaseDate, poster_path: posterPath, overview };
}

function seriesObject({ id, name, originalName = name, posterPath = null, overview = '', seasons }: FakeTmdbSeries) {
  const firstAirDate = seasons?.[1]?.[0] ?? '';
  return {
    id,
    name,
    original_name: originalName,
    first_air_date: firstAirDate,
    poster_path: posterPath,
    overview,
    origin_country: ['JP'],
  };
}

const lastAirDate = ({ seasons = {} }: FakeTmdbSeries): string | null =>
  Object.values(seasons)
    .flat()
    .filter((date) => date !== null)
    .toSorted()
    .at(-1) ?? null;

function seasonObject(season: number, { seasons, episodeNames = {} }: FakeTmdbSeries) {
  const dates = seasons?.[season] ?? [];
  return {
    id: 9000 + season,
    season_number: season,
    name: `Season ${season}`,
    overview: '',
    air_date: dates[0] ?? null,
    poster_path: null,
    episodes: dates.map((airDate, index) => ({
      id: season * 1000 + index + 1,
      episode_number: index + 1,
      season_number: season,
      name: episodeNames[`${season}x${index + 1}`] ?? `Episode ${index + 1}`,
      overview: '',
      air_date: airDate,
      runtime: null,
      still_path: null,
    })),
  };
}

function personObject({ id, name, profilePath = null, biography = '' }: FakeTmdbPerson) {
  return {
    id,
    name,
    also_known_as: [],
    biography,
    birthday: null,
    deathday: null,
    imdb_id: null,
    known_for_department: 'Acting',
    place_of_birth: null,
    profile_path: profilePath,
  };
}
