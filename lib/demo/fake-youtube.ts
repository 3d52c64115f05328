import { type FakeAnswer, type FakeProvider, type FakeRequest, type Faults, startFakeProvider } from './fake-server.ts';

export interface FakeYouTubeVideo {
  id: string;
  title: string;
  channelId: string;
  /** ISO 8601: `PT24M`. */
  duration: string;
  liveBroadcastContent?: 'none' | 'live' | 'upcoming';
}

export interface FakeYouTubeChannel {
  id: string;
  title: string;
  /** By size: `{high: 'https://…'}`. */
  thumbnails?: Partial<Record<'default' | 'medium' | 'high', string>>;
}

export interface FakeYouTubeOptions {
  /** Omit private and removed videos. */
  videos?: FakeYouTubeVideo[];
  channels?: FakeYouTubeChannel[];
  /** Video ids of each playlist, two per page. */
  playlists?: Record<string, string[]>;
  /** If missing, any key is accepted. */
  apiKey?: string;
  /** Calls until the quota is used up. */
  quota?: number;
  faults?: Faults;
}

/** A fake YouTube Data API v3. `url` ends with `/youtube/v3`. */
export async function createFakeYouTube(options: FakeYouTubeOptions = {}): Promise<FakeProvider> {
  const { videos = [], channels = [], playlists = {}, apiKey, quota = Infinity, faults } = options;
  let spent = 0;

  function answer(request: FakeRequest): FakeAnswer {
    const { path, query } = request;
    const key = query.get('key');
    if (!key || (apiKey !== undefined && key !== apiKey)) {
      return failure(400, { reason: 'badRequest', message: 'API key not valid. Please pass a valid API key.' });
    }
    spent += 1;
    if (spent > quota) return failure(403, { reason: 'quotaExceeded', message: 'You have exceeded your quota.' });
    const ids = (query.get('id') ?? '').split(',').filter(Boolean);
    if (!query.get('part'))
      return failure(400, { reason: 'missingRequiredParameter', message: 'Required parameter: part' });
    if (path === '/youtube/v3/playlistItems') return playlistPage(playlists[query.get('playlistId') ?? ''], query);
    if (ids.length === 0 || ids.length > 50)
      return failure(400, { reason: 'invalidParameter', message: 'Invalid: id' });
    if (path === '/youtube/v3/videos') {
      return list(
        'video',
        videos.filter(({ id }) => ids.includes(id)).map((video) => videoResource(video)),
      );
    }
    if (path === '/youtube/v3/channels') {
      return list(
        'channel',
        channels.filter(({ id }) => ids.includes(id)).map((channel) => channelResource(channel)),
      );
    }
    return failure(404, { reason: 'notFound', message: 'Not found.' });
  }

  return startFakeProvider(answer, { prefix: '/youtube/v3', faults });
}

/** An error body as Google writes it. */
export function youtubeError(status: number, { reason, message = reason }: { reason: string; message?: string }) {
  return { error: { code: status, message, errors: [{ message, domain: 'youtube', reason }] } };
}

function failure(status: number, parts: { reason: string; message: string }): FakeAnswer {
  return { status, body: youtubeError(status, parts) };
}

function list(kind: 'video' | 'channel', items: unknown[]): FakeAnswer {
  const pageInfo = { totalResults: items.length, resultsPerPage: items.length };
  return { status: 200, body: { kind: `youtube#${kind}ListResponse`, etag: 'fake', items, pageInfo } };
}

const PLAYLIST_PAGE = 2;

function playlistPage(videoIds: string[] | undefined, query: URLSearchParams): FakeAnswer {
  if (!videoIds) return failure(404, { reason: 'playlistNotFound', message: 'The playlist cannot be found.' });
  const start = Number(query.get('pageToken') ?? 0);
  const items = videoIds.slice(start, start + PLAYLIST_PAGE).map((videoId) => ({ contentDetails: { videoId } }));
  const nextPageToken = start + PLAYLIST_PAGE < videoIds.length ? { nextPageToken: String(start + PLAYLIST_PAGE) } : {};
  return { status: 200, body: { kind: 'youtube#playlistItemListResponse', items, ...nextPageToken } };
}

function videoResource({ id, title, channelId, duration, liveBroadcastContent = 'none' }: FakeYouTubeVideo) {
  return {
    kind: 'youtube#video',
    id,
    snippet: { title, channelId, liveBroadcastContent, publishedAt: '2024-04-01T09:00:00Z' },
    contentDetails: { duration, caption: 'false' },
  };
}

function channelResource({ id, title, thumbnails = {} }: FakeYouTubeChannel) {
  const sizes = Object.entries(thumbnails).map(([size, url]) => [size, { url, width: 88, height: 88 }]);
  return { kind: 'youtube#channel', id, snippet: { title, thumbnails: Object.fromEntries(sizes) } };
}
