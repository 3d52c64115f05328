import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createApiClient, type ApiClient } from '../lib/core/terminal/api-client.ts';
import { createFakeYouTube } from '../lib/demo/fake-youtube.ts';
import { runSync } from '../lib/folder/sync-run.ts';
import { createJournal } from '../lib/folder/journal.ts';
import { progressOf } from '../lib/progress/progress-calls.ts';
import { call, inFolder, report, startServe, timed } from './measure.ts';

const VIDEOS = 500;
const CALL_MILLISECONDS = 400;
const MAXIMUM_PROVIDER_CALLS = 20;
const FILES = 5000;
const SHOWS = 100;

/** Recording videos compared with the slowest YouTube calls, and a sync of files with its API calls. */
export async function run(): Promise<void> {
  for (const channels of [20, VIDEOS]) await inFolder((folder) => measureVideos(folder, channels));
  await inFolder(measureEvening);
}

async function measureVideos(folder: string, channelCount: number): Promise<void> {
  const ids = Array.from({ length: VIDEOS }, (_, index) => `v${String(index).padStart(10, '0')}`);
  const channelOf = (index: number) => `UC${index % channelCount}`;
  const youtube = await createFakeYouTube({
    videos: ids.map((id, index) => ({ id, title: `動画 ${id}`, channelId: channelOf(index), duration: 'PT12M' })),
    channels: Array.from({ length: channelCount }, (_, index) => ({ id: channelOf(index), title: `放送局 ${index}` })),
    faults: () => ({ delayMs: CALL_MILLISECONDS }),
  });
  const server = await startServe(folder, {
    YOUTUBE_API_KEY: 'bench',
    IMMERSION_TRACKER_YOUTUBE_BASE_URL: youtube.url,
  });
  try {
    await call(`${server.url}/progress`);
    const milliseconds = await timed(() => call(`${server.url}/syncyoutube`, { video_ids: ids }));
    const videoCalls = youtube.requests.filter((request) => request.path.endsWith('/videos')).length;
    const calls = youtube.requests.length;
    const what = `POST /syncyoutube, ${VIDEOS} new videos of ${channelCount} channels`;
    report(
      `${what}, calls at YouTube`,
      calls / MAXIMUM_PROVIDER_CALLS,
      1,
      `${videoCalls} for videos, ${calls - videoCalls} for channels, of ${MAXIMUM_PROVIDER_CALLS}`,
    );
    const slowest = `slowest calls ${CALL_MILLISECONDS} + ${CALL_MILLISECONDS} ms`;
    report(`${what}, time`, milliseconds / (2 * CALL_MILLISECONDS), 3, `${milliseconds.toFixed(0)} ms; ${slowest}`);
  } finally {
    await server.stop();
    await youtube.close();
  }
}

async function measureEvening(folder: string): Promise<void> {
  const library = path.join(folder, 'library');
  for (let show = 0; show < SHOWS; show++) {
    const watched = path.join(library, 'shows', `番組 ${show}`, 'watched');
    await mkdir(watched, { recursive: true });
    for (let file = 0; file < FILES / SHOWS; file++) await writeFile(path.join(watched, `第${file}話.mkv`), 'video');
  }
  const server = await startServe(path.join(folder, 'server'));
  try {
    const api = createTimedApi(createApiClient({ url: server.url, user: 'me', password: 'any' }));
    for (const evening of ['first', 'second']) await measureStages(evening, { api, library, folder });
  } finally {
    await server.stop();
  }
}

interface TimedApi extends ApiClient {
  milliseconds: number;
}

function createTimedApi(client: ApiClient): TimedApi {
  const api: TimedApi = {
    milliseconds: 0,
    async call(endpoint, options) {
      const started = performance.now();
      try {
        return await client.call(endpoint, options);
      } finally {
        api.milliseconds += performance.now() - started;
      }
    },
  };
  return api;
}

async function measureStages(
  evening: string,
  { api, library, folder }: { api: TimedApi; library: string; folder: string },
): Promise<void> {
  const journal = createJournal({ stateDirectory: path.join(folder, 'state') });
  // The output shows where one stage ends and the next begins.
  const ends: [pattern: RegExp, stage: string][] = [
    [/^(?:Found|No watched)/, 'scan'],
    [/^Recorded/, 'record'],
    [/without a TVDB id/, 'ask for ids'],
    [/^(?:Moved|Deleted)/, 'clean'],
  ];
  const stages: string[] = [];
  let last = performance.now();
  let lastInApi = (api.milliseconds = 0);
  const endStage = (stage: string) => {
    const [now, inApi] = [performance.now(), api.milliseconds];
    stages.push(`${stage} ${seconds(now - last)} s (API ${seconds(inApi - lastInApi)})`);
    [last, lastInApi] = [now, inApi];
  };
  const total = await timed(() =>
    runSync({
      connection: { api, identity: 'bench', user: 'me', close: async () => {} },
      library,
      journal,
      parts: new Set(['shows', 'movies', 'links']),
      backfill: false,
      playlist: false,
      introduction: [],
      cleanMode: 'delete',
      takeClearMatch: false,
      dryRun: false,
      tell(text) {
        const stage = ends.find(([pattern]) => pattern.test(text))?.[1];
        if (stage) endStage(stage);
      },
      showProgress: async () => {
        const progress = await progressOf(api);
        endStage('progress');
        return progress;
      },
      activity: () => ({ update: () => {}, stop: () => {} }),
    }),
  );
  journal.close();
  const outside = ((total - api.milliseconds) / total) * 100;
  console.log(
    `  ${evening} sync of ${FILES} files in ${SHOWS} shows: ${seconds(total)} s, ${outside.toFixed(0)} % outside the API`,
  );
  console.log(`    ${stages.join(', ')}`);
}

const seconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(2);
