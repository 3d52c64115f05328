import { MAXIMUM_QUERY_CHARACTERS } from '../core/contract/names.ts';
import type { SERIES_PROVIDERS, SeriesProvider } from '../core/providers-rules.ts';
import type { Choice, Prompts } from '../core/terminal/prompts.ts';
import { counted, cutToWidth } from '../core/terminal/text.ts';
import type { MatchCandidate } from './show-match-rules.ts';

export type TitleKind = 'series' | 'film';

export type TitleProvider = 'TMDB' | (typeof SERIES_PROVIDERS)[SeriesProvider]['name'];

/** A search result for the prompt; without a `tvdb_id` (null) it can't be chosen. */
export interface TitleResult extends MatchCandidate {
  overview: string | null;
  tvdb_id?: number | null | undefined;
  tmdb_id?: number | undefined;
  /** Without specials, if looked up. */
  episodes?: number | undefined;
}

/** `index` is the position in the results. */
export type TitleChoice =
  | { kind: 'result'; index: number }
  | { kind: 'id'; id: number }
  | { kind: 'search'; query: string }
  | { kind: 'skip' }
  | { kind: 'skip-all' };

const RESULTS_SHOWN = 8;
const LABEL_COLUMNS = 70;

/** Asks which title a name is. `results` are sorted, best first. */
export async function askTitle(
  prompts: Prompts,
  {
    kind,
    name,
    query,
    results,
    provider,
    isOneOfMany,
  }: {
    kind: TitleKind;
    name: string;
    query: string;
    results: readonly TitleResult[];
    provider: TitleProvider;
    /** Whether more questions follow. */
    isOneOfMany: boolean;
  },
): Promise<TitleChoice> {
  const idProvider = provider === 'TMDB' ? 'TMDB' : 'TVDB';
  const choice = await prompts.select<TitleChoice | { kind: 'enter-id' } | { kind: 'enter-query' }>({
    message: results.length > 0 ? `Which ${kind} is “${name}”?` : `No ${kind} found for “${query}”. What is “${name}”?`,
    pageSize: RESULTS_SHOWN + 4,
    choices: [
      ...results.slice(0, RESULTS_SHOWN).map(choiceOf),
      { name: 'Search for another name', value: { kind: 'enter-query' } },
      { name: `Enter a ${idProvider} id`, value: { kind: 'enter-id' } },
      { name: 'Skip this one', value: { kind: 'skip' } },
      ...(isOneOfMany ? [{ name: 'Skip all', value: { kind: 'skip-all' as const } }] : []),
    ],
  });
  if (choice.kind === 'enter-query') {
    const validate = (text: string) => text.trim() !== '' && text.length <= MAXIMUM_QUERY_CHARACTERS;
    return { kind: 'search', query: await prompts.input({ message: `Search ${provider}:`, default: query, validate }) };
  }
  if (choice.kind !== 'enter-id') return choice;
  const id = await prompts.input({
    message: `${idProvider} id:`,
    validate: (text) => parseTvdbId(text) !== undefined || `A ${idProvider} id is a whole number above 0.`,
  });
  return { kind: 'id', id: parseTvdbId(id) ?? 0 };
}

export function parseTvdbId(text: string): number | undefined {
  const id = /^\s*\d{1,10}\s*$/.test(text) ? Number(text) : 0;
  return id >= 1 && id <= 2_147_483_647 ? id : undefined;
}

function choiceOf(result: TitleResult, index: number): Choice<{ kind: 'result'; index: number }> {
  return {
    name: cutToWidth(labelOf(result), LABEL_COLUMNS),
    value: { kind: 'result', index },
    ...(result.overview ? { description: cutToWidth(result.overview, LABEL_COLUMNS) } : {}),
    ...(result.tvdb_id === null ? { disabled: '(not on TVDB)' } : {}),
  };
}

/** `Name (2019) 原題, 24 episodes [257571]` */
export function labelOf({ name, original_name, year, tvdb_id, tmdb_id, episodes }: TitleResult): string {
  const original = original_name && original_name !== name ? ` ${original_name}` : '';
  const id = tvdb_id === null ? '' : ` [${tvdb_id ?? `TMDB ${tmdb_id}`}]`;
  const size = episodes ? `, ${counted(episodes, 'episode')}` : '';
  return `${name}${year ? ` (${year})` : ''}${original}${size}${id}`;
}
