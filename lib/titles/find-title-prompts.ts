import { Args } from '@oclif/core';
import { type TitleAnswer, getTitle, listTitles } from './titles-contract.ts';
import { ImmersionError, NotFoundError } from '../core/errors.ts';
import { normalizeName } from '../core/name-rules.ts';
import { clearMatch } from '../shows/show-match-rules.ts';
import { getTmdbMovie, getTmdbSeries } from '../tmdb/tmdb-contract.ts';
import type { ApiClient } from '../core/terminal/api-client.ts';
import { asLine } from '../core/terminal/text.ts';

export const titleArgument = Args.string({
  description: 'Title, or TMDB id such as movie/550 or tv/1396',
  required: true,
});

const PAGE_TITLES = 500;
const CANDIDATES_LISTED = 5;

/** Finds a title by TMDB id (`movie/550`, `tv/1396`) or by name among the user's titles. */
export async function findTitle(text: string, api: ApiClient): Promise<Pick<TitleAnswer, 'type' | 'tmdb_id'>> {
  const id = /^(movie|tv)\/([1-9]\d{0,9})$/.exec(text.trim());
  if (id) return { type: id[1] === 'tv' ? 'tv' : 'movie', tmdb_id: Number(id[2]) };

  const wanted = folded(text);
  const titles = (await allTitles(api)).map((title) => ({
    ...title,
    name: title.title,
    original_name: title.original_title,
    year: null,
    shownYear: title.year,
  }));
  const alike = titles.filter(
    ({ name, original_name: original }) =>
      wanted !== '' && [name, original ?? ''].some((one) => folded(one).includes(wanted)),
  );
  const found = clearMatch(titles, { title: wanted, year: null }) ?? (alike.length === 1 ? alike[0] : undefined);
  if (found) return { type: found.type, tmdb_id: found.tmdb_id };
  if (alike.length === 0) {
    throw new NotFoundError(`None of your titles matches “${asLine(text)}”.`, {
      code: 'title_not_found',
      suggestions: ['List your titles: immersion titles list', 'Or use its TMDB id, such as movie/550 or tv/1396.'],
    });
  }
  throw new ImmersionError(`Several titles match “${asLine(text)}”. Use the id of one:`, {
    code: 'title_not_clear',
    suggestions: alike.slice(0, CANDIDATES_LISTED).map(({ type, tmdb_id: id, name, shownYear: year }) => {
      return `${type}/${id}  ${asLine(name)}${year === null ? '' : ` (${year})`}`;
    }),
  });
}

/** Throws if neither the library nor TMDB has a title. */
export async function checkTitle(params: Pick<TitleAnswer, 'type' | 'tmdb_id'>, api: ApiClient): Promise<void> {
  try {
    await api.call(getTitle, { params });
  } catch (error) {
    if (!(error instanceof ImmersionError) || error.code !== 'title_not_found') throw error;
    const { type, tmdb_id: id } = params;
    await (type === 'tv' ? api.call(getTmdbSeries, { params: { id } }) : api.call(getTmdbMovie, { params: { id } }));
  }
}

/** All of the user's titles that match a query. */
export async function allTitles(
  api: ApiClient,
  query: { [Name in 'type' | 'status' | 'rating' | 'year']?: NonNullable<TitleAnswer[Name]> | undefined } = {},
): Promise<TitleAnswer[]> {
  const titles: TitleAnswer[] = [];
  let next: string | undefined;
  do {
    const page = await api.call(listTitles, { query: { ...query, limit: PAGE_TITLES, next } });
    titles.push(...page.titles);
    next = page.next ?? undefined;
  } while (next !== undefined);
  return titles;
}

const folded = (text: string): string => normalizeName(text.trim()).toLocaleLowerCase();
