import test from 'ava';
import * as fc from 'fast-check';
import { isBlankOrComment, linkKey, parseLink, type MediaLink } from '../lib/recording/link-rules.ts';

const VIDEO = 'dQw4w9WgXc-';
const PODCAST = '512ojhOuo1ktJprKbVcKyQ';
const YOUTUBE_HOSTS = ['youtube.com', 'www.youtube.com', 'm.youtube.com', 'music.youtube.com', 'WWW.YouTube.COM'];
const SCHEMES = ['https://', 'http://', 'HTTPS://', ''];
const MORE = ['', '&t=1m30s', '&list=PL0123456789AB&index=3', '&si=AbC_d-9#comments'];
const BEHIND = ['', '?si=AbC_d-9', '?t=90', '/', '?feature=share&t=5s#x'];

/** Every form of link that counts, of the id in it. */
const FORMS: Record<MediaLink['service'], ((id: string) => string)[]> = {
  youtube: SCHEMES.flatMap((scheme) => [
    ...YOUTUBE_HOSTS.flatMap((host) => [
      ...MORE.map((more) => (id: string) => `${scheme}${host}/watch?v=${id}${more}`),
      ...MORE.map((more) => (id: string) => `${scheme}${host}/watch?app=desktop&list=RD${id}x&v=${id}${more}`),
      (id: string) => `${scheme}${host}/watch/?v=${id}`,
      ...['shorts', 'live', 'embed'].flatMap((kind) =>
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
    ...SCHEMES.flatMap((scheme) =>
      ['open.spotify.com', 'Open.Spotify.com'].flatMap((host) =>
        ['', '/intl-ja', '/intl-pt', '/INTL-DE'].flatMap((language) =>
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
    'text around a link',
    [`https://youtu.be/${VIDEO} again`, `see https://youtu.be/${VIDEO}`, `<https://youtu.be/${VIDEO}>`],
  ],
  ['two links', [`https://youtu.be/${VIDEO} https://youtu.be/${VIDEO}`, `https://youtu.be/${VIDEO},${VIDEO}`]],
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
    fc.string({ unit: 'binary', maxLength: 12 }),
  );
  let named = 0;
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const line = pieces.join('');
      const parsed = parseLink(line);
      if (!parsed) return true;
      named += 1;
      const text = line.normalize('NFKC').toLowerCase();
      const names = parsed.service === 'youtube' ? ['youtube.com', 'youtu.be'] : ['spotify'];
      const decoded = line.replaceAll('%2D', '-');
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
