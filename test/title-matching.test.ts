import test from 'ava';
import type { Prompts } from '../lib/core/terminal/prompts.ts';
import { chooseTitles, type TitleChoiceOptions } from '../lib/shows/title-choice-prompts.ts';
import type { TitleResult } from '../lib/shows/title-question-prompts.ts';

const hit = (tvdbId: number | null, name: string, more: Partial<TitleResult> = {}): TitleResult => ({
  tvdb_id: tvdbId,
  name,
  original_name: null,
  year: null,
  overview: null,
  ...more,
});

/** Finds titles for names with fixed search results. Returns what was searched, stored and printed. */
async function find(
  names: string[],
  answers: Record<string, TitleResult[]>,
  options: Partial<TitleChoiceOptions<TitleResult>> = {},
) {
  const searched: string[] = [];
  const said: string[] = [];
  const stored: Record<string, unknown> = {};
  const choices = await chooseTitles<TitleResult>(names, {
    kind: 'series',
    takeClearMatch: true,
    tell: (text) => said.push(text),
    async search(query) {
      searched.push(query);
      return { results: answers[query] ?? [], provider: 'TVmaze' };
    },
    async store(name, chosen) {
      stored[name] = 'id' in chosen ? chosen.id : chosen.result.tvdb_id;
    },
    ...options,
  });
  return { searched, said, stored, choices };
}

test('a name is searched in each way to read it until one hit carries it', async (t) => {
  const { searched, stored } = await find(['葬送のフリーレン Sousou no Frieren'], {
    'Sousou no Frieren': [hit(2, 'Frieren', { aliases: ['Sousou no Frieren'] })],
    'Never asked for': [],
  });
  t.deepEqual(stored, { '葬送のフリーレン Sousou no Frieren': 2 });
  t.is(searched.at(-1), 'Sousou no Frieren');
  t.is(new Set(searched).size, searched.length, 'nothing is asked for twice');
});

test('a hit is known by its translations and aliases as well', async (t) => {
  const { stored } = await find(['Attaque des Titans', 'Shingeki'], {
    'Attaque des Titans': [hit(7, 'Attack on Titan', { translations: ['Attaque des Titans'] }), hit(8, 'Titans')],
    Shingeki: [hit(7, 'Attack on Titan', { aliases: ['Shingeki'] }), hit(8, 'Titans')],
  });
  t.deepEqual(stored, { 'Attaque des Titans': 7, Shingeki: 7 });
});

test('a film is never taken for a series, nor a series for a film', async (t) => {
  const answers = { Ponyo: [hit(1, 'Ponyo', { kind: 'movie' }), hit(2, 'Ponyo', { kind: 'series' })] };
  t.deepEqual((await find(['Ponyo'], answers)).stored, { Ponyo: 2 });
  t.deepEqual((await find(['Ponyo'], answers, { kind: 'film' })).stored, { Ponyo: 1 });
});

test('a hit that is not on TVDB is not taken, and that is said', async (t) => {
  const { stored, said } = await find(['Rare'], { Rare: [hit(null, 'Rare')] });
  t.deepEqual([stored, said], [{}, ['“Rare” is on TVmaze, but not on TVDB.']]);
});

test('an id in a name is taken without search; one that fails leads to the search', async (t) => {
  const titleOfIds: TitleChoiceOptions<TitleResult>['titleOfIds'] = async ({ tvdbId }) =>
    tvdbId === null ? undefined : { id: tvdbId, provider: 'TVDB' };
  const named = await find(['Show {tvdb-370070}'], {}, { titleOfIds, takeClearMatch: false });
  t.deepEqual([named.stored, named.searched, named.said], [{ 'Show {tvdb-370070}': 370_070 }, [], []]);
  const unknown = await find(['Show {tmdb-5}'], { Show: [hit(3, 'Show')] }, { titleOfIds });
  t.deepEqual([unknown.stored, unknown.said], [{ 'Show {tmdb-5}': 3 }, ['The id in “Show {tmdb-5}” isn’t known.']]);
});

test('series of one name are offered with their numbers of episodes, the one that fits the files first', async (t) => {
  const questions: string[][] = [];
  const prompts: Prompts = {
    async select({ choices }) {
      questions.push(choices.map(({ name }) => name));
      return choices.find(({ name }) => name === 'Skip this one')?.value as never;
    },
    input: async () => '',
    confirm: async () => false,
  };
  const answers = { Harbour: [hit(1, 'Harbour'), hit(2, 'Harbour', { year: 2019 }), hit(3, 'Harbours')] };
  const asked: unknown[] = [];
  const namesakes = {
    filesOf: async (folder: string) => [`${folder} - 24`],
    seasonsOf: async ({ tvdb_id: id }: TitleResult) => {
      asked.push(id);
      return [{ season_number: 1, episode_count: id === 1 ? 12 : 24 }];
    },
  };
  await find(['Harbour'], answers, { prompts, takeClearMatch: false, namesakes });
  t.deepEqual(questions[0]?.slice(0, 3), [
    'Harbour (2019), 24 episodes [2]',
    'Harbour, 12 episodes [1]',
    'Harbours [3]',
  ]);
  t.deepEqual(asked, [1, 2], 'no other hit is looked up');
  const many = { Harbour: [1, 4, 2, 5, 6].map((id) => hit(id, 'Harbour')) };
  await find(['Harbour'], many, { prompts, takeClearMatch: false, namesakes });
  t.deepEqual(
    questions[1]?.slice(0, 5).map((label) => Number(/\[(\d+)\]/.exec(label)?.[1])),
    [4, 2, 5, 6, 1],
    'what fits goes first, then what is unknown',
  );
  t.deepEqual(asked.slice(2), [1, 4, 2], 'of many, the first are looked up');
});

test('where nobody can be asked and nothing may be taken, nothing is searched', async (t) => {
  const { searched, choices } = await find(['Show'], {}, { takeClearMatch: false });
  t.deepEqual([searched, choices.skipped], [[], ['Show']]);
});

test('hits of all readings are offered once, those not on TVDB cannot be chosen, and one question has no “Skip all”', async (t) => {
  const questions: { name: string; disabled?: string }[][] = [];
  const prompts: Prompts = {
    async select({ choices }) {
      questions.push(choices.map(({ name, disabled }) => ({ name, ...(disabled && { disabled }) })));
      return choices.find(({ name }) => name === 'Skip this one')?.value as never;
    },
    input: async () => '',
    confirm: async () => false,
  };
  const answers = { 'Reply 1988': [hit(1, 'Reply'), hit(null, 'Respond')], Reply: [hit(1, 'Reply'), hit(2, 'Replay')] };
  await find(['Reply 1988'], answers, { prompts, takeClearMatch: false });
  t.deepEqual(
    questions[0]?.map(({ name }) => name).toSorted(),
    ['Reply [1]', 'Respond', 'Search for another name', 'Enter a TVDB id', 'Skip this one'].toSorted(),
  );
  t.is(questions[0]?.find(({ name }) => name === 'Respond')?.disabled, '(not on TVDB)');
  await find(['A', 'B'], {}, { prompts, takeClearMatch: false });
  t.true(questions.at(-1)?.some(({ name }) => name === 'Skip all'));
});
