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
