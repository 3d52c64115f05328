import { MAXIMUM_QUERY_CHARACTERS } from '../contract/search.ts';
import { ImmersionError } from '../domain/errors.ts';
import { titleOfFolder } from '../domain/folder-name.ts';
import { clearMatch, rankMatches, type MatchCandidate } from '../domain/show-match.ts';
import type { Prompts, TitleKind } from './prompts.ts';

/** A search hit that a question can offer. */
export interface TitleResult extends MatchCandidate {
  overview: string | null;
  tvdb_id?: number | undefined;
  tmdb_id?: number | undefined;
}

/** What was chosen: a hit of the search, or a TVDB id that the person typed. */
export type ChosenTitle<T> = { result: T } | { tvdbId: number };

/** How titles are found for names of folders and files. */
export interface TitleChoiceOptions<T extends TitleResult> {
  kind: TitleKind;
  search: (query: string) => Promise<T[]>;
  /** Stores what was chosen. */
  take: (name: string, chosen: ChosenTitle<T>) => Promise<void>;
  /** Absent where nobody can be asked. */
  prompts?: Prompts | undefined;
  /** Take a single clear match without asking. */
  takeClearMatch: boolean;
  tell: (text: string) => void;
}

/** What became of the names. */
export interface TitleChoices {
  taken: string[];
  skipped: string[];
  /** Why it ended early: the provider cannot be asked at all. */
  stopped?: ImmersionError;
}

/** Errors that every further search would meet as well. */
const HOPELESS = /_(?:not_configured|key_refused)$|^(?:api_unreachable|unauthorized|forbidden)$/;

/** Errors that blame the id which was chosen. */
const UNKNOWN_ID = new Set(['tvdb_series_not_found', 'unknown_film']);

/** Finds a title for each name, one by one: by search and a question, or by a clear match alone. */
export async function chooseTitles<T extends TitleResult>(
  names: readonly string[],
  options: TitleChoiceOptions<T>,
): Promise<TitleChoices> {
  const choices: TitleChoices = { taken: [], skipped: [] };
  for (const [index, name] of names.entries()) {
    try {
      const chosen = await settle(name, options);
      if (chosen === 'skip-all') return { ...choices, skipped: [...choices.skipped, ...names.slice(index)] };
      if (chosen === 'skip') choices.skipped.push(name);
      else choices.taken.push(name);
    } catch (error) {
      if (!(error instanceof ImmersionError)) throw error;
      if (HOPELESS.test(error.code)) {
        return { ...choices, skipped: [...choices.skipped, ...names.slice(index)], stopped: error };
      }
      choices.skipped.push(name);
      options.tell(`“${name}” was skipped: ${error.message}`);
    }
  }
  return choices;
}

/** Chooses and stores. An id that the provider does not know is asked for again, where somebody can be asked. */
async function settle<T extends TitleResult>(
  name: string,
  options: TitleChoiceOptions<T>,
): Promise<ChosenTitle<T> | 'skip' | 'skip-all'> {
  const chosen = await choose(name, options);
  if (typeof chosen === 'string') return chosen;
  try {
    await options.take(name, chosen);
    return chosen;
  } catch (error) {
    if (!(error instanceof ImmersionError) || !UNKNOWN_ID.has(error.code) || !options.prompts) throw error;
    options.tell(error.message);
    return settle(name, { ...options, takeClearMatch: false });
  }
}

async function choose<T extends TitleResult>(
  name: string,
  { kind, search, prompts, takeClearMatch, tell }: TitleChoiceOptions<T>,
): Promise<ChosenTitle<T> | 'skip' | 'skip-all'> {
  const wanted = titleOfFolder(name);
  let query = wanted.title.slice(0, MAXIMUM_QUERY_CHARACTERS).toWellFormed();
  for (;;) {
    const ranked = rankMatches(await search(query), { title: query, year: wanted.year });
    const clear = takeClearMatch ? clearMatch(ranked, { title: query, year: wanted.year }) : undefined;
    if (clear) return { result: clear };
    if (!prompts) {
      if (takeClearMatch) tell(`“${name}” has no single clear match for “${query}”.`);
      return 'skip';
    }
    const choice = await prompts.chooseTitle({ kind, name, query, results: ranked });
    if (choice.kind === 'result') return { result: ranked[choice.index] as T };
    if (choice.kind === 'id') return { tvdbId: choice.tvdbId };
    if (choice.kind !== 'search') return choice.kind;
    query = choice.query;
  }
}
