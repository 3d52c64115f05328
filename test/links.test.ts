import test from 'ava';
import * as fc from 'fast-check';
import type { UnrecordableKind } from '../lib/recording/link-address-rules.ts';
import { isBlankOrComment, linkKey, parseLink, readLinkLine, type MediaLink } from '../lib/recording/link-rules.ts';
import { anyText } from './any-text.ts';

const VIDEO = 'dQw4w9WgXc-';
const PODCAST = '512ojhOuo1ktJprKbVcKyQ';
const YOUTUBE_HOSTS = [
  'youtube.com',
  'www.youtube.com',
  'm.youtube.com',
  'music.youtube.com',
  'WWW.YouTube.COM',
  'youtube-nocookie.com',
  'www.youtube-nocookie.com',
];
const SCHEMES = ['https://', 'http://', 'HTTPS://', ''];
const MORE = ['', '&t=1m30s', '&list=PL0123456789AB&index=3', '&si=AbC_d-9#comments'];
const BEHIND = ['', '?si=AbC_d-9', '?t=90', '/', '?feature=share&t=5s#x'];

/** All supported link forms for an id. */
const FORMS: Record<MediaLink['service'], ((id: string) => string)[]> = {
  youtube: SCHEMES.flatMap((scheme) => [
    ...YOUTUBE_HOSTS.flatMap((host) => [
      ...MORE.map((more) => (id: string) => `${scheme}${host}/watch?v=${id}${more}`),
      ...MORE.map((more) => (id: string) => `${scheme}${host}/watch?app=desktop&list=RD${id}x&v=${id}${more}`),
      (id: string) => `${scheme}${host}/watch/?v=${id}`,
      ...['shorts', 'live', 'embed', 'v'].flatMap((kind) =>
        BEHIND.map((behind) => (id: string) => `${scheme}${host}/${kind}/${id}${behind}`),
      ),
    ]),
    ...['youtu.be', 'Youtu.Be', 'www.youtu.be'].flatMap((host) =>
      BEHIND.map((behind) => (id: string) => `${scheme}${host}/${id}${behind}`),
    ),
  ]),
  spotify: [
    (id) => `spotify:episode:${id}`,
    (id) => `SPOTIFY:Episode:${id}`,
    (id) => `spotify:episode:${id}?si=AbC_d-9`,
    ...SCHEMES.flatMap((scheme) =>
      ['open.spotify.com', 'Open.Spotify.com'].flatMap((host) =>
        ['', '/intl-ja', '/intl-pt', '/INTL-DE', '/embed', '/embed-podcast', '/intl-fr/embed'].flatMap((language) =>
          BEHIND.map((behind) => (id: string) => `${scheme}${host}${language}/episode/${id}${behind}`),
        ),
      ),
    ),
  ],
};

test('every form of a link names its video or podcast episode', (t) => {
  for (const [service, id] of [
    ['youtube', VIDEO],
    ['spotify', PODCAST],
  ] as const) {
    for (const form of FORMS[service]) t.deepEqual(parseLink(form(id)), { service, id }, form(id));
  }
});

test('blanks around a link do not matter, whatever kind of blank they are', (t) => {
  for (const [before, behind] of [
    ['  ', ''],
    ['\t', ' \t'],
    ['\u3000', '\u00A0'],
    ['\uFEFF', '\r'],
  ]) {
    t.deepEqual(parseLink(`${before}https://youtu.be/${VIDEO}${behind}`), { service: 'youtube', id: VIDEO });
  }
});

const NO_LINKS: [claim: string, lines: string[]][] = [
  [
    'two links',
    [
      `https://youtu.be/${VIDEO} https://youtu.be/${VIDEO}`,
      `https://youtu.be/${VIDEO},${VIDEO}`,
      `https://youtu.be/${VIDEO} # from https://example.com/list`,
      `https://youtu.be/${VIDEO} spotify:episode:${PODCAST}`,
      `[a](https://youtu.be/${VIDEO}) [b](https://youtu.be/${VIDEO})`,
      `youtu.be/${VIDEO} youtube.com/watch?v=${VIDEO}`,
    ],
  ],
  [
    'a comment',
    [`# https://youtu.be/${VIDEO}`, `  #https://youtu.be/${VIDEO}`, `\u200B# not found: youtu.be/${VIDEO}`],
  ],
  [
    'words of eleven letters',
    ['https://www.youtube.com/embed/videoseries', 'https://www.youtube.com/embed/live_stream?channel=UCx'],
  ],
  [
    'ids of another length',
    [
      `https://youtu.be/${VIDEO}x`,
      `https://youtu.be/${VIDEO.slice(1)}`,
      'https://youtu.be/',
      'https://www.youtube.com/watch?v=',
      'https://www.youtube.com/watch',
      `https://www.youtube.com/watch?v=${VIDEO}${VIDEO}`,
      `https://open.spotify.com/episode/${PODCAST}0`,
      `spotify:episode:${PODCAST.slice(1)}`,
      'spotify:episode:',
    ],
  ],
  [
    'ids of other characters',
    [
      'https://youtu.be/dQw4w9WgXc!',
      'https://youtu.be/dQw4w9WgXcé',
      'https://www.youtube.com/watch?v=dQw4w9WgXc%2C',
      'https://www.youtube.com/watch?v=dQw4w9+gXcQ',
      'https://open.spotify.com/episode/512ojhOuo1ktJprKbVcKy-',
    ],
  ],
  [
    'look-alike hosts',
    [
      `https://youtube.com.evil.example/watch?v=${VIDEO}`,
      `https://youtube.com@evil.example/watch?v=${VIDEO}`,
      `https://notyoutube.com/watch?v=${VIDEO}`,
      `https://evil.youtube.com.example/watch?v=${VIDEO}`,
      `https://studio.youtube.com/watch?v=${VIDEO}`,
      `https://youtu.be.example/${VIDEO}`,
      `https://youtube.co/watch?v=${VIDEO}`,
      `https://evil.example/https://youtu.be/${VIDEO}`,
      `https://evil.example/?u=https://youtu.be/${VIDEO}`,
      `https://evil.example#https://youtu.be/${VIDEO}`,
      `https://open.spotify.com.example/episode/${PODCAST}`,
      `https://spotify.com/episode/${PODCAST}`,
    ],
  ],
  [
    'other things of the services',
    [
      `https://www.youtube.com/playlist?list=PL${VIDEO}`,
      `https://www.youtube.com/channel/${VIDEO}`,
      `https://www.youtube.com/@${VIDEO}`,
      `https://www.youtube.com/results?v=${VIDEO}`,
      `https://www.youtube.com/watch#v=${VIDEO}`,
      `https://www.youtube.com/${VIDEO}`,
      `https://open.spotify.com/track/${PODCAST}`,
      `https://open.spotify.com/show/${PODCAST}`,
      `https://open.spotify.com/intl-ja/show/${PODCAST}`,
      `https://open.spotify.com/international/episode/${PODCAST}`,
      `spotify:track:${PODCAST}`,
      `spotify:episode:${PODCAST}:x`,
    ],
  ],
  ['other protocols', [`ftp://youtu.be/${VIDEO}`, `file:///youtu.be/${VIDEO}`, `javascript://youtu.be/${VIDEO}`]],
  [
    'nothing of the kind',
    ['', '   ', VIDEO, PODCAST, '星降る喫茶店', 'https://', 'https:// ', '\0', 'x'.repeat(100_000)],
  ],
];

const AROUND: ((link: string) => string)[] = [
  (link) => `${link} # 星降る喫茶店`,
  (link) => `${link} watched with Mia`,
  (link) => `星降る喫茶店　${link}`,
  (link) => `動画：${link}`,
  (link) => `Capítulo 3: ${link}.`,
  (link) => `Spotify: ${link}`,
  (link) => `- ${link}`,
  (link) => `* [ ] ${link}`,
  (link) => `12. ${link}`,
  (link) => `[星降る喫茶店 [1]](${link})`,
  (link) => `- [Folge 3](${link} "Folge 3") – gut`,
  (link) => `[${link}](${link})`,
  (link) => `<${link}>`,
  (link) => `「${link}」`,
  (link) => `\u200B${link}\u200E`,
  (link) => `\u2068${link.slice(0, 12)}\u200B${link.slice(12)}\u2069`,
  (link) => `youtube.com ${link}`,
];

test('text around the only link of a line does not matter', (t) => {
  for (const around of AROUND) {
    for (const [link, key] of [
      [`https://www.youtube.com/watch?v=${VIDEO}&t=9`, `youtube:${VIDEO}`],
      [`youtu.be/${VIDEO}?si=x`, `youtube:${VIDEO}`],
      [`https://open.spotify.com/episode/${PODCAST}?si=x`, `spotify:${PODCAST}`],
      [`spotify:episode:${PODCAST}`, `spotify:${PODCAST}`],
    ] as const) {
      // Only addresses with a scheme can be separated from adjacent text.
      if (!link.startsWith('https') && around(link).includes(`：${link}`)) continue;
      const parsed = parseLink(around(link));
      t.is(parsed && linkKey(parsed), key, around(link));
    }
  }
  t.is(linkKey(parseLink(`Titel:https://youtu.be/${VIDEO}`) ?? { service: 'youtube', id: '' }), `youtube:${VIDEO}`);
  t.is(linkKey(parseLink(`動画https://youtu.be/${VIDEO}`) ?? { service: 'youtube', id: '' }), `youtube:${VIDEO}`);
});

const LIST = 'PLabcdefghijklmnopqrstuvwxyz012345';
const PLAYLISTS = [
  `https://www.youtube.com/playlist?list=${LIST}`,
  `youtube.com/playlist?list=${LIST}&si=x`,
  `https://music.youtube.com/playlist?list=${LIST}`,
  `https://www.youtube.com/watch?list=${LIST}`,
  `https://www.youtube.com/watch?v=&list=${LIST}`,
  `https://www.youtube.com/embed/videoseries?list=${LIST}`,
  `https://www.youtube-nocookie.com/embed?listType=playlist&list=${LIST}`,
  `https://youtu.be/?list=${LIST}`,
  `my list: https://www.youtube.com/playlist?list=${LIST}`,
];

test('a link with a list alone is the playlist', (t) => {
  for (const line of PLAYLISTS) {
    t.deepEqual(readLinkLine(line), { kind: 'playlist', id: LIST }, line);
    t.is(parseLink(line), undefined);
  }
});

test('a video in a playlist is the video', (t) => {
  for (const line of [
    `https://www.youtube.com/watch?v=${VIDEO}&list=${LIST}`,
    `https://www.youtube.com/watch?list=WL&v=${VIDEO}&index=2`,
    `https://youtu.be/${VIDEO}?list=${LIST}`,
    `https://www.youtube.com/embed/${VIDEO}?list=${LIST}`,
  ]) {
    t.deepEqual(readLinkLine(line), { kind: 'video', service: 'youtube', id: VIDEO }, line);
  }
});

const NOT_RECORDABLE: [what: UnrecordableKind, lines: string[]][] = [
  ['clip', ['https://www.youtube.com/clip/UgkxabcDEFghiJKLmnoPQRstuVWXyz01', 'clip: youtube.com/clip/Ugkx?si=x']],
  [
    'channel',
    [
      'https://www.youtube.com/@nihongo',
      'https://www.youtube.com/@nihongo/videos',
      'https://www.youtube.com/@日本語の森',
      `https://www.youtube.com/channel/${VIDEO}`,
      'https://m.youtube.com/c/EasySpanish',
      'https://www.youtube.com/user/EasyGerman',
      'https://www.youtube.com/embed/live_stream?channel=UCabc',
    ],
  ],
  [
    'personal_playlist',
    [
      'https://www.youtube.com/playlist?list=WL',
      'https://www.youtube.com/playlist?list=LL',
      `https://www.youtube.com/watch?list=RD${VIDEO}`,
    ],
  ],
  ['youtube_page', ['https://www.youtube.com/', 'https://youtube.com/feed/history', `youtube.com/results?v=${VIDEO}`]],
  ['spotify_show', [`https://open.spotify.com/intl-ja/show/${PODCAST}?si=x`, `spotify:show:${PODCAST}`]],
  ['spotify_track', [`https://open.spotify.com/track/${PODCAST}`, `spotify:track:${PODCAST}`]],
  ['spotify_music', ['album', 'artist', 'playlist'].map((kind) => `https://open.spotify.com/embed/${kind}/${PODCAST}`)],
  ['spotify_audiobook', [`https://open.spotify.com/audiobook/${PODCAST}`]],
  ['spotify_page', ['https://open.spotify.com/', 'https://open.spotify.com/genre/podcasts', `spotify:user:me`]],
  ['short_link', ['https://spotify.link/AbCdEfGhIj', 'spotify.link/AbC', 'https://spotify.app.link/AbC?_p=x']],
  [
    'incomplete',
    [
      `https://youtu.be/${VIDEO.slice(1)}`,
      `https://www.youtube.com/watch?v=${VIDEO.slice(1)}&list=${LIST}`,
      'https://www.youtube.com/watch',
      'https://www.youtube.com/shorts/',
      'https://www.youtube.com/playlist?list=PL',
      `https://open.spotify.com/episode/${PODCAST.slice(1)}`,
      `spotify:episode:${PODCAST}:x`,
    ],
  ],
];

for (const [what, lines] of NOT_RECORDABLE) {
  test(`what cannot be recorded is said for what it is: ${what}`, (t) => {
    for (const line of lines) {
      const found = readLinkLine(line);
      t.is(found.kind, 'not_recordable', line);
      t.is(found.kind === 'not_recordable' && found.what, what, line);
    }
  });
}

test('a message says what to do where something can be done', (t) => {
  const messageOf = (line: string) => {
    const found = readLinkLine(line);
    return 'message' in found ? found.message : '';
  };
  t.is(
    messageOf('https://spotify.link/AbC'),
    'a short Spotify link: open it and copy the long link from the address bar',
  );
  t.is(messageOf('youtube.com/clip/Ugkx'), 'a YouTube clip: open it and copy the link of the whole video');
  t.is(messageOf('星降る喫茶店'), 'not a YouTube or Spotify link');
  t.is(
    messageOf(`https://youtu.be/${VIDEO} https://youtu.be/aaaaaaaaaaa`),
    'more than one link: put each on its own line',
  );
  t.is(messageOf('x'.repeat(5000)), 'longer than a line with a link');
});

for (const [claim, lines] of NO_LINKS) {
  test(`no id is taken from ${claim}`, (t) => {
    for (const line of lines) t.is(parseLink(line), undefined, line);
  });
}

test('only blank lines and those that begin with # say nothing', (t) => {
  for (const line of ['', ' ', '\t', '\u3000', '#', '# later', '  # later', `#https://youtu.be/${VIDEO}`]) {
    t.true(isBlankOrComment(line), line);
  }
  for (const line of ['x', 'x # y', '＃', `https://youtu.be/${VIDEO}#later`]) t.false(isBlankOrComment(line), line);
});

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const idOf = (letters: string, length: number) =>
  fc.string({ unit: fc.constantFrom(...Array.from(letters)), minLength: length, maxLength: length });
const link = fc.oneof(
  fc.record({ service: fc.constant('youtube' as const), id: idOf(`${LETTERS}_-`, 11) }),
  fc.record({ service: fc.constant('spotify' as const), id: idOf(LETTERS, 22) }),
);

test('any id goes round through any form of link', (t) => {
  t.notThrows(() => {
    fc.assert(
      fc.property(link, fc.nat(), ({ service, id }, which) => {
        const forms = FORMS[service];
        const line = forms[which % forms.length]?.(id) ?? '';
        const parsed = parseLink(line);
        return parsed !== undefined && linkKey(parsed) === `${service}:${id}`;
      }),
      { numRuns: 2000 },
    );
  });
});

test('an id is never made up: it stands in the line, and the line names the service', (t) => {
  const piece = fc.oneof(
    fc.constantFrom(
      ...'https:// youtu.be youtube.com / ? v= & watch shorts/ episode/ spotify: open.spotify.com # @ %'.split(' '),
    ),
    fc.constantFrom(VIDEO, PODCAST, '%2D', '\\', '\u200B', 'ｙoutube.com'),
    anyText({ maxLength: 12 }),
  );
  let named = 0;
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const line = pieces.join('');
      const parsed = parseLink(line);
      if (!parsed) return true;
      named += 1;
      const seen = line.replaceAll(/[\u00AD\u200B-\u200F\u2060-\u2064]/gu, '');
      const text = seen.normalize('NFKC').toLowerCase();
      const names = parsed.service === 'youtube' ? ['youtube.com', 'youtu.be'] : ['spotify'];
      const decoded = seen.replaceAll('%2D', '-');
      return decoded.includes(parsed.id) && names.some((name) => text.includes(name));
    }),
    { numRuns: 20_000, examples: [[['youtu.be', '/', VIDEO]]] },
  );
  t.true(named > 0);
});

test('a link whose id has a wrong length is never taken, in any form', (t) => {
  const wrong = fc.oneof(
    idOf(`${LETTERS}_-`, 10),
    idOf(`${LETTERS}_-`, 12),
    fc
      .string({ unit: fc.constantFrom(...Array.from(LETTERS)), maxLength: 40 })
      .filter((id) => id.length !== 11 && id.length !== 22),
  );
  t.notThrows(() => {
    fc.assert(
      fc.property(fc.constantFrom('youtube' as const, 'spotify' as const), wrong, fc.nat(), (service, id, which) => {
        const forms = FORMS[service];
        return parseLink(forms[which % forms.length]?.(id) ?? '') === undefined;
      }),
      { numRuns: 2000 },
    );
  });
});
