import test from 'ava';
import { startEveningApi, type EveningApi } from './evening-api.ts';

const KOREAN = '가나다';
const NFD = KOREAN.normalize('NFD');
/** Some programs mix both forms in one name. */
const MIXED = `${NFD}が`;
const COMPOSED = MIXED.normalize('NFC');

/** An episode and its show as the original service stores them: with unnormalized names. */
async function asOriginal({ store }: EveningApi, folder: string, file: string): Promise<void> {
  const common = { pk: 'USER#alice', user: 'alice', folder_name: folder };
  await store.put({ ...common, sk: `SHOW#${folder}`, version: 1 });
  await store.put({ ...common, sk: `EPISODE#${folder}#${file}`, file_name: file, timestamp: 1_700_000_000 });
}

const keys = async (api: EveningApi) => (await api.items()).map((item) => String(item['sk']));

for (const [claim, folder] of [
  ['decomposed', NFD],
  ['half decomposed', MIXED],
] as const) {
  test(`names that the original stored ${claim} are found by any form, and recorded once`, async (t) => {
    const api = await startEveningApi(t);
    await asOriginal(api, folder, NFD);
    const before = await keys(api);
    for (const form of [folder, folder.normalize('NFC'), folder.normalize('NFD')]) {
      for (const file of [NFD, KOREAN]) {
        const episodes = [{ folder_name: form, file_name: file }];
        t.like(await api.post('/sync', { episodes }), { status: 200, body: { episodes_added: 0 } });
        t.like(await api.post('/viewings/held', { episodes }), {
          body: { episodes: [{ folder_name: form.normalize('NFC'), file_name: KOREAN }] },
        });
      }
    }
    t.deepEqual(await keys(api), before);
    await api.post('/sync', { episodes: [{ folder_name: folder.normalize('NFC'), file_name: '2' }] });
    t.deepEqual((await keys(api)).toSorted(), [...before, `EPISODE#${folder}#2`].toSorted(), 'it joins the folder');
  });
}

test('PUT /show takes the very name that GET /shows gave', async (t) => {
  const api = await startEveningApi(t);
  await asOriginal(api, MIXED, '1');
  const { body } = await api.get('/shows');
  const [show] = (body as { shows: { folder_name: string }[] }).shows;
  t.is(show?.folder_name, MIXED);
  for (const name of [MIXED, COMPOSED]) {
    const { status } = await api.put('/show', { folder_name: name, tvdb_id: 1 });
    t.not(status, 200, 'TVDB has no such series');
    t.notRegex(JSON.stringify((await api.put('/show', { folder_name: name, tvdb_id: 1 })).body), /show_not_found/);
  }
});

test('a film that the original stored decomposed is recorded once', async (t) => {
  const api = await startEveningApi(t);
  await api.store.put({ pk: 'USER#alice', sk: `MOVIE#${NFD}`, user: 'alice', file_name: NFD, timestamp: 1 });
  const before = await keys(api);
  const { body } = await api.post('/syncmovies', { movies: [{ file_name: KOREAN, tvdb_id: 1 }] });
  t.deepEqual(body, { movies_added: 0 });
  t.deepEqual(await keys(api), before);
});

test('a # in a name that the original stored plainly is not recorded again, and no other episode is taken for it', async (t) => {
  const api = await startEveningApi(t);
  await asOriginal(api, 'a#b', 'c');
  const sync = (folder: string, file: string) =>
    api.post('/sync', { episodes: [{ folder_name: folder, file_name: file }] }).then(({ body }) => body);
  t.deepEqual(await sync('a#b', 'c'), { episodes_added: 0 });
  t.deepEqual(await sync('a', 'b#c'), { episodes_added: 1 });
  t.deepEqual(await sync('a', 'b#c'), { episodes_added: 0 });
  t.deepEqual((await keys(api)).toSorted(), ['EPISODE##a#b%23c', 'EPISODE#a#b#c', 'SHOW#a', 'SHOW#a#b']);
});
