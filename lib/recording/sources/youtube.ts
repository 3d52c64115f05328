import type { YouTube, YouTubeChannel, YouTubePlaylists, YouTubeVideo } from '../ports.ts';
import { DateTime, Duration } from 'luxon';
import pMap from 'p-map';
import * as z from 'zod';
import { NotConfiguredError } from '../../core/errors.ts';
import type { Clock } from '../../core/ports.ts';
import {
  createProviderHttp,
  type Provider,
  type ProviderAnswer,
  type ProviderFault,
  type ProviderHttp,
  providerError,
  readBody,
} from '../../core/http/http.ts';
import { LONGEST_SECONDS, listOf, optionalObject, optionalText } from '../../core/http/tolerant-fields.ts';

export interface YouTubeOptions {
  secret: () => Promise<{ apiKey?: string | undefined }>;
  /** With version prefix: `https://www.googleapis.com/youtube/v3`. */
  baseUrl: string;
  clock: Clock;
  http?: ProviderHttp;
}

/** A call costs one of 10,000 daily units, whatever the number of ids. */
const IDS_PER_CALL = 50;
const CALLS_AT_ONCE = 10;
/** YouTube's playlists end at 5,000 videos. */
const MAXIMUM_PLAYLIST_PAGES = 100;

const videoSchema = z.object({
  id: z.string(),
  snippet: z.object({
    title: optionalText,
    channelId: z.string(),
    liveBroadcastContent: optionalText,
  }),
  contentDetails: z.object({ duration: z.string().nullish() }).nullish(),
});
const playlistSchema = z.object({
  items: listOf(z.object({ contentDetails: z.object({ videoId: z.string() }) })).nullish(),
  nextPageToken: z.string().nullish(),
});
const thumbnailSchema = optionalObject({ url: optionalText });
const channelSchema = z.object({
  id: z.string(),
  snippet: optionalObject({
    title: optionalText,
    thumbnails: optionalObject({ high: thumbnailSchema, medium: thumbnailSchema, default: thumbnailSchema }),
  }),
});
const idSchema = z.object({ id: z.string() });
const itemsSchema = z.object({ items: z.array(z.unknown()).nullish() });
const errorSchema = z.object({
  error: z.object({
    message: z.string().optional(),
    errors: z.array(z.object({ reason: z.string().optional() })).optional(),
    details: z.array(z.object({ reason: z.string().optional() })).optional(),
  }),
});

/** YouTube Data API v3 with an API key. */
export function createYouTube({
  secret,
  baseUrl,
  clock,
  http = createProviderHttp({ clock }),
}: YouTubeOptions): YouTube & YouTubePlaylists {
  const provider: Provider = { code: 'youtube', name: 'YouTube', faultOf: (answer) => faultOf(answer, clock.now()) };

  async function list<T>(ids: readonly string[], { resource, part, item, onInvalid }: ListCall<T>): Promise<T[]> {
    const unique = [...new Set(ids)];
    if (unique.length === 0) return [];
    const key = await readKey(secret);
    const calls = Array.from({ length: Math.ceil(unique.length / IDS_PER_CALL) }, (_, call) =>
      unique.slice(call * IDS_PER_CALL, (call + 1) * IDS_PER_CALL),
    );
    const ask = async (batch: string[]) => {
      const request = {
        provider,
        account: key,
        subject: batch.length === 1 ? `${resource} ${batch[0]}` : `${batch.length} ${resource}`,
      };
      const query = { part, id: batch.join(','), key };
      const { body } = await http.request({ ...request, url: `${baseUrl}/${resource}`, query });
      const items = readBody(request, itemsSchema, body).items ?? [];
      // Skip invalid items, unless all are.
      const found = items.flatMap((one) => {
        const { data } = item.safeParse(one);
        const id = data === undefined ? idSchema.safeParse(one).data?.id : undefined;
        if (id !== undefined) onInvalid?.(id);
        return data ?? [];
      });
      if (found.length === 0 && items.length > 0) readBody(request, item, items[0]);
      return found;
    };
    // One call first, so that a provider that is down gets only one.
    const first = await ask(calls[0] ?? []);
    const others = await pMap(calls.slice(1), ask, { concurrency: CALLS_AT_ONCE });
    return [first, ...others].flat();
  }

  return {
    async videos(videoIds, onMissing): Promise<YouTubeVideo[]> {
      const items = await list(videoIds, {
        resource: 'videos',
        part: 'snippet,contentDetails',
        item: videoSchema,
        onInvalid: (id) =>
          onMissing?.(id, 'YouTube failed for the video: its data doesn’t match its documented format.', true),
      });
      return items.flatMap(({ id, snippet, contentDetails }) => {
        const isRunning = isLive(snippet.liveBroadcastContent);
        const durationSeconds = isRunning ? 0 : secondsOf(contentDetails?.duration);
        if (durationSeconds !== undefined) {
          return [{ videoId: id, title: snippet.title || id, channelId: snippet.channelId, durationSeconds }];
        }
        const reason = 'a duration is not ISO 8601';
        if (items.length === 1) {
          throw providerError({ provider, subject: `videos ${id}` }, { what: 'bad_answer', reason });
        }
        onMissing?.(id, `YouTube failed for the video: ${reason}.`);
        return [];
      });
    },
    async playlist(playlistId) {
      const key = await readKey(secret);
      const request = { provider, subject: `playlist ${playlistId}`, expect: [404] };
      const ids: string[] = [];
      let pageToken: string | undefined;
      for (let pages = 0; pages < MAXIMUM_PLAYLIST_PAGES; pages += 1) {
        const query = { part: 'contentDetails', maxResults: String(IDS_PER_CALL), playlistId, key };
        const url = `${baseUrl}/playlistItems`;
        const { status, body } = await http.request({
          ...request,
          url,
          query: pageToken ? { ...query, pageToken } : query,
        });
        if (status === 404) return undefined;
        const { items, nextPageToken } = readBody(request, playlistSchema, body);
        ids.push(...(items ?? []).map(({ contentDetails }) => contentDetails.videoId));
        pageToken = nextPageToken || undefined;
        if (pageToken === undefined) break;
      }
      return [...new Set(ids)];
    },
    async channels(channelIds): Promise<YouTubeChannel[]> {
      const items = await list(channelIds, { resource: 'channels', part: 'snippet', item: channelSchema });
      return items.map(({ id, snippet }) => ({
        channelId: id,
        title: snippet?.title || id,
        artworkUrl: artworkOf(snippet?.thumbnails),
      }));
    },
  };
}

function artworkOf(thumbnails: NonNullable<z.infer<typeof channelSchema>['snippet']>['thumbnails']): string | null {
  return thumbnails?.high?.url || thumbnails?.medium?.url || thumbnails?.default?.url || null;
}

interface ListCall<T> {
  resource: 'videos' | 'channels';
  part: string;
  item: z.ZodType<T>;
  onInvalid?: (id: string) => void;
}

async function readKey(secret: YouTubeOptions['secret']): Promise<string> {
  const apiKey = (await secret()).apiKey?.trim();
  if (apiKey) return apiKey;
  throw new NotConfiguredError('YOUTUBE_API_KEY is not set, so YouTube is unavailable.', {
    code: 'youtube_not_configured',
    suggestions: [
      'Enable "YouTube Data API v3" at https://console.cloud.google.com/apis/library, create an API key and set YOUTUBE_API_KEY.',
    ],
  });
}

function isLive(liveBroadcastContent: string | null | undefined): boolean {
  return liveBroadcastContent === 'live' || liveBroadcastContent === 'upcoming';
}

/** 0 without a duration, as for a stream that just ended, and for impossible ones; undefined if malformed. */
function secondsOf(isoDuration: string | null | undefined): number | undefined {
  const duration = Duration.fromISO(isoDuration ?? 'PT0S');
  if (!duration.isValid) return undefined;
  const seconds = Math.round(duration.as('seconds'));
  return seconds > LONGEST_SECONDS ? 0 : seconds;
}

function faultOf({ status, body }: ProviderAnswer, now: number): ProviderFault | undefined {
  const { data } = errorSchema.safeParse(body);
  if (data === undefined) return undefined;
  const { errors = [], details = [], message = '' } = data.error;
  const reasons = new Set([...errors, ...details].map(({ reason }) => reason));
  const has = (...names: string[]): boolean => names.some((name) => reasons.has(name));

  if (has('quotaExceeded', 'dailyLimitExceeded')) {
    return {
      what: 'quota_exceeded',
      reason: 'the API key’s quota for today is used up',
      suggestions: ['The quota resets at midnight in California; run the same command again after that.'],
      retryAfterSeconds: secondsToQuotaReset(now),
    };
  }
  if (has('rateLimitExceeded', 'userRateLimitExceeded', 'RATE_LIMIT_EXCEEDED')) {
    return { what: 'rate_limited', reason: 'too many requests', retry: true };
  }
  if (has('accessNotConfigured', 'SERVICE_DISABLED')) {
    return {
      what: 'api_disabled',
      reason: 'the YouTube Data API is not enabled for the API key’s project',
      suggestions: ['Enable "YouTube Data API v3" at https://console.cloud.google.com/apis/library.'],
    };
  }
  if (
    status === 401 ||
    has('keyInvalid', 'keyExpired', 'ipRefererBlocked', 'API_KEY_INVALID') ||
    /api key/i.test(message)
  ) {
    return { what: 'key_refused', reason: 'rejected the API key', suggestions: ['Check YOUTUBE_API_KEY.'] };
  }
  return undefined;
}

function secondsToQuotaReset(now: number): number {
  const reset = DateTime.fromMillis(now, { zone: 'America/Los_Angeles' }).plus({ days: 1 }).startOf('day');
  return Math.ceil((reset.toMillis() - now) / 1000);
}
