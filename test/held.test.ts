import test from 'ava';
import { requestsTo, startEveningApi } from './evening-api.ts';

const HELD = '/viewings/held';
const VIDEO = 'abcdefghijk';

test('the API says which of many things are recorded, for one person alone, and changes nothing', async (t) => {
  const api = await startEveningApi(t);
  const episode = (folder: string, file: string | number) => ({ folder_name: folder, file_name: String(file) });
  const recorded = Array.from({ length: 20 }, (_, index) => episode('Show', index));
  recorded.push(episode('a#b', 'c'));
  await api.post('/sync', { episodes: recorded });
  const before = await api.items();
  const tooLong = episode('長'.repeat(200), '長'.repeat(200));
  const others = [episode('Show', 20), episode('a', 'b#c'), episode('Other', 1), tooLong];
  const asked = { episodes: [...others, ...recorded], movies: [{ file_name: 'Film' }], video_ids: [VIDEO, 'a,b'] };
  const nothing = { episodes: [], movies: [], video_ids: [], episode_ids: [] };
  t.deepEqual(await api.post(HELD, asked).then(({ status, body }) => ({ status, body })), {
    status: 200,
    body: { ...nothing, episodes: recorded },
  });
  t.deepEqual((await api.post(HELD, asked, { user: 'bob' })).body, nothing);
  t.deepEqual((await api.post(HELD, {})).body, nothing);
  t.deepEqual(await api.items(), before);
  t.is(requestsTo(api.youtube, '/videos').length, 0, 'nobody else is asked');
});

test('names that macOS sends decomposed are found', async (t) => {
  const api = await startEveningApi(t);
  const name = 'がくえん';
  await api.post('/sync', { episodes: [{ folder_name: name, file_name: name }] });
  const asked = { episodes: [{ folder_name: name.normalize('NFD'), file_name: name.normalize('NFD') }] };
  const { body } = await api.post(HELD, asked);
  t.like(body, { episodes: [{ folder_name: name, file_name: name }] });
});

test('fields that are not its own are refused by name', async (t) => {
  const api = await startEveningApi(t);
  const { status, body } = await api.post(HELD, { shows: [] });
  t.is(status, 400);
  t.regex(JSON.stringify(body), /shows/);
});

test('a file of a recorded season and episode is told with the recorded one, also from another folder of the show', async (t) => {
  const api = await startEveningApi(t);
  const episode = (folder: string, file: string) => ({ folder_name: folder, file_name: file });
  await api.post('/sync', {
    episodes: [episode('Harbour', '01'), episode('Harbour', '02'), episode('Cosmos (1980)', 'S01E01')],
  });
  const first = { recorded: episode('Harbour', '01') };
  const cases: [folder: string, file: string, answer: object | undefined][] = [
    ['Harbour', '01v2', first],
    ['Harbour', 'S01E01', first],
    ['Harbour', '03', undefined],
    ['Harbour', 'S02E01', undefined],
    ['Harbour', 'Notes', undefined],
    ['harbour [1080p]', '1', first],
    ['Harbour Season 2', '01', undefined],
    ['Cosmos (2014)', 'S01E01', undefined],
    ['Other', '01', undefined],
  ];
  for (const [folder, file, answer] of cases) {
    const one = episode(folder, file);
    const { body } = await api.post(HELD, { episodes: [one], same_place: true });
    t.deepEqual(
      (body as { same_place: object[] }).same_place,
      answer ? [{ ...one, ...answer }] : [],
      `${folder}/${file}`,
    );
  }
  const { body } = await api.post(HELD, { episodes: [episode('Harbour', '01v2')] });
  t.false('same_place' in (body as object), 'only where it is asked for');
});
