import { MAXIMUM_QUERY_CHARACTERS } from '../core/contract/names.ts';
import type { Prompts } from '../core/terminal/prompts.ts';
import { cutToWidth } from '../core/terminal/text.ts';
import type { MatchCandidate } from './show-match-rules.ts';

/** What a question is about. */
export type TitleKind = 'series' | 'film';

/** Whose ids titles have. */
export type IdKind = 'tvdb_id' | 'tmdb_id';

/** A search hit that a question can offer. */
export interface TitleResult extends MatchCandidate {
  overview: string | null;
  tvdb_id?: number | undefined;
  tmdb_id?: number | undefined;
}

/** What a person says to “which series is this folder?”; `index` is the place among the results. */
export type TitleChoice =
  | { kind: 'result'; index: number }
  | { kind: 'id'; id: number }
  | { kind: 'search'; query: string }
  | { kind: 'skip' }
  | { kind: 'skip-all' };

const RESULTS_SHOWN = 8;
const LABEL_COLUMNS = 70;

/** Whose ids the hits of a search have: TVDB's, or TMDB's where the API can ask only that. */
export const idKindOf = (results: readonly TitleResult[]): IdKind =>
  results.some((result) => result.tmdb_id !== undefined) ? 'tmdb_id' : 'tvdb_id';

/** Asks which title a name is. `results` are the hits of the search for `query`, the best first. */
export async function askTitle(
  prompts: Prompts,
  {
    kind,
    name,
    query,
    results,
    idKind = idKindOf(results),
  }: {
    kind: TitleKind;
    name: string;
    query: string;
    results: readonly TitleResult[];
    /** Whose ids may be entered; those of the hits unless given. */
    idKind?: IdKind;
  },
): Promise<TitleChoice> {
  const provider = idKind === 'tmdb_id' ? 'TMDB' : 'TVDB';
  const choice = await prompts.select<TitleChoice | { kind: 'enter-id' } | { kind: 'enter-query' }>({
    message: results.length > 0 ? `Which ${kind} is “${name}”?` : `No ${kind} found for “${query}”. What is “${name}”?`,
    pageSize: RESULTS_SHOWN + 4,
    choices: [
      ...results.slice(0, RESULTS_SHOWN).map((result, index) => ({
        name: cutToWidth(labelOf(result), LABEL_COLUMNS),
        value: { kind: 'result' as const, index },
        ...(result.overview ? { description: cutToWidth(result.overview, LABEL_COLUMNS) } : {}),
      })),
      { name: 'Search for another name', value: { kind: 'enter-query' } },
      { name: `Enter a ${provider} id`, value: { kind: 'enter-id' } },
      { name: 'Skip this one', value: { kind: 'skip' } },
      { name: 'Skip all', value: { kind: 'skip-all' } },
    ],
  });
  if (choice.kind === 'enter-query') {
    const validate = (text: string) => text.trim() !== '' && text.length <= MAXIMUM_QUERY_CHARACTERS;
    return { kind: 'search', query: await prompts.input({ message: `Search ${provider}:`, default: query, validate }) };
  }
  if (choice.kind !== 'enter-id') return choice;
  const id = await prompts.input({
    message: `${provider} id:`,
    validate: (text) => parseTvdbId(text) !== undefined || `A ${provider} id is a whole number above 0.`,
  });
  return { kind: 'id', id: parseTvdbId(id) ?? 0 };
}

/** A TVDB id as a person types it, or undefined. */
export function parseTvdbId(text: string): number | undefined {
  const id = /^\s*\d{1,10}\s*$/.test(text) ? Number(text) : 0;
  return id >= 1 && id <= 2_147_483_647 ? id : undefined;
}

function labelOf({ name, original_name, year, tvdb_id, tmdb_id }: TitleResult): string {
  const original = original_name && original_name !== name ? ` ${original_name}` : '';
  return `${name}${year ? ` (${year})` : ''}${original} [${tvdb_id ?? `TMDB ${tmdb_id}`}]`;
}
