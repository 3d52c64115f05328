import type { YouTube, YouTubeVideo } from '../ports.ts';
import * as z from 'zod';
import { NotConfiguredError } from '../../core/errors.ts';
import { type Provider, providerError } from '../../core/http/http.ts';
import { LONGEST_SECONDS, optionalText } from '../../core/http/tolerant-fields.ts';
import { runYtDlp, type YtDlpEnd, type YtDlpRun } from './yt-dlp-process.ts';
import {
  isVideoId,
  isRetryable,
  NOT_AN_ID,
  readErrors,
  sentenceOf,
  tooLate,
  type VideoFault,
  UNANSWERED,
  videoOf,
  ytDlpArguments,
} from './yt-dlp-rules.ts';

export interface YtDlpOptions extends Pick<YtDlpRun, 'environment'> {
  /** For all videos of a call; API clients wait at most 120 seconds. */
  deadlineMs?: number;
  /** Aborts runs when a server stops. */
  signal?: AbortSignal;
}

/** yt-dlp in place of YouTube's API. */
export interface YtDlp extends YouTube {
  /** Undefined if it isn't on the PATH. */
  version(): Promise<string | undefined>;
}

const YT_DLP: Provider = { code: 'yt_dlp', name: 'yt-dlp' };
const DEADLINE_MS = 90_000;
const VERSION_DEADLINE_MS = 10_000;

const lineSchema = z.object({
  id: z.string(),
  title: optionalText,
  channel_id: optionalText,
  channel: optionalText,
  duration: z.number().nonnegative().max(LONGEST_SECONDS).nullish().catch(null),
  live_status: optionalText,
});

/** YouTube without a key. yt-dlp is started once for all ids of a call. */
export function createYtDlp({ environment, deadlineMs = DEADLINE_MS, signal }: YtDlpOptions = {}): YtDlp {
  /** Channel names of requested videos, which only come with videos. */
  const channelNames = new Map<string, string>();

  async function ask(videoIds: readonly string[]) {
    const videos = new Map<string, YouTubeVideo>();
    const faults = new Map<string, VideoFault>();
    const onLine = (line: string) => {
      const printed = readLine(line);
      if (!printed || !videoIds.includes(printed.id)) return;
      const video = videoOf(printed);
      if ('reason' in video) {
        faults.set(printed.id, video);
        return;
      }
      videos.set(printed.id, video);
      if (printed.channel) channelNames.set(video.channelId, printed.channel);
    };
    const { end, errors } = await runYtDlp(ytDlpArguments(videoIds), { environment, deadlineMs, signal, onLine });
    for (const [id, fault] of readErrors(errors)) faults.set(id, fault);
    return { end, videos, faults };
  }

  return {
    async videos(videoIds, onMissing) {
      const asked = [...new Set(videoIds)];
      const valid = asked.filter(isVideoId);
      if (valid.length === 0) {
        for (const id of asked) onMissing?.(id, sentenceOf(NOT_AN_ID));
        return [];
      }
      const subject = valid.length === 1 ? `video ${valid[0]}` : `${valid.length} videos`;
      const { end, videos, faults } = await ask(valid);
      throwUnlessRun(end, subject);

      const otherwise = end === 'late' ? tooLate(deadlineMs) : UNANSWERED;
      const missing = asked.flatMap((id) => {
        if (videos.has(id)) return [];
        return { id, fault: isVideoId(id) ? (faults.get(id) ?? otherwise) : NOT_AN_ID };
      });
      for (const { fault } of missing) {
        // Record what was found; the rest can be requested again.
        if (fault.what && videos.size === 0)
          throw providerError({ provider: YT_DLP, subject }, { ...fault, what: fault.what });
      }
      for (const { id, fault } of missing) onMissing?.(id, sentenceOf(fault), isRetryable(fault));
      return asked.flatMap((id) => videos.get(id) ?? []);
    },

    async channels(channelIds) {
      return [...new Set(channelIds)].flatMap((channelId) => {
        const title = channelNames.get(channelId);
        return title === undefined ? [] : { channelId, title, artworkUrl: null };
      });
    },

    async version() {
      let version: string | undefined;
      const onLine = (line: string) => (version ??= /^[\w.+-]{1,40}$/.exec(line.trim())?.[0]);
      const programArguments = ['--ignore-config', '--no-plugin-dirs', '--version'];
      const { end } = await runYtDlp(programArguments, {
        environment,
        deadlineMs: VERSION_DEADLINE_MS,
        signal,
        onLine,
      });
      if (end === 'missing') return undefined;
      throwUnlessRun(end, 'its version');
      if (version !== undefined) return version;
      throw providerError({ provider: YT_DLP, subject: 'its version' }, { ...UNANSWERED, what: 'bad_answer' });
    },
  };
}

function throwUnlessRun(end: YtDlpEnd['end'], subject: string): void {
  if (end === 'missing') {
    throw new NotConfiguredError('YouTube links need YOUTUBE_API_KEY or yt-dlp, and neither is set up.', {
      code: 'youtube_not_configured',
      suggestions: [
        'Install yt-dlp: https://github.com/yt-dlp/yt-dlp/wiki/Installation',
        'Or get a key at https://console.cloud.google.com/apis/library (YouTube Data API v3) and set YOUTUBE_API_KEY.',
      ],
    });
  }
  if (end === 'aborted') {
    throw providerError({ provider: YT_DLP, subject }, { what: 'aborted', reason: 'it was stopped' });
  }
}

function readLine(line: string): z.infer<typeof lineSchema> | undefined {
  try {
    return lineSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
