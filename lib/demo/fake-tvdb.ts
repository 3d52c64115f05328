import { randomUUID } from 'node:crypto';
import { type FakeAnswer, type FakeProvider, type FakeRequest, type Faults, startFakeProvider } from './fake-server.ts';

export interface FakeTvdbTitle {
  id: number;
  name: string;
  /** If it isn't the primary name. */
  englishName?: string;
  image?: string | null;
  /** Minutes: a series' average, or a film's length. */
  runtime?: number | null;
  year?: string;
  overview?: string;
  aliases?: string[];
  /** Numbers of episodes by season number. */
  seasons?: Record<number, number>;
}

export interface FakeTvdbOptions {
  series?: FakeTvdbTitle[];
  movies?: FakeTvdbTitle[];
  /** If missing, any key is accepted. */
  apiKey?: string;
  /** If missing, a login must not contain one. */
  pin?: string;
  faults?: Faults;
}

export interface FakeTvdb extends FakeProvider {
  /** Invalidates all tokens. */
  expireTokens(): void;
}

/** A fake TheTVDB v4: login, series, films, search. */
export async function createFakeTvdb(options: FakeTvdbOptions = {}): Promise<FakeTvdb> {
  const { series = [], movies = [], apiKey, pin, faults } = options;
  const tokens = new Set<string>();

  function login(request: FakeRequest): FakeAnswer {
    const given = JSON.parse(request.body) as { apikey?: string; pin?: string };
    if (pin !== undefined && given.pin === undefined) return failure(400, 'InvalidValueType: pin required');
    if (given.pin !== pin) return failure(401, 'InvalidAPIKey: pin invalid');
    if (!given.apikey || (apiKey !== undefined && given.apikey !== apiKey))
      return failure(401, 'InvalidAPIKey: apikey invalid');
    const token = randomUUID();
    tokens.add(token);
    return success({ token });
  }

  function search(query: URLSearchParams): FakeAnswer {
    const type = query.get('type');
    const wanted = (query.get('query') ?? '').toLowerCase();
    const titles = [
      ...(type === 'movie' ? [] : series.map((title) => searchHit('series', title))),
      ...(type === 'series' ? [] : movies.map((title) => searchHit('movie', title))),
    ];
    const data = titles.filter((hit) =>
      [hit.name, ...hit.aliases, ...Object.values(hit.translations)].some((name) =>
        name.toLowerCase().includes(wanted),
      ),
    );
    const links = { prev: null, self: '/search', next: null, total_items: data.length, page_size: 1000 };
    return { status: 200, body: { status: 'success', data, links } };
  }

  function answer(request: FakeRequest): FakeAnswer {
    if (request.method === 'POST' && request.path === '/login') return login(request);
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined || !tokens.has(token)) return failure(401, 'Unauthorized');
    if (request.path === '/search') return search(request.query);
    const [, kind, id] = /^\/(series|movies)\/(\d+)(?:\/extended)?$/.exec(request.path) ?? [];
    const title = (kind === 'series' ? series : movies).find((title) => title.id === Number(id));
    if (kind === undefined || title === undefined) return failure(404, 'NotFoundException: not found');
    if (kind === 'movies') return success(movieRecord(title));
    const episodes = request.query.get('meta') === 'episodes' ? episodesOf(title) : undefined;
    return success({ ...seriesRecord(title), ...(episodes && { episodes }) });
  }

  const provider = await startFakeProvider(answer, { faults });
  return { ...provider, expireTokens: () => tokens.clear() };
}

function success(data: unknown): FakeAnswer {
  return { status: 200, body: { status: 'success', data } };
}

function failure(status: number, message: string): FakeAnswer {
  return { status, body: { status: 'failure', message, data: null } };
}

function seriesRecord({ id, name, image, runtime, year, overview }: FakeTvdbTitle) {
  return {
    id,
    name,
    slug: `series-${id}`,
    image: image === undefined ? '' : image,
    averageRuntime: runtime ?? null,
    year: year ?? '',
    overview: overview ?? '',
    firstAired: year ? `${year}-04-01` : '',
    lastAired: '',
    nextAired: '',
    aliases: [],
  };
}

const episodesOf = ({ id, seasons = {} }: FakeTvdbTitle) =>
  Object.entries(seasons).flatMap(([season, count]) =>
    Array.from({ length: count }, (_, index) => ({
      id: id * 1000 + Number(season) * 100 + index,
      seriesId: id,
      seasonNumber: Number(season),
      number: index + 1,
    })),
  );

function movieRecord({ id, name, image, runtime, year }: FakeTvdbTitle) {
  return {
    id,
    name,
    slug: `film-${id}`,
    image: image === undefined ? '' : image,
    runtime: runtime ?? null,
    year: year ?? '',
  };
}

function searchHit(type: 'series' | 'movie', title: FakeTvdbTitle) {
  return {
    objectID: `${type}-${title.id}`,
    id: `${type}-${title.id}`,
    tvdb_id: String(title.id),
    type,
    name: title.name,
    year: title.year ?? '',
    slug: `${type}-${title.id}`,
    image_url: title.image ?? '',
    overview: title.overview ?? '',
    translations: title.englishName === undefined ? {} : { eng: title.englishName },
    aliases: title.aliases ?? [],
  };
}
