import test from 'ava';
import { createApiClient } from '../lib/core/terminal/api-client.ts';
import { ImmersionError } from '../lib/core/errors.ts';
import { createProviderHttp } from '../lib/core/http/http.ts';
import { withPauses } from '../lib/core/http/pauses.ts';
import type { Fault } from '../lib/demo/fake-server.ts';
import { recordLinks } from '../lib/folder/record-links.ts';
import { syncSpotify, syncYouTube } from '../lib/recording/sync-contract.ts';
import { type EveningApi, startEveningApi } from './evening-api.ts';

const sources = {
  youtube: {
    videos: ['v1', 'v2'].map((id) => ({ id, title: `Video ${id}`, channelId: 'c1', duration: 'PT1M' })),
    channels: [{ id: 'c1', title: 'One' }],
  },
  spotify: {
    shows: [{ id: 's1', name: 'Podcast' }],
    episodes: ['e1', 'e2', 'e3', 'e4', 'e5', 'e6'].map((id) => ({
      id,
      name: `Talk ${id}`,
      showId: 's1',
      durationMs: 60_000,
      releaseDate: '2026-01-01',
    })),
  },
};
const limited = (retryAfter: string, status = 429): Fault => ({
  status,
  headers: { 'retry-after': retryAfter },
  body: { error: { status, message: 'slow down' } },
});
const clientOf = (api: EveningApi) => createApiClient({ url: api.url, user: 'alice', password: 'alice-password' });

const AT_MOST: { what: string; fault: Fault; requests: number }[] = [
  { what: '429 with a short wait', fault: limited('1'), requests: 3 },
  { what: '429 without a wait', fault: { status: 429, body: {} }, requests: 3 },
  { what: '503 with a short wait', fault: limited('2', 503), requests: 3 },
  { what: '500', fault: { status: 500, body: {} }, requests: 3 },
  { what: '429 with a wait of 79,892 s', fault: limited('79892'), requests: 1 },
  { what: '429 with a wait that no date could name', fault: limited('99999999999999'), requests: 1 },
  { what: '503 with a wait that no date could name', fault: limited('99999999999999', 503), requests: 1 },
];
for (const { what, fault, requests } of AT_MOST) {
  test.serial(
    `a provider that answers ${what} is sent ${requests} from a command, however many links there are`,
    async (t) => {
      const api = await startEveningApi(t, {
        ...sources,
        youtube: { ...sources.youtube, faults: () => fault },
        spotify: { ...sources.spotify, faults: ({ path }) => (path === '/api/token' ? undefined : fault) },
      });
      const startedAt = performance.now();
      const ids = ['e1', 'e2', 'e3', 'e4', 'e5', 'e6'];
      const calls = [
        clientOf(api).call(syncYouTube, { body: { video_ids: ['v1', 'v2'] } }),
        clientOf(api).call(syncSpotify, { body: { episode_ids: ids } }),
      ];
      for (const call of calls) {
        const error = await t.throwsAsync(call, { instanceOf: ImmersionError });
        t.regex(error.code, /^(youtube|spotify)_(rate_limited|unavailable)$/, error.message);
      }
      t.is(api.youtube.requests.length, requests);
      t.is(api.spotify.requests.filter(({ path }) => path !== '/api/token').length, requests);
      t.true(performance.now() - startedAt < 8000, 'nobody waits in front of a command');
    },
  );
}

test.serial(
  'a long pause is kept: the next command says until when, without asking, also of another process',
  async (t) => {
    let isDown = true;
    const api = await startEveningApi(t, {
      ...sources,
      spotify: {
        ...sources.spotify,
        faults: ({ path }) => (isDown && path !== '/api/token' ? limited('79892') : undefined),
      },
    });
    const call = () => clientOf(api).call(syncSpotify, { body: { episode_ids: ['e1'] } });
    const first = await t.throwsAsync(call(), { instanceOf: ImmersionError });
    t.is(first.retryAfterSeconds, 79_892);
    const asked = api.spotify.requests.length;
    api.clock.advance(1_800_000);
    const second = await t.throwsAsync(call(), { instanceOf: ImmersionError });
    t.is(second.code, 'spotify_rate_limited');
    t.is(second.message, 'Spotify failed for episode e1: too many requests; retry after 2026-11-22T10:11:32Z.');
    t.is(api.spotify.requests.length, asked);
    isDown = false;
    api.clock.advance(79_892_000 - 1_800_000);
    t.is((await call()).episodes_added, 1);
  },
);

test.serial(
  'a spent quota of YouTube is asked once an evening; other links go on, and another key works at once',
  async (t) => {
    const api = await startEveningApi(t, { ...sources, youtube: { ...sources.youtube, quota: 0 } });
    const links = [
      { service: 'youtube' as const, id: 'v1' },
      { service: 'spotify' as const, id: 'e1' },
    ];
    for (const added of [1, 0]) {
      const request = {
        api: clientOf(api),
        run: { id: 'batch-00000001', kind: 'sync' },
        backfill: false,
        confirmed: () => undefined,
      };
      const recorded = await recordLinks(links, request);
      t.is(recorded.podcastEpisodesAdded, added);
      t.is(recorded.failed[0]?.error.code, 'youtube_quota_exceeded');
      t.regex(recorded.failed[0]?.error.message ?? '', /quota .*retry after 2026-11-22T08:00:00Z/);
    }
    t.is(api.youtube.requests.length, 1);
    const http = withPauses(createProviderHttp({ clock: api.clock }), { store: api.store, clock: api.clock });
    const request = {
      provider: { code: 'youtube', name: 'YouTube' },
      subject: 'videos',
      url: `${api.youtube.url}/none`,
    };
    await t.throwsAsync(http.request({ ...request, query: { key: 'other' }, account: 'other' }), {
      code: 'youtube_bad_answer',
    });
    t.is(api.youtube.requests.length, 2);
  },
);

test.serial('a provider that names a pause of years is asked again after a day, and no key is kept', async (t) => {
  const api = await startEveningApi(t, {
    ...sources,
    youtube: { ...sources.youtube, faults: (_, count) => (count === 1 ? limited('99999999999999') : undefined) },
  });
  const call = () => clientOf(api).call(syncYouTube, { body: { video_ids: ['v1'] } });
  await t.throwsAsync(call(), { code: 'youtube_rate_limited' });
  api.clock.advance(26 * 3_600_000);
  t.is((await call()).videos_added, 1);
  const kept = JSON.stringify(await Array.fromAsync(api.store.query('PAUSE')));
  t.regex(kept, /youtube#[\da-f]{16}/);
  t.notRegex(kept, /AIza|youtube-key/);
});
