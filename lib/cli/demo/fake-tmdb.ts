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
}

export interface FakeTmdbOptions {
  movies?: FakeTmdbMovie[];
  /** A v3 key or a read access token; any is taken without one. */
  apiKey?: string;
  faults?: Faults;
}

/** The films of TMDB v3 on loopback. `url` ends with `/3`. */
export async function createFakeTmdb({ movies = [], apiKey, faults }: FakeTmdbOptions = {}): Promise<FakeProvider> {
  function answer({ path, query, headers }: FakeRequest): FakeAnswer {
    const key = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? query.get('api_key');
    if (!key || (apiKey !== undefined && key !== apiKey))
      return failure(401, 7, 'Invalid API key: You must be granted a valid key.');
    if (path === '/3/search/movie') {
      const wanted = (query.get('query') ?? '').toLowerCase();
      const hits = movies.filter(({ title, originalTitle }) =>
        `${title}\n${originalTitle}`.toLowerCase().includes(wanted),
      );
      const results = hits.map((movie) => movieObject(movie));
      return { status: 200, body: { page: 1, results, total_pages: 1, total_results: results.length } };
    }
    const id = Number(/^\/3\/movie\/(\d+)$/.exec(path)?.[1]);
    const movie = movies.find((movie) => movie.id === id);
    if (movie === undefined) return failure(404, 34, 'The resource you requested could not be found.');
    return { status: 200, body: { ...movieObject(movie), runtime: movie.runtime ?? null } };
  }

  return startFakeProvider(answer, { prefix: '/3', faults });
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
