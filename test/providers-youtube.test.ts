import test, { type ExecutionContext } from 'ava';
import type { FakeRequest } from '../lib/demo/fake-server.ts';
import {
  createFakeYouTube,
  type FakeYouTubeOptions,
  type FakeYouTubeVideo,
  youtubeError,
} from '../lib/demo/fake-youtube.ts';
import { NotConfiguredError } from '../lib/core/errors.ts';
import type { ProviderHttpOptions } from '../lib/core/http/http.ts';
import { createYouTube } from '../lib/recording/sources/youtube.ts';
import { createTestTime, everythingSent, failure, testFaults } from './provider-faults.ts';
import { testAgainstDescription } from './provider-judge.ts';

const KEY = 'AIza-youtube-key-0042';
const VIDEO: FakeYouTubeVideo = {
  id: 'vid-0000001',
  title: '朝ごはんの話',
  channelId: 'UC-breakfast',
  duration: 'PT24M13S',
};

const judged: FakeRequest[] = [];

async function start(
  t: ExecutionContext,
  { clientKey = KEY, http, ...options }: FakeYouTubeOptions & { clientKey?: string; http?: ProviderHttpOptions } = {},
) {
  const fake = await createFakeYouTube({ videos: [VIDEO], apiKey: KEY, ...options });
  t.teardown(async () => {
    judged.push(...fake.requests);
    await fake.close().catch(() => undefined);
  });
  const time = createTestTime(http);
  return {
    fake,
    youtube: createYouTube({ secret: async () => ({ apiKey: clientKey }), baseUrl: fake.url, ...time }),
    ...time,
  };
}

const manyVideos = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ ...VIDEO, id: `vid-${index}`, title: `Number ${index}` }));

test.serial('a video has its title, channel and seconds', async (t) => {
  const { youtube } = await start(t);
  t.deepEqual(await youtube.videos(['vid-0000001']), [
    { videoId: 'vid-0000001', title: '朝ごはんの話', channelId: 'UC-breakfast', durationSeconds: 1453 },
  ]);
});

const durations: [string, FakeYouTubeVideo['liveBroadcastContent'], number][] = [
  ['PT45S', 'none', 45],
  ['PT1H', 'none', 3600],
  ['P1DT2H3M4S', 'none', 93_784],
  ['P0D', 'live', 0],
  ['P0D', 'upcoming', 0],
  ['PT30M', 'upcoming', 0],
];
for (const [duration, liveBroadcastContent, seconds] of durations) {
  test.serial(`a ${liveBroadcastContent} video of ${duration} counts ${seconds} seconds`, async (t) => {
    const { youtube } = await start(t, {
      videos: [{ ...VIDEO, duration, ...(liveBroadcastContent && { liveBroadcastContent }) }],
    });
    const [video] = await youtube.videos([VIDEO.id]);
    t.is(video?.durationSeconds, seconds);
  });
}

test.serial('a duration that is none is a bad answer, not a length', async (t) => {
  const { youtube } = await start(t, { videos: [{ ...VIDEO, duration: '24:13' }] });
  await failure(t, youtube.videos([VIDEO.id]), { code: 'youtube_bad_answer', secrets: [KEY] });
});

test.serial('120 videos take three calls of at most 50 ids, and ids that are asked twice one place', async (t) => {
  const videos = manyVideos(120);
  const { youtube, fake } = await start(t, { videos });
  const ids = videos.map(({ id }) => id);
  const answer = await youtube.videos([...ids, ...ids]);
  t.deepEqual(
    answer.map(({ videoId }) => videoId),
    ids,
  );
  t.deepEqual(
    fake.requests.map(({ query }) => query.get('id')?.split(',').length).toSorted((a = 0, b = 0) => b - a),
    [50, 50, 20],
  );
});

test.serial('no ids, no call', async (t) => {
  const { youtube, fake } = await start(t);
  t.deepEqual([await youtube.videos([]), await youtube.channels([])], [[], []]);
  t.is(fake.requests.length, 0);
});

test.serial('unknown and private videos are missing from the answer', async (t) => {
  const { youtube } = await start(t);
  t.deepEqual(
    (await youtube.videos(['private', VIDEO.id, 'unknown'])).map(({ videoId }) => videoId),
    [VIDEO.id],
  );
});

const artworks: [Record<string, string>, string | null][] = [
  [{ default: 'https://img.test/d', medium: 'https://img.test/m', high: 'https://img.test/h' }, 'https://img.test/h'],
  [{ default: 'https://img.test/d', medium: 'https://img.test/m' }, 'https://img.test/m'],
  [{ default: 'https://img.test/d' }, 'https://img.test/d'],
  [{}, null],
];
for (const [thumbnails, artworkUrl] of artworks) {
  test.serial(
    `a channel with the pictures ${Object.keys(thumbnails).join(', ') || 'none'} shows ${artworkUrl}`,
    async (t) => {
      const { youtube } = await start(t, { channels: [{ id: 'UC-breakfast', title: 'Breakfast', thumbnails }] });
      t.deepEqual(await youtube.channels(['UC-breakfast', 'UC-gone']), [
        { channelId: 'UC-breakfast', title: 'Breakfast', artworkUrl },
      ]);
    },
  );
}

test.serial('a spent quota fails at once and says when it starts anew', async (t) => {
  const { youtube, fake, sleeps } = await start(t, { quota: 1 });
  await youtube.videos([VIDEO.id]);
  const error = await failure(t, youtube.videos([VIDEO.id]), { code: 'youtube_quota_exceeded', secrets: [KEY] });
  // Midnight in California is 08:00 UTC in winter.
  t.regex(error.message, /the API key’s quota for today is used up .*; retry after 2026-11-22T08:00:00Z/);
  t.is(error.retryAfterSeconds, 20 * 3600);
  t.deepEqual(sleeps, []);
  t.is(fake.requests.length, 2);
});

test.serial('a wrong key is a refused key', async (t) => {
  const { youtube, fake } = await start(t, { clientKey: 'AIza-wrong' });
  const error = await failure(t, youtube.videos([VIDEO.id]), { code: 'youtube_key_refused', secrets: ['AIza-wrong'] });
  t.deepEqual(error.suggestions, ['Check YOUTUBE_API_KEY.']);
  t.true(everythingSent(fake.requests).includes('AIza-wrong'));
});

const refusals: { status: number; reason: string; code: string; calls: number }[] = [
  { status: 400, reason: 'keyInvalid', code: 'youtube_key_refused', calls: 1 },
  { status: 403, reason: 'accessNotConfigured', code: 'youtube_api_disabled', calls: 1 },
  { status: 403, reason: 'rateLimitExceeded', code: 'youtube_rate_limited', calls: 3 },
  { status: 429, reason: 'rateLimitExceeded', code: 'youtube_rate_limited', calls: 3 },
  { status: 403, reason: 'dailyLimitExceeded', code: 'youtube_quota_exceeded', calls: 1 },
  { status: 403, reason: 'somethingNew', code: 'youtube_bad_answer', calls: 1 },
];
for (const { status, reason, code, calls } of refusals) {
  test.serial(`${status} ${reason} is ${code} after ${calls} calls`, async (t) => {
    const { youtube, fake } = await start(t, { faults: () => ({ status, body: youtubeError(status, { reason }) }) });
    await failure(t, youtube.videos([VIDEO.id]), { code, secrets: [KEY] });
    t.is(fake.requests.length, calls);
  });
}

test.serial('without a key YouTube is not asked and the setting is named', async (t) => {
  const { youtube, fake } = await start(t, { clientKey: ' ' });
  const error = await failure(t, youtube.videos([VIDEO.id]), { code: 'youtube_not_configured', secrets: [] });
  t.true(error instanceof NotConfiguredError);
  t.is(error.message, 'YOUTUBE_API_KEY is not set, so YouTube is unavailable.');
  t.is(fake.requests.length, 0);
});

testFaults(test, {
  provider: 'youtube',
  secrets: [KEY],
  async start(t, faults, http) {
    const rig = await start(t, { faults: (_, count) => faults(count), ...(http && { http }) });
    return { ...rig, call: () => rig.youtube.videos([VIDEO.id]) };
  },
});

testAgainstDescription(test, {
  by: import.meta.filename,
  file: 'youtube.v3.mock.openapi.json',
  requests: judged,
  atLeast: 50,
});
