import test from 'ava';
import { createEveningPerson } from './evening-person.ts';

test.serial('a dry run refuses what the real run refuses, in the same words', async (t) => {
  const person = await createEveningPerson(t, {
    tmdb: {
      series: [{ id: 50, name: 'Harbour', seasons: { 1: ['2020-01-01'] } }],
      movies: [{ id: 7, title: 'Ponyo' }],
    },
  });
  person.place({ 'shows/Harbour/watched/01.mkv': 'x' });
  await person.run(['sync']);
  await person.run(['user', 'add', 'ana', '--password-stdin'], 'a long password');
  const refused = [
    ['follow', '51'],
    ['show', 'link', 'Nowhere', '50'],
    ['show', 'link', 'Harbour', '51'],
    ['titles', 'plan', 'movie/8'],
    ['titles', 'rate', 'movie/8', '3'],
    ['exclude', 'Nothing'],
    ['set-tvdb', 'Nowhere', '5'],
    ['user', 'add', 'ana'],
    ['remove', 'abcdef12', '--yes'],
  ];
  for (const command of refused) {
    const [dry, real] = [await person.run([...command, '--dry-run']), await person.run(command)];
    t.not(dry.status, 0, command.join(' '));
    t.deepEqual([dry.status, dry.err[0]], [real.status, real.err[0]], command.join(' '));
  }
  for (const command of [
    ['follow', '50'],
    ['show', 'link', 'Harbour', '50'],
    ['titles', 'plan', 'movie/7'],
    ['exclude', 'Harbour'],
    ['user', 'add', 'ben'],
  ]) {
    const { status, err } = await person.run([...command, '--dry-run']);
    t.is(status, 0, command.join(' '));
    t.regex(err[0] ?? '', /^Would /);
  }
});
