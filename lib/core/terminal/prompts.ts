import { confirm, input, select } from '@inquirer/prompts';
import { MAXIMUM_QUERY_CHARACTERS } from '../../recording/search-contract.ts';
import type { CleanMode } from '../../folder/cleaning.ts';
import type { Io } from './terminal.ts';
import { cutToWidth } from './text.ts';
import { type IdKind, idKindOf, type TitleResult } from '../../recording/title-choice-prompts.ts';

/** What a question is about. */
export type TitleKind = 'series' | 'film';

/** What a person says to “which series is this folder?”; `index` is the place among the results. */
export type TitleChoice =
  | { kind: 'result'; index: number }
  | { kind: 'id'; id: number }
  | { kind: 'search'; query: string }
  | { kind: 'skip' }
  | { kind: 'skip-all' };

/** The questions that the CLI asks. Each throws at Ctrl-C, before anything is changed. */
export interface Prompts {
  /** `results` are the hits of the search for `query`, the best first. */
  chooseTitle(question: {
    kind: TitleKind;
    name: string;
    query: string;
    results: readonly TitleResult[];
    /** Whose ids may be entered; those of the hits unless given. */
    idKind?: IdKind;
  }): Promise<TitleChoice>;
  chooseCleaning(question: { what: string }): Promise<CleanMode>;
  confirm(message: string): Promise<boolean>;
}

const RESULTS_SHOWN = 8;
const LABEL_COLUMNS = 70;

/** Prompts on the streams of the io; questions go to standard error, as everything that is no result. */
export function createPrompts({ input: stdin, errorOutput }: Io): Prompts {
  const context = { input: stdin, output: errorOutput as NodeJS.WritableStream };
  return {
    async chooseTitle({ kind, name, query, results, idKind = idKindOf(results) }) {
      const provider = idKind === 'tmdb_id' ? 'TMDB' : 'TVDB';
      const choice = await select<TitleChoice | { kind: 'enter-id' } | { kind: 'enter-query' }>(
        {
          message:
            results.length > 0 ? `Which ${kind} is “${name}”?` : `No ${kind} found for “${query}”. What is “${name}”?`,
          pageSize: RESULTS_SHOWN + 4,
          loop: false,
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
        },
        context,
      );
      if (choice.kind === 'enter-query') {
        const validate = (text: string) => text.trim() !== '' && text.length <= MAXIMUM_QUERY_CHARACTERS;
        return {
          kind: 'search',
          query: await input({ message: `Search ${provider}:`, default: query, validate }, context),
        };
      }
      if (choice.kind !== 'enter-id') return choice;
      const id = await input(
        {
          message: `${provider} id:`,
          validate: (text) => parseTvdbId(text) !== undefined || `A ${provider} id is a whole number above 0.`,
        },
        context,
      );
      return { kind: 'id', id: parseTvdbId(id) ?? 0 };
    },

    chooseCleaning: ({ what }) =>
      select<CleanMode>(
        {
          message: `${what} recorded. What should happen to them?`,
          choices: [
            { name: 'Move them to the trash', value: 'trash' },
            { name: 'Delete them', value: 'delete' },
            { name: 'Keep them', value: 'keep' },
          ],
        },
        context,
      ),

    confirm: (message) => confirm({ message, default: false }, context),
  };
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
