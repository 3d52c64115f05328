import test, { type ExecutionContext } from 'ava';
import type { ProgressAnswer } from '../lib/progress/progress-contract.ts';
import { createEveningPerson, ENTER, type EveningPerson } from './evening-person.ts';

const CHANNELS = [
  { id: 'UC-tea', title: 'Tea channel' },
  { id: 'UC-news', title: 'News channel' },
];
const VIDEOS = ['UC-tea', 'UC-tea', 'UC-news'].map((channelId, index) => ({
  id: `video00000${index}`,
  title: `動画 ${index}`,
  channelId,
  duration: 'PT10M',
}));

const TALE = {
  id: 'episode000000000000001',
  name: '第1回',
  showId: 'tales',
  durationMs: 1_800_000,
  releaseDate: '2026-03-01',
};

const start = (t: ExecutionContext) =>
  createEveningPerson(t, {
    youtube: { channels: CHANNELS, videos: VIDEOS },
    spotify: { shows: [{ id: 'tales', name: 'Tales for tea' }], episodes: [TALE] },
  });

const progress = async (person: EveningPerson) => (await person.run(['progress', '--json'])).json as ProgressAnswer;

const minutes = async (person: EveningPerson) =>
  (await progress(person)).daily_activity.map(({ minutes_watched: watched }) => watched);

const withoutId = (line: string) => line.replace(/[\da-f]{8}$/, 'ID');

test.serial('what a person logs counts on the day that they say, and undo takes it back', async (t) => {
  const person = await start(t);
  const talk = ['log', '45m', 'Crosstalk with Ana', '--language', 'es', '--activity', 'talking'];
  const first = await person.run([...talk, '--at', 'yesterday 21:30']);
  t.is(first.status, 0);
  t.regex(first.err.join('\n'), /^Logged 45m: Crosstalk with Ana\. Change it with immersion edit [\da-f]{12}, or/);
  t.is((await person.run(['log', '1:20', 'https://youtu.be/video000000', '--on', '2 days ago'])).status, 0);
  t.is((await person.run(['log', '30m', 'Radio', '--background'])).status, 0);
  t.deepEqual(await minutes(person), [0, 0, 0, 0, 80, 45, 0]);
  t.is((await progress(person)).youtube_videos_watched, 1);
  const before = await progress(person);
  t.is((await person.run(['log', '320h', 'Before', '--before', '2025-01-01', '--language', 'ja'])).status, 0);
  const after = await progress(person);
  t.is(after.total_hours_watched, before.total_hours_watched + 320);
  t.deepEqual(await minutes(person), [0, 0, 0, 0, 80, 45, 0]);
  t.is(after.days_since_first_episode, before.days_since_first_episode);
  t.deepEqual((await person.run(['undo', '--yes'])).err, ['Removed 1 viewing.']);
  t.deepEqual(await progress(person), before);
});

test.serial('time logged at an unknown time counts in the total, and on no day', async (t) => {
  const person = await start(t);
  await person.run(['log', '15m', 'Radio']);
  const before = await progress(person);
  t.is((await person.run(['log', '45m', 'Crosstalk with Ana', '--at', 'unknown'])).status, 0);
  const after = await progress(person);
  t.deepEqual([before.total_hours_watched, after.total_hours_watched], [0, 1]);
  t.deepEqual(after.daily_activity, before.daily_activity);
  const { out: days } = await person.run(['stats', 'all', '--by', 'day', '--csv']);
  t.deepEqual(
    days.slice(1).map((line) => line.replace(/^[\d-]{10},"[^"]+"/, 'DAY').trimEnd()),
    ['DAY,900,0,1', 'undated,No date,2700,0,1'],
  );
  const { out } = await person.run(['history']);
  t.deepEqual(out.filter((line) => line.includes('Ana')).map(withoutId), [
    'no date           other  Crosstalk with Ana         45m  you   ID',
  ]);
});

test.serial('history shows one language if asked, and progress ends with the time of each', async (t) => {
  const person = await start(t);
  const log = (length: string, title: string, ...more: string[]) => person.run(['log', length, title, ...more]);
  await log('45m', 'Crosstalk with Ana', '--language', 'es', '--on', '2026-01-05');
  await log('1h', '星降る喫茶店', '--language', 'ja', '--on', '2026-01-06');
  await log('10m', 'Radio', '--language', 'es', '--on', '2026-01-07');
  const { out } = await person.run(['history', '--language', 'es']);
  t.deepEqual(out.map(withoutId), [
    'Watched           Kind   Title               Show  Time  From  Id',
    '2026-01-07 12:00  other  Radio                      10m  you   ID',
    '2026-01-05 12:00  other  Crosstalk with Ana         45m  you   ID',
  ]);
  t.deepEqual((await person.run(['history', '--language', 'ko'])).err, ['No matching viewings.']);
  t.is((await person.run(['progress'])).out.at(-1), 'Languages: Japanese 1h, Spanish 55m.');
});

for (const [what, name, shown, moved] of [
  ['show folder', 'harbour', 'Harbour', ['ja,Japanese,1200,0,1', 'unknown,Unknown,1800,0,1']],
  ['podcast', 'tales for TEA', 'Tales for tea', ['ja,Japanese,1800,0,1', 'unknown,Unknown,1200,0,1']],
] as const) {
  test.serial(`a language for a ${what} moves its past in the statistics, and none moves it back`, async (t) => {
    const person = await start(t);
    person.place({ 'shows/Harbour/watched/01.mkv': '' });
    await person.run(['sync', '--only', 'shows']);
    await person.run(['add', `https://open.spotify.com/episode/${TALE.id}`]);
    const languages = async () => {
      const { out } = await person.run(['stats', 'all', '--by', 'language', '--csv']);
      return out
        .slice(1)
        .map((line) => line.trimEnd())
        .toSorted();
    };
    t.deepEqual(await languages(), ['unknown,Unknown,3000,0,2']);
    t.deepEqual((await person.run(['language', name, 'ja'])).err, [
      `Everything from ${shown} counts as ja, past viewings included.`,
    ]);
    t.deepEqual(await languages(), moved);
    t.deepEqual((await person.run(['language', name, 'none'])).err, [
      `Everything from ${shown} counts in its own language again, past viewings included.`,
    ]);
    t.deepEqual(await languages(), ['unknown,Unknown,3000,0,2']);
    t.deepEqual((await person.run(['language'])).err, ['No rules yet.']);
  });
}

for (const [what, args, said] of [
  [
    'a length without a unit',
    ['90', 'A'],
    ['Error: “90” could be minutes or hours.', '  → Write 90m for minutes, or 90h for hours.'],
  ],
  ['no length', ['soon', 'A'], ['Error: “soon” is not a length.', '  → Use a form such as 45m, 1h20m or 1:20.']],
  [
    'more than a day on one day',
    ['25h', 'A', '--on', '2026-01-05'],
    [
      'Error: That makes more than 24 hours on 2026-01-05.',
      '  viewings.0.seconds: more than 24 hours on one day',
      '  → For hours from before you started counting: immersion log 320h TITLE --before DATE',
    ],
  ],
  [
    'a time that lies ahead',
    ['1h', 'A', '--at', '2999-01-01'],
    [
      'Error: “2999-01-01” is in the future.',
      '  → Use a form such as 2026-10-01, “2026-10-01 21:30”, “yesterday 21:30”, monday or “3 days ago”.',
    ],
  ],
  [
    'a language that there is not',
    ['1h', 'A', '--language', 'jp'],
    ['Error: “jp” is not a language code.', '  → Use a code such as ja for Japanese, es for Spanish or ko for Korean.'],
  ],
] as const) {
  test.serial(`log refuses ${what}, with status 2`, async (t) => {
    const person = await start(t);
    const { status, err } = await person.run(['log', ...args]);
    t.is(status, 2);
    t.deepEqual(err, [...said]);
    t.is((await progress(person)).total_hours_watched, 0);
  });
}

for (const args of [
  ['edit', 'zzzz', '--minutes', '4'],
  ['remove', 'zzzz'],
]) {
  test.serial(`${args[0]} refuses a text that is not an id, and shows where ids are`, async (t) => {
    const { status, err } = await (await start(t)).run(args);
    t.is(status, 2);
    t.deepEqual(err, [
      'Error: “zzzz” is not a viewing id.',
      '  → List your viewings with their ids: immersion history',
    ]);
  });
}

test.serial('edit and remove take ids of several viewings, and undo puts each run back', async (t) => {
  const person = await start(t);
  const log = async (title: string) => (await person.run(['log', '1h', title, '--json'])).json as { id: string };
  const ids = [(await log('A')).id, (await log('B')).id.slice(0, 8)];
  const before = await progress(person);

  t.is((await person.run(['edit', ...ids, '--minutes', '30', '--on', 'yesterday'])).status, 0);
  t.deepEqual(await minutes(person), [0, 0, 0, 0, 0, 60, 0]);
  t.deepEqual((await person.run(['edit', ids[0] ?? ''])).err, [
    'Error: Nothing to change.',
    '  → See immersion edit --help',
  ]);

  const unasked = await person.run(['remove', ...ids]);
  t.is(unasked.status, 2);
  t.deepEqual(unasked.err.slice(2), [
    'Error: Can’t ask whether to remove these without a terminal.',
    '  → Confirm in advance: immersion remove ID --yes',
  ]);
  const declined = await person.sit(['remove', ...ids], [['Remove 2 viewings?', ENTER]]);
  t.is(declined.status, 2);
  t.deepEqual(await minutes(person), [0, 0, 0, 0, 0, 60, 0]);
  t.is((await person.run(['remove', ...ids, '--yes'])).status, 0);
  t.deepEqual(await minutes(person), [0, 0, 0, 0, 0, 0, 0]);

  const undone = await person.run(['undo', '--yes']);
  t.deepEqual(undone.out, ['Removed: A', 'Removed: B']);
  t.deepEqual(await minutes(person), [0, 0, 0, 0, 0, 60, 0]);
  t.deepEqual((await person.run(['undo', '--yes'])).err, ['Undid 2 changes.']);
  t.deepEqual(await progress(person), before);
  t.is((await person.run(['remove', 'ffffffffffff', '--yes'])).status, 1);
});

test.serial(
  'a file that was removed is recorded again by the next sync, and nothing cleans it up before',
  async (t) => {
    const person = await start(t);
    person.place({ 'shows/Harbour/watched/01.mkv': '' });
    await person.run(['sync', '--only', 'shows']);
    const { viewings } = (await person.run(['history', '--json'])).json as { viewings: { id: string }[] };
    t.is(viewings.length, 1);
    const id = viewings[0]?.id ?? '';
    const removed = await person.run(['remove', id, '--yes']);
    t.deepEqual(removed.err.slice(1), [
      'Removed 1 viewing. Undo it with immersion undo.',
      '1 file or link comes back with the next sync if still there.',
    ]);
    t.is((await progress(person)).total_episodes_watched, 0);
    await person.run(['clean', '--mode', 'delete', '--yes']);
    const again = await person.run(['sync', '--only', 'shows', '--json']);
    t.like(again.json, { episodes_found: 1, episodes_added: 1 });
  },
);

test.serial('rules are set by name, listed, and taken away', async (t) => {
  const person = await start(t);
  await person.run(['add', ...VIDEOS.map(({ id }) => `https://youtu.be/${id}`)]);
  const before = await progress(person);
  t.deepEqual((await person.run(['language'])).err, ['No rules yet.']);
  const tea = await person.run(['language', 'tea CHANNEL', 'jpn', '--json']);
  t.like(tea.json, { rules: [{ collection: { kind: 'channel', id: 'UC-tea', name: 'Tea channel' }, language: 'ja' }] });
  t.deepEqual((await person.run(['attention', 'UC-tea', 'background'])).err, [
    'Everything from Tea channel counts as background, past viewings included.',
  ]);
  t.deepEqual(await minutes(person), [0, 0, 0, 0, 0, 0, 10]);
  await person.run(['exclude', 'news']);
  t.deepEqual(await minutes(person), [0, 0, 0, 0, 0, 0, 0]);
  t.deepEqual(
    ((await person.run(['exclude', '--json'])).json as { rules: object[] }).rules.map((rule) => ({ ...rule, id: '' }))
      .length,
    2,
  );
  const unsure = await person.run(['exclude', 'channel']);
  t.is(unsure.status, 2);
  t.is(unsure.err[0], 'Error: “channel” could be several shows, channels or podcasts.');
  t.is((await person.run(['exclude', 'nothing'])).status, 1);
  t.is((await person.run(['language', 'news', 'jp'])).status, 2);

  await person.run(['exclude', 'news', '--off']);
  await person.run(['attention', 'tea', 'focused']);
  await person.run(['language', 'tea', 'none']);
  t.deepEqual(await progress(person), before);
  t.deepEqual((await person.run(['language', '--json'])).json, { rules: [] });
});

test.serial('settings are shown and changed, and a new time zone asks from when on it counts', async (t) => {
  const person = await start(t);
  t.deepEqual((await person.run(['settings'])).out, [
    'Time zone         UTC',
    'Day ends at       00:00',
    'Week starts on    Monday',
    'Default language  none',
  ]);
  const unasked = await person.run(['settings', '--time-zone', 'Asia/Tokyo']);
  t.is(unasked.status, 2);
  t.deepEqual(unasked.err, [
    'Error: Can’t ask when the time zone starts to count without a terminal.',
    '  → Add --from today, or --from always for all of the past.',
  ]);
  const asked = await person.sit(
    ['settings', '--time-zone', 'Asia/Tokyo', '--day-ends-at', '4', '--week-starts-on', 'sunday'],
    [['When should Asia/Tokyo start to count?', ENTER]],
  );
  t.is(asked.status, 0);
  t.regex(asked.shown, /Time zone {9}Asia\/Tokyo \(since \d{4}-\d\d-\d\d; before: UTC\)/);
  const always = await person.run(['settings', '--time-zone', 'Europe/London', '--from', 'always', '--json']);
  t.deepEqual(always.json, {
    time_zone: 'Europe/London',
    time_zones: [{ from: null, time_zone: 'Europe/London' }],
    day_ends_at: 4,
    week_starts_on: 'sunday',
    default_language: null,
  });
  t.deepEqual((await person.run(['language', '--default', 'ja'])).err, ['Your default language is now ja.']);
  t.is((await person.run(['settings', '--time-zone', 'Mars/Olympus', '--from', 'today'])).status, 2);
  const unknown = await person.run(['settings', '--time-zone', 'Mars/Olympus']);
  t.is(unknown.status, 2);
  t.deepEqual(unknown.err, ['Error: “Mars/Olympus” is not a time zone.', '  → Use a name such as Europe/Berlin.']);
});
