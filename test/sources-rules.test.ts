import test from 'ava';
import { reserveStart } from '../lib/recording/sources/pace-rules.ts';
import { isSameName, originalNameOf, plainText, redirectTarget } from '../lib/recording/sources/tvmaze-rules.ts';
import { isVideoId, readErrors, sentenceOf, videoOf, ytDlpArguments } from '../lib/recording/sources/yt-dlp-rules.ts';

for (const [html, text] of [
  ['<p><b>Frieren</b> is an elf.</p>', 'Frieren is an elf.'],
  ['One<br />two<br>three', 'One two three'],
  ['Tom &amp; Jerry&#39;s &quot;caf&#xe9;&quot;&nbsp;!', 'Tom & Jerry\'s "café" !'],
  ['3 < 5 and 5 &gt; 3', '3 < 5 and 5 > 3'],
  ['&lt;script&gt;alert(1)&lt;/script&gt;', 'alert(1)'],
  ['<script src="x">a</script>', 'a'],
  ['cut <a href="', 'cut'],
  ['<!-- note -->kept', 'kept'],
  ['&unknown; &#0;&#xD800;', '&unknown; �'],
  ['<p> </p>', null],
  ['', null],
  [null, null],
  [undefined, null],
] as [string | null | undefined, string | null][]) {
  test(`the text of ${JSON.stringify(html)} is ${JSON.stringify(text)}`, (t) => t.is(plainText(html), text));
}

const FROM = 'https://api.tvmaze.com/lookup/shows?thetvdb=1';
for (const [location, target] of [
  ['/shows/1', 'https://api.tvmaze.com/shows/1'],
  ['https://api.tvmaze.com/shows/1?a=b#c', 'https://api.tvmaze.com/shows/1?a=b'],
  ['http://api.tvmaze.com/shows/1', 'https://api.tvmaze.com/shows/1'],
  ['https://me:secret@api.tvmaze.com/shows/1', 'https://api.tvmaze.com/shows/1'],
  ['https://api.tvmaze.com.evil.test/shows/1', undefined],
  ['//evil.test/shows/1', undefined],
  ['javascript:alert(1)', undefined],
  ['http://[', undefined],
  [undefined, undefined],
] as [string | undefined, string | undefined][]) {
  test(`a redirect to ${location} leads to ${target}`, (t) => t.is(redirectTarget(FROM, location), target));
}

for (const [one, other, same] of [
  ['Bleach', ' bleach', true],
  ['ＢＬＥＡＣＨ', 'Bleach', true],
  ['Bleach', 'Bleach: TYBW', false],
] as [string, string, boolean][]) {
  test(`“${one}” and “${other}” are ${same ? 'the same name' : 'different names'}`, (t) =>
    t.is(isSameName(one, other), same));
}

test('the original name is the first without a country that is not the name already', (t) => {
  const akas = [{ name: 'Italian', country: {} }, { name: 'BLEACH', country: null }, { name: 'ブリーチ' }];
  t.is(originalNameOf(akas, 'Bleach'), 'ブリーチ');
  t.is(originalNameOf(akas.slice(0, 2), 'Bleach'), null);
});

const pace = { now: 100_000, notBefore: 0, window: { starts: 3, milliseconds: 10_000 }, longestWaitMs: 30_000 };
for (const [what, reserved, options, start] of [
  ['nothing is reserved', [], {}, 100_000],
  ['there is room', [99_000, 99_500], {}, 100_000],
  ['the window is full', [99_000, 99_500, 99_900], {}, 109_000],
  ['more than one window is full', [99_000, 99_500, 99_900, 109_000, 109_500, 109_900], {}, 119_000],
  ['the last one lies ahead', [105_000], {}, 105_000],
  ['everything is long ago', [1, 2, 3], {}, 100_000],
  ['the clock was set back', [900_000, 900_001, 900_002], {}, 100_000],
  ['it is held', [99_000], { notBefore: 104_000 }, 104_000],
] as [string, number[], Partial<typeof pace>, number][]) {
  test(`when ${what}, the next start is at ${start}`, (t) => {
    const result = reserveStart(reserved, { ...pace, ...options });
    t.is(result.start, start);
    t.is(result.reserved.at(-1), start);
    t.true(result.reserved.length <= 3);
  });
}

test('no span of the window holds more starts than it allows', (t) => {
  let reserved: number[] = [];
  const starts: number[] = [];
  for (let call = 0; call < 200; call += 1) {
    const next = reserveStart(reserved, { ...pace, now: 100_000 + call * 700 });
    if (next.start - (100_000 + call * 700) > pace.longestWaitMs) continue;
    reserved = next.reserved;
    starts.push(next.start);
  }
  t.true(starts.length > 40);
  for (let index = 3; index < starts.length; index += 1) {
    t.true((starts[index] ?? 0) - (starts[index - 3] ?? 0) >= 10_000);
  }
});

test('yt-dlp is called with fixed arguments, and an id cannot be an option', (t) => {
  t.is(
    ytDlpArguments(['-abcdefghij', 'dQw4w9WgXcQ']).join(' '),
    '--ignore-config --no-plugin-dirs --no-cache-dir --no-update -j --no-playlist --ignore-no-formats-error --no-warnings --socket-timeout 10 --retries 0 --extractor-retries 0 --use-extractors youtube -- https://www.youtube.com/watch?v=-abcdefghij https://www.youtube.com/watch?v=dQw4w9WgXcQ',
  );
});

for (const [id, valid] of [
  ['dQw4w9WgXcQ', true],
  ['-_abcdefghi', true],
  ['dQw4w9WgXc', false],
  ['dQw4w9WgXcQ1', false],
  ['dQw4w9WgXc&', false],
  ['dQw4w9WgXcQ\n', false],
  ['', false],
] as [string, boolean][]) {
  test(`${JSON.stringify(id)} is ${valid ? 'a' : 'no'} video id`, (t) => t.is(isVideoId(id), valid));
}

const SIGN_IN =
  'Use --cookies-from-browser or --cookies for the authentication. See https://github.com/yt-dlp/yt-dlp/wiki/FAQ';
for (const [words, sentence] of [
  [`Private video. Sign in if you've been granted access to this video. ${SIGN_IN}`, 'The video is private.'],
  ['Video unavailable. This video has been removed by the uploader', 'The video does not exist.'],
  ['Video unavailable', 'The video does not exist.'],
  [
    'This video is no longer available because the YouTube account associated with this video has been terminated.',
    'The video does not exist.',
  ],
  [
    'Join this channel to get access to members-only content like this video, and other exclusive perks.',
    'The video is for members of its channel.',
  ],
  ['The uploader has not made this video available in your country', 'The video is not available in your country.'],
  [
    `Sign in to confirm your age. This video may be inappropriate for some users. ${SIGN_IN}`,
    'The video is shown only after signing in.',
  ],
  [
    `Sign in to confirm you’re not a bot. ${SIGN_IN}`,
    'yt-dlp failed: YouTube is rejecting requests from this computer.',
  ],
  [
    'Unable to download webpage: HTTP Error 429: Too Many Requests (caused by <HTTPError 429: Too Many Requests>)',
    'yt-dlp failed: YouTube is rejecting requests from this computer.',
  ],
  [
    "Unable to download API page: [Errno -2] Name or service not known (caused by TransportError('[Errno -2] Name or service not known'))",
    'yt-dlp failed: YouTube could not be reached.',
  ],
  [
    "Unable to download API page: The read operation timed out (caused by TransportError('x'))",
    'yt-dlp failed: YouTube could not be reached.',
  ],
  [
    "An extractor error has occurred. (caused by KeyError('x')); please report this issue",
    'yt-dlp failed: it could not read YouTube’s page.',
  ],
] as [string, string][]) {
  test(`“${words.slice(0, 50)}…” is said as “${sentence}”`, (t) => {
    const errors = readErrors(`noise\nERROR: [youtube] -abcdefghij: ${words}\nERROR: [other] x: y\n`);
    t.deepEqual([...errors.keys()], ['-abcdefghij']);
    t.deepEqual([...errors.values()].map(sentenceOf), [sentence]);
  });
}

const VIDEO = { id: 'dQw4w9WgXcQ', title: '朝ごはん', channel_id: 'UC1', duration: 212, live_status: 'not_live' };
for (const [changes, expected] of [
  [{}, 212],
  [{ duration: 212.6 }, 213],
  [{ live_status: 'was_live' }, 212],
  [{ live_status: null }, 212],
  [{ live_status: 'is_live', duration: null }, 0],
  [{ live_status: 'is_upcoming', duration: 900 }, 0],
  [{ live_status: 'post_live', duration: null }, 'YouTube doesn’t say yet how long the video is.'],
  [{ duration: null }, 'YouTube doesn’t say yet how long the video is.'],
  [{ channel_id: null }, 'The video is private, was removed, or is shown only after signing in.'],
  [
    { channel_id: null, live_status: 'is_live' },
    'The video is private, was removed, or is shown only after signing in.',
  ],
] as [Partial<Record<keyof typeof VIDEO, unknown>>, number | string][]) {
  test(`a video with ${JSON.stringify(changes)} is ${expected}`, (t) => {
    const video = videoOf({ ...VIDEO, ...changes } as typeof VIDEO);
    t.is('reason' in video ? sentenceOf(video) : video.durationSeconds, expected);
  });
}
