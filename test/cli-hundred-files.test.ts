import { readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import { createEveningPerson, type EveningPerson } from './evening-person.ts';
import { ffmpeg, makeMedia, probedSeconds, type WantedMedia } from './media-files.ts';

/** Containers for which ffmpeg writes a language per track. */
const CONTAINERS = ['mkv', 'webm', 'mp4', 'm4a', 'ogg', 'opus'];
/** Containers for which it writes none. */
const MUTE = ['mov', 'avi', 'mp3', 'flac', 'wmv', 'flv', 'mpg'];
const LANGUAGES: [tag: string, key: string][] = [
  ['jpn', 'ja'],
  ['spa', 'es'],
  ['eng', 'en'],
  ['und', 'unknown'],
];

interface Wanted extends WantedMedia {
  key: string;
}

const many = (count: number, make: (index: number) => Wanted): Wanted[] =>
  Array.from({ length: count }, (_, index) => make(index));

/** 4 × 18 episodes in each language, 7 in containers without languages, 17 films; a hundred with the four below. */
const inLanguages = LANGUAGES.flatMap(([tag, key], at) =>
  many(18, (index) => {
    const container = CONTAINERS[index % CONTAINERS.length] ?? '';
    return { name: `${key} ${index}.${container}`, seconds: 5 + at + index, languages: [tag], key };
  }),
);
const mute = MUTE.map((container, index) => ({
  name: `mute ${container}.${container}`,
  seconds: 8 + index,
  key: 'unknown',
}));
const films = many(17, (index) => {
  const [tag = '', key = ''] = LANGUAGES[index % LANGUAGES.length] ?? [];
  return { name: `Film ${index}.${index % 2 === 0 ? 'mkv' : 'mp4'}`, seconds: 60 + index, languages: [tag], key };
});

interface Sum {
  seconds: number;
  key: string;
}
interface Stats {
  total: { seconds: number };
  rows: Sum[];
  sources: { measured_seconds: number; estimated_seconds: number };
}

const stats = async (person: EveningPerson): Promise<Stats> =>
  (await person.run(['stats', 'all', '--by', 'language', '--json'])).json as Stats;

test('a hundred files count as ffprobe says, each in its language, films and all, and a key changes none of it', async (t) => {
  const person = await createEveningPerson(t, {
    tvdb: {
      series: [{ id: 12, name: 'Cafe', runtime: 99 }],
      movies: [{ id: 501, name: 'Film', runtime: 999 }],
    },
  });
  const keys = Object.keys(person.environment).filter((name) => /KEY$|SECRET$|CLIENT_ID$/.test(name));
  const kept = Object.fromEntries(keys.map((name) => [name, person.environment[name] ?? '']));
  Object.assign(person.environment, Object.fromEntries(keys.map((name) => [name, ''])));

  const shows = path.join(person.library, 'shows', 'Cafe', 'watched');
  const movies = path.join(person.library, 'movies', 'watched');
  await Promise.all([makeMedia(shows, [...inLanguages, ...mute]), makeMedia(movies, films)]);
  const [source, edited, truncated, garbage, damaged] = [
    'ja 2.mp4',
    'edit list.mp4',
    'truncated.mkv',
    'garbage.mkv',
    'damaged.avi',
  ].map((name) => path.join(shows, name)) as [string, string, string, string, string];
  await ffmpeg('-ss', '2.3', '-i', source, '-c', 'copy', edited);
  writeFileSync(truncated, readFileSync(path.join(shows, 'ja 0.mkv')));
  truncateSync(truncated, Math.floor(statSync(truncated).size / 2));
  const noise = Buffer.from(Array.from({ length: 50_000 }, (_, index) => (index * index * 31 + 7) & 0xff));
  writeFileSync(garbage, noise);
  writeFileSync(damaged, Buffer.concat([Buffer.from('RIFF\0\0\0\0AVI LIST'), noise]));

  const good = [...inLanguages, ...mute, ...films, { name: 'edit list.mp4', key: 'ja' }];
  t.is(good.length + 3, 100);
  const places = good.map(({ name }) => path.join(name.startsWith('Film') ? movies : shows, name));
  const probed = await probedSeconds(places);
  t.is(probed.length, good.length);
  const expected = good.map(({ key }, index) => ({ key, seconds: probed[index] ?? 0 }));
  const sumOf = (all: readonly Sum[]) => all.reduce((sum, { seconds }) => sum + seconds, 0);
  const near = (actual: number, wanted: readonly Sum[], what: string) =>
    t.true(Math.abs(actual - sumOf(wanted)) <= wanted.length, `${what}: ${actual}, not ${sumOf(wanted)}`);

  const { status, json, err } = await person.run(['sync', '--json']);
  t.is(status, 5);
  t.like(json, { episodes_added: 80, films_added: 17 });
  t.true(err.includes('17 films recorded without a match. Match them: immersion set-movie'));
  const { left_out: left } = json as { left_out: { path: string; reason: string }[] };
  t.deepEqual(
    left.map((one) => [path.basename(one.path), one.reason.split(':')[0]]),
    [
      ['damaged.avi', 'it has no readable video or audio'],
      ['garbage.mkv', 'it has no readable video or audio'],
      ['truncated.mkv', 'incomplete'],
    ],
  );

  const first = await stats(person);
  near(first.total.seconds, expected, 'the total');
  t.deepEqual(first.rows.map(({ key }) => key).toSorted(), ['en', 'es', 'ja', 'unknown']);
  for (const { key, seconds } of first.rows) {
    near(
      seconds,
      expected.filter((one) => one.key === key),
      key,
    );
  }
  t.deepEqual(first.sources, { measured_seconds: first.total.seconds, estimated_seconds: 0 });
  const { viewings } = (await person.run(['history', '--all', '--json'])).json as {
    viewings: { title: string; seconds: number; seconds_source: string }[];
  };
  t.is(viewings.length, 97);
  for (const [index, { name }] of good.entries()) {
    const viewing = viewings.find(({ title }) => title === path.parse(name).name);
    t.is(viewing?.seconds_source, 'file', name);
    t.true(Math.abs((viewing?.seconds ?? 0) - (expected[index]?.seconds ?? 0)) <= 1, `${name}: ${viewing?.seconds}`);
  }

  Object.assign(person.environment, kept);
  t.is((await person.run(['set-tvdb', 'Cafe', '12'])).status, 0);
  t.is((await person.run(['set-movie', 'Film 0', '501'])).status, 0);
  t.like((await person.run(['sync', '--json'])).json, { episodes_added: 0, films_added: 0 });
  t.deepEqual(await stats(person), first);
});
