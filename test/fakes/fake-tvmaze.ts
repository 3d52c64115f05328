import {
  type FakeAnswer,
  type FakeProvider,
  type FakeRequest,
  type Faults,
  startFakeProvider,
} from '../../lib/demo/fake-server.ts';

export interface FakeTvmazeShow {
  id: number;
  name: string;
  /** TVDB's id, if TVmaze knows it. */
  thetvdb?: number;
  /** Minutes. */
  averageRuntime?: number | null;
  premiered?: string | null;
  image?: { medium: string; original: string } | null;
  /** HTML. */
  summary?: string | null;
  /** Numbers of episodes by season number. */
  seasons?: Record<number, number>;
  /** Without a country, the original name. */
  akas?: { name: string; country: { name: string; code: string; timezone: string } | null }[];
}

export interface FakeTvmazeOptions {
  shows?: FakeTvmazeShow[];
  faults?: Faults;
}

/** A fake TVmaze: search, lookup by TVDB id, alternative names. The base URL is `url`. */
export async function createFakeTvmaze({ shows = [], faults }: FakeTvmazeOptions = {}): Promise<FakeProvider> {
  function answer({ path, query, headers }: FakeRequest): FakeAnswer {
    if (path === '/search/shows') {
      const wanted = (query.get('q') ?? '').toLowerCase();
      const found = shows.filter(({ name, akas = [] }) =>
        [name, ...akas.map((aka) => aka.name)].some((one) => one.toLowerCase().includes(wanted)),
      );
      return { status: 200, body: found.map((show) => ({ score: 0.9, show: showRecord(show) })) };
    }
    if (path === '/lookup/shows') {
      const show = shows.find(({ thetvdb }) => String(thetvdb) === query.get('thetvdb'));
      if (!show) return NOT_FOUND;
      const location = `http://${headers.host}/shows/${show.id}`;
      return { status: 301, headers: { location }, body: '<html>Moved</html>' };
    }
    const [, id, part] = /^\/shows\/(\d+)(\/akas|\/episodes)?$/.exec(path) ?? [];
    const show = shows.find((one) => one.id === Number(id));
    if (!show) return NOT_FOUND;
    if (part === '/episodes') return { status: 200, body: episodesOf(show) };
    return { status: 200, body: part ? (show.akas ?? []) : showRecord(show) };
  }
  return startFakeProvider(answer, { faults });
}

const episodesOf = ({ seasons = {} }: FakeTvmazeShow) =>
  Object.entries(seasons).flatMap(([season, count]) =>
    Array.from({ length: count }, (_, index) => ({ season: Number(season), number: index + 1, type: 'regular' })),
  );

const NOT_FOUND: FakeAnswer = {
  status: 404,
  body: { name: 'Not Found', message: 'Page not found.', code: 0, status: 404 },
};

const showRecord = ({ id, name, thetvdb, averageRuntime, premiered, image, summary }: FakeTvmazeShow) => ({
  id,
  url: `https://www.tvmaze.com/shows/${id}/${name.toLowerCase()}`,
  name,
  type: 'Animation',
  language: 'Japanese',
  status: 'Ended',
  runtime: averageRuntime ?? null,
  averageRuntime: averageRuntime ?? null,
  premiered: premiered ?? null,
  externals: { tvrage: null, thetvdb: thetvdb ?? null, imdb: null },
  image: image ?? null,
  summary: summary ?? null,
});
