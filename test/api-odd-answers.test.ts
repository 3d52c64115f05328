import test from 'ava';
import { createApiClient } from '../lib/core/terminal/api-client.ts';
import type { Fault, FakeRequest } from '../lib/demo/fake-server.ts';
import type { FakeYouTubeVideo } from '../lib/demo/fake-youtube.ts';
import { recordLinks, withoutLengthText } from '../lib/folder/record-links.ts';
import { type EveningApi, startEveningApi } from './evening-api.ts';

const episode = (id: string) => ({
  id,
  name: `Talk ${id}`,
  showId: 's1',
  durationMs: 60_000,
  releaseDate: '2026-01-01',
});
const IDS = ['e1', 'e2', 'e3', 'e4', 'e5', 'e6'];
const podcast = { shows: [{ id: 's1', name: 'Podcast' }], episodes: IDS.map((id) => episode(id)) };
const record = async (api: EveningApi, ids: readonly string[], { backfill = false } = {}) => {
  const confirmed: string[] = [];
  const recorded = await recordLinks(
    ids.map((id) => ({ service: id.startsWith('e') ? ('spotify' as const) : ('youtube' as const), id })),
    {
      api: createApiClient({ url: api.url, user: 'alice', password: 'alice-password' }),
      run: { id: 'batch-00000001', kind: 'sync' },
      backfill,
      confirmed: (links) => void confirmed.push(...links.map(({ id }) => id)),
    },
  );
  return { ...recorded, confirmed };
};
const stored = async (api: EveningApi, prefix: string): Promise<string[]> =>
  (await api.items()).flatMap(({ sk }) => (String(sk).startsWith(prefix) ? String(sk).slice(prefix.length) : []));

const ODD: [what: string, body: unknown][] = [
  ['is null', null],
  ['has no show', { id: 'e3', name: 'Talk', duration_ms: 60_000, release_date: null, show: null }],
  ['has no length', { id: 'e3', name: 'Talk', show: { id: 's1', name: 'Podcast' } }],
  ['is a list', []],
];
for (const [what, body] of ODD) {
  test.serial(
    `an episode whose answer ${what} is refused by name, and the other five are recorded and counted`,
    async (t) => {
      const fault: Fault = { body, headers: { 'content-type': 'application/json' } };
      const faults = ({ path }: FakeRequest) =>
        path !== '/v1/episodes/e3'
          ? undefined
          : body === null
            ? { body: Buffer.from('null'), headers: fault.headers ?? {} }
            : fault;
      const api = await startEveningApi(t, { spotify: { ...podcast, faults } });
      const recorded = await record(api, IDS);
      t.is(recorded.podcastEpisodesAdded, 5);
      t.deepEqual(
        recorded.refused.map(({ link }) => link.id),
        ['e3'],
      );
      t.regex(recorded.refused[0]?.reason ?? '', /^Spotify failed for episode e3: /);
      t.deepEqual([recorded.failed, recorded.confirmed.toSorted()], [[], IDS.filter((id) => id !== 'e3')]);
      t.is((await stored(api, 'SPOTIFYEPISODE#')).length, 5);
    },
  );
}

test.serial('pictures and names that are odd are left out, and the episode is recorded', async (t) => {
  const body = {
    id: 'e1',
    name: null,
    duration_ms: 60_000,
    release_date: null,
    show: { id: 's1', name: null, images: [null, { url: null }, { url: 'https://i.test/1' }] },
  };
  const api = await startEveningApi(t, {
    spotify: { ...podcast, faults: ({ path }) => (path === '/v1/episodes/e1' ? { body } : undefined) },
  });
  t.deepEqual((await api.post('/syncspotify', { episode_ids: ['e1'] })).body, { episodes_added: 1 });
  t.true(JSON.stringify(await api.items()).includes('https://i.test/1'));
});

test.serial(
  'when Spotify fails part way, what is recorded is counted, and only the rest is said to be missing',
  async (t) => {
    const api = await startEveningApi(t, {
      spotify: {
        ...podcast,
        faults: ({ path }) => (path === '/v1/episodes/e6' ? { status: 500, body: {} } : undefined),
      },
    });
    const recorded = await record(api, IDS);
    const kept = await stored(api, 'SPOTIFYEPISODE#');
    t.true(kept.length >= 1 && kept.length < 6);
    t.is(recorded.podcastEpisodesAdded, kept.length);
    t.deepEqual(recorded.confirmed.toSorted(), kept.toSorted());
    t.is(recorded.failed[0]?.error.code, 'spotify_unavailable');
    t.deepEqual(
      recorded.failed[0]?.links.map(({ id }) => id).toSorted(),
      IDS.filter((id) => !kept.includes(id)),
    );
  },
);

const longShow = Array.from({ length: 120 }, (_, index) => episode(`e${index}`));
const CUT: [what: string, fault: Fault][] = [
  ['is 404', { status: 404, body: { error: { status: 404, message: 'Resource not found' } } }],
  ['is empty though there is more', { body: { items: [], next: 'https://api.spotify.test/more' } }],
];
for (const [what, fault] of CUT) {
  test.serial(`a back-fill in which a later page ${what} is an error; what came before is recorded`, async (t) => {
    const isLater = ({ path, query }: FakeRequest) => path.endsWith('/episodes') && query.get('offset') === '50';
    const api = await startEveningApi(t, {
      spotify: { ...podcast, episodes: longShow, faults: (request) => (isLater(request) ? fault : undefined) },
    });
    const answer = await api.post('/syncspotify', { episode_ids: ['e119'], backfill: true });
    t.like(answer, { status: 502, body: { code: 'spotify_bad_answer', episodes_added: 51 } });
    t.regex((answer.body as { message: string }).message, /the list ends at 50 though there is more of it/);
    const recorded = await record(api, ['e119'], { backfill: true });
    t.deepEqual([recorded.confirmed, recorded.failed[0]?.links.length], [[], 1], 'the next evening tries it again');
  });
}

test.serial('items of a podcast’s list that are odd hold up none of the others', async (t) => {
  const items = [null, { id: 'x' }, 7, { id: 'e2', name: 'Talk e2', duration_ms: 60_000, release_date: '2025-01-01' }];
  const api = await startEveningApi(t, {
    spotify: {
      ...podcast,
      faults: ({ path }) => (path.endsWith('/s1/episodes') ? { body: { items, next: null } } : undefined),
    },
  });
  t.deepEqual((await api.post('/syncspotify', { episode_ids: ['e1'], backfill: true })).body, { episodes_added: 2 });
});

const video = (id: string, more: Partial<FakeYouTubeVideo> = {}): FakeYouTubeVideo => ({
  id,
  title: `Video ${id}`,
  channelId: 'c1',
  duration: 'PT10M',
  ...more,
});
const channels = [{ id: 'c1', title: 'One' }];

test.serial(
  'a video whose data is odd is refused by name, to be tried again, and the others are recorded',
  async (t) => {
    const api = await startEveningApi(t, {
      youtube: {
        channels,
        faults: ({ path }) =>
          path.endsWith('/videos')
            ? {
                body: {
                  items: [
                    null,
                    { id: 'v1', snippet: { title: 'Video', channelId: null }, contentDetails: { duration: 'PT1M' } },
                    { id: 'v2', snippet: { title: null, channelId: 'c1' }, contentDetails: { duration: 'PT1M' } },
                  ],
                },
              }
            : undefined,
      },
    });
    const recorded = await record(api, ['v1', 'v2']);
    t.like(recorded, {
      videosAdded: 1,
      confirmed: ['v2'],
      failed: [],
      refused: [
        {
          link: { service: 'youtube', id: 'v1' },
          reason: 'YouTube failed for the video: its data doesn’t match its documented format',
          retry: true,
        },
      ],
    });
  },
);

const OPEN: [what: string, more: Partial<FakeYouTubeVideo>][] = [
  ['a premiere to come', { liveBroadcastContent: 'upcoming', duration: 'P0D' }],
  ['a stream under way', { liveBroadcastContent: 'live', duration: 'P0D' }],
  ['a stream that has just ended', { duration: 'P0D' }],
];
for (const [what, more] of OPEN) {
  test.serial(`${what} is recorded without a length, said, and asked for again until it has one`, async (t) => {
    const videos = [video('v1', more), video('v2'), video('v3')];
    const api = await startEveningApi(t, { youtube: { videos, channels } });
    const first = await record(api, ['v1', 'v2']);
    t.deepEqual([first.videosAdded, first.withoutLength], [2, ['v1']]);
    t.regex(withoutLengthText(first), /^1 video without a length yet \(live, upcoming or just ended\): v1\. /);
    const minutes = async () =>
      ((await api.get('/progress')).body as { total_hours_watched: number }).total_hours_watched;
    const length = async () =>
      (await api.items()).find(({ sk }) => sk === 'YOUTUBEVIDEO#v1')?.['youtube_video_duration'];
    t.is(await length(), 0);
    t.deepEqual((await record(api, ['v1'])).withoutLength, ['v1']);
    const { body } = await api.post('/syncyoutube', { video_ids: ['v1'] });
    t.deepEqual(body, { videos_added: 0 }, 'clients of the original API get its fields alone');

    videos[0] = video('v1', { duration: 'PT2H' });
    const later = await record(api, ['v3']);
    t.deepEqual([later.videosAdded, later.withoutLength, withoutLengthText(later)], [1, [], '']);
    t.is(await length(), 7200);
    t.is(await minutes(), 2);
    api.youtube.requests.length = 0;
    await record(api, ['v1', 'v2', 'v3']);
    t.is(api.youtube.requests.length, 0, 'all lengths are known');
  });
}

test.serial('asking again for a length fails nothing', async (t) => {
  let isDown = false;
  const api = await startEveningApi(t, {
    youtube: {
      videos: [video('v1', { duration: 'P0D' })],
      channels,
      faults: () => (isDown ? { status: 500, body: {} } : undefined),
    },
  });
  await record(api, ['v1']);
  isDown = true;
  t.like(await record(api, ['v1']), { videosAdded: 0, failed: [], withoutLength: ['v1'], confirmed: ['v1'] });
});

test.serial('of a batch of videos only the odd one is refused', async (t) => {
  const good = { id: 'v1', snippet: { title: 'One', channelId: 'c1' }, contentDetails: { duration: 'PT1M' } };
  const items = [good, null, { id: 'v2', snippet: null }, { ...good, id: 'v3', contentDetails: { duration: 'soon' } }];
  const api = await startEveningApi(t, {
    youtube: { channels, faults: ({ path }) => (path.endsWith('/videos') ? { body: { items } } : undefined) },
  });
  const recorded = await record(api, ['v1', 'v2', 'v3']);
  t.is(recorded.videosAdded, 1);
  t.deepEqual(recorded.refused.map(({ link }) => link.id).toSorted(), ['v2', 'v3']);
});
