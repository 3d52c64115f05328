const FIXED_ARGUMENTS = (
  '--ignore-config --no-plugin-dirs --no-cache-dir --no-update -j --no-playlist --ignore-no-formats-error ' +
  '--no-warnings --socket-timeout 10 --retries 0 --extractor-retries 0 --use-extractors youtube'
).split(' ');

/** What yt-dlp is called with. Ids stand in whole addresses, so that none can be an option. */
export const ytDlpArguments = (videoIds: readonly string[]): string[] => [
  ...FIXED_ARGUMENTS,
  '--',
  ...videoIds.map((id) => `https://www.youtube.com/watch?v=${id}`),
];

/** Whether a text has the form of a video id. Of a longer one yt-dlp would take the beginning, which is another video's. */
export const isVideoId = (text: string): boolean => /^[\w-]{11}$/.test(text);

/** Why a video is missing. With `what` the video is not to blame: it names the error that the whole call may fail with. */
export interface Trouble {
  reason: string;
  what?: 'unavailable' | 'rate_limited' | 'bad_answer';
  suggestions?: string[];
}

export const NOT_AN_ID: Trouble = { reason: 'YouTube’s video ids have 11 letters, digits, “-” or “_”' };
export const HIDDEN: Trouble = { reason: 'the video is private, was removed, or is shown only after signing in' };
export const NO_LENGTH: Trouble = { reason: 'YouTube doesn’t say yet how long the video is' };

const UPDATE = ['Update yt-dlp: https://github.com/yt-dlp/yt-dlp/wiki/Installation'];
const TRY_LATER = ['Run the same again later.'];

/** Neither told of nor complained about. */
export const UNANSWERED: Trouble = {
  what: 'bad_answer',
  reason: 'its output could not be understood',
  suggestions: UPDATE,
};

export const tooLate = (milliseconds: number): Trouble => ({
  what: 'unavailable',
  reason: `no answer within ${Math.ceil(milliseconds / 1000)} seconds`,
  suggestions: TRY_LATER,
});

/** What yt-dlp's own words mean. The first that fits counts. */
const TROUBLES: [pattern: RegExp, trouble: Trouble][] = [
  [
    /not a bot|captcha|rate.?limit|HTTP Error (?:403|429)|being blocked/i,
    { what: 'rate_limited', reason: 'YouTube is turning requests from this computer away', suggestions: TRY_LATER },
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

/** Reads what yt-dlp printed on stderr: by video, in our words. */
export function readErrors(printed: string): Map<string, Trouble> {
  const troubles = new Map<string, Trouble>();
  for (const [, id = '', words = ''] of printed.matchAll(/^ERROR: \[youtube[^\]\n]*\] ([\w-]{11}): (.*)$/gm)) {
    const known = TROUBLES.find(([pattern]) => pattern.test(words))?.[1];
    troubles.set(id, known ?? { ...UNANSWERED, reason: 'it could not read YouTube’s page' });
  }
  return troubles;
}

/** What yt-dlp tells of a video. */
export interface PrintedVideo {
  id: string;
  title?: string | null | undefined;
  channel_id?: string | null | undefined;
  duration?: number | null | undefined;
  live_status?: string | null | undefined;
}

/** A video that counts, or why it does not. A stream that runs or is to come has 0 seconds; a length that is missing is no 0. */
export function videoOf({ id, title, channel_id: channelId, duration, live_status: live }: PrintedVideo) {
  // Without a channel it is an empty shell, which yt-dlp prints for videos that YouTube shows nothing of.
  if (!channelId) return HIDDEN;
  const isLive = live === 'is_live' || live === 'is_upcoming';
  if (!isLive && typeof duration !== 'number') return NO_LENGTH;
  // To the title of a stream that runs it adds the minute.
  const name = live === 'is_live' ? title?.replace(/ \d{4}-\d\d-\d\d \d\d:\d\d$/, '') : title;
  return { videoId: id, title: name || id, channelId, durationSeconds: isLive ? 0 : Math.round(duration ?? 0) };
}

/** Whether the same video may be there later. */
export const mayWorkLater = (trouble: Trouble): boolean => trouble.what !== undefined || trouble === NO_LENGTH;

/** As one sentence, for who gave the link. */
export const sentenceOf = ({ reason, what }: Trouble): string =>
  what ? `yt-dlp failed: ${reason}.` : `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`;
