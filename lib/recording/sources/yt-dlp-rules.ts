const FIXED_ARGUMENTS = (
  '--ignore-config --no-plugin-dirs --no-cache-dir --no-update -j --no-playlist --ignore-no-formats-error ' +
  '--no-warnings --socket-timeout 10 --retries 0 --extractor-retries 0 --use-extractors youtube'
).split(' ');

/** Ids are passed in full URLs, so that none can be an option. */
export const ytDlpArguments = (videoIds: readonly string[]): string[] => [
  ...FIXED_ARGUMENTS,
  '--',
  ...videoIds.map((id) => `https://www.youtube.com/watch?v=${id}`),
];

/** yt-dlp would truncate longer texts to another video's id. */
export const isVideoId = (text: string): boolean => /^[\w-]{11}$/.test(text);

/** Why a video is missing. `what` marks an error that isn't the video's fault, and that may fail the whole call. */
export interface VideoFault {
  reason: string;
  what?: 'unavailable' | 'rate_limited' | 'bad_answer';
  suggestions?: string[];
}

export const NOT_AN_ID: VideoFault = { reason: 'YouTube’s video ids have 11 letters, digits, “-” or “_”' };
export const HIDDEN: VideoFault = { reason: 'the video is private, was removed, or is shown only after signing in' };
export const NO_LENGTH: VideoFault = { reason: 'YouTube doesn’t say yet how long the video is' };

const UPDATE = ['Update yt-dlp: https://github.com/yt-dlp/yt-dlp/wiki/Installation'];
const TRY_LATER = ['Try again later.'];

/** yt-dlp printed nothing about the video. */
export const UNANSWERED: VideoFault = {
  what: 'bad_answer',
  reason: 'its output could not be understood',
  suggestions: UPDATE,
};

export const tooLate = (milliseconds: number): VideoFault => ({
  what: 'unavailable',
  reason: `no answer within ${Math.ceil(milliseconds / 1000)} seconds`,
  suggestions: TRY_LATER,
});

/** yt-dlp's messages; the first match counts. */
const FAULTS: [pattern: RegExp, fault: VideoFault][] = [
  [
    /not a bot|captcha|rate.?limit|HTTP Error (?:403|429)|being blocked/i,
    { what: 'rate_limited', reason: 'YouTube is rejecting requests from this computer', suggestions: TRY_LATER },
  ],
  [
    /Unable to download|timed out|TransportError|HTTP Error 5\d\d|Connection (?:reset|refused|aborted)/i,
    { what: 'unavailable', reason: 'YouTube could not be reached', suggestions: ['Check your connection.'] },
  ],
  [/private/i, { reason: 'the video is private' }],
  [/members|join this channel/i, { reason: 'the video is for members of its channel' }],
  [/in your country|geo.?restrict|blocked it/i, { reason: 'the video is not available in your country' }],
  [
    /sign in|log ?in|premium|payment|purchase|confirm your age/i,
    { reason: 'the video is shown only after signing in' },
  ],
  [
    /unavailable|removed|terminated|not exist|(?:not|longer) available|deleted/i,
    { reason: 'the video does not exist' },
  ],
];

/** Parses yt-dlp's stderr by video. */
export function readErrors(printed: string): Map<string, VideoFault> {
  const faults = new Map<string, VideoFault>();
  for (const [, id = '', words = ''] of printed.matchAll(/^ERROR: \[youtube[^\]\n]*\] ([\w-]{11}): (.*)$/gm)) {
    const known = FAULTS.find(([pattern]) => pattern.test(words))?.[1];
    faults.set(id, known ?? { ...UNANSWERED, reason: 'it could not read YouTube’s page' });
  }
  return faults;
}

export interface PrintedVideo {
  id: string;
  title?: string | null | undefined;
  channel_id?: string | null | undefined;
  duration?: number | null | undefined;
  live_status?: string | null | undefined;
}

/** A video, or why it doesn't count. Live and upcoming streams have 0 seconds; a missing length is an error. */
export function videoOf({ id, title, channel_id: channelId, duration, live_status: live }: PrintedVideo) {
  // Without a channel it is an empty shell, printed for unavailable videos.
  if (!channelId) return HIDDEN;
  const isLive = live === 'is_live' || live === 'is_upcoming';
  if (!isLive && typeof duration !== 'number') return NO_LENGTH;
  // yt-dlp appends the time to titles of live streams.
  const name = live === 'is_live' ? title?.replace(/ \d{4}-\d\d-\d\d \d\d:\d\d$/, '') : title;
  return { videoId: id, title: name || id, channelId, durationSeconds: isLive ? 0 : Math.round(duration ?? 0) };
}

/** Whether the video may be available later. */
export const isRetryable = (fault: VideoFault): boolean => fault.what !== undefined || fault === NO_LENGTH;

/** As a sentence for the user. */
export const sentenceOf = ({ reason, what }: VideoFault): string =>
  what ? `yt-dlp failed: ${reason}.` : `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`;
