import test from 'ava';
import { createApiClient } from '../lib/core/terminal/api-client.ts';
import { findTitle } from '../lib/titles/find-title-prompts.ts';
import { ImmersionError } from '../lib/core/errors.ts';
import { startImports } from './imports-rig.ts';

const tmdb = {
  movies: [
    { id: 1000, title: '夜の海' },
    { id: 1001, title: 'Monster' },
  ],
  series: [
    { id: 2000, name: 'Monster', seasons: {} },
    { id: 2001, name: 'Café Lumière', seasons: {} },
  ],
};
const FOUND: [text: string, title: string][] = [
  ['夜の海', 'movie/1000'],
  ['夜', 'movie/1000'],
  ['cafe lumiere', 'tv/2001'],
  ['Cafe\u0301', 'tv/2001'],
  [' LUMIÈRE ', 'tv/2001'],
  ['movie/1001', 'movie/1001'],
  [' tv/77 ', 'tv/77'],
];
const REFUSED: [text: string, code: string, suggestion: string][] = [
  ['monster', 'title_not_clear', 'movie/1001  Monster'],
  ['nothing', 'title_not_found', 'List your titles: immersion titles list'],
  ['movie/0', 'title_not_found', 'List your titles: immersion titles list'],
  ['film/1000', 'title_not_found', 'List your titles: immersion titles list'],
];

async function startLibrary(t: Parameters<typeof startImports>[0], titles: readonly string[]) {
  const api = await startImports(t, { tmdb, loggedOut: true });
  for (const title of titles) {
    const { status } = await api.call(`/titles/${title}`, { method: 'PUT', json: { status: 'planned' } });
    t.is(status, 200, title);
  }
  const client = createApiClient({ url: api.url, user: 'me', password: '' });
  return {
    find: async (text: string) => {
      const { type, tmdb_id: id } = await findTitle(text, client);
      return `${type}/${id}`;
    },
  };
}

test('a title of the library is found by its name, a part of it, or its id', async (t) => {
  const { find } = await startLibrary(t, ['movie/1000', 'movie/1001', 'tv/2000', 'tv/2001']);
  for (const [text, title] of FOUND) t.is(await find(text), title, text);
  for (const [text, code, suggestion] of REFUSED) {
    const error = await t.throwsAsync(find(text), { instanceOf: ImmersionError, code }, text);
    t.is(error?.suggestions[0], suggestion, text);
  }
});

test('a blank name names nothing, also where there is but one title', async (t) => {
  const { find } = await startLibrary(t, ['movie/1000']);
  for (const text of ['', ' ', '\u3000']) {
    await t.throwsAsync(find(text), { instanceOf: ImmersionError, code: 'title_not_found' }, JSON.stringify(text));
  }
});
