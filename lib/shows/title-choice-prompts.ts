import { askTitle, type IdKind, type TitleKind, type TitleResult } from './title-question-prompts.ts';
import { MAXIMUM_QUERY_CHARACTERS } from '../core/contract/names.ts';
import { ImmersionError } from '../core/errors.ts';
import { titleOfFolder } from './folder-name-rules.ts';
import { clearMatch, rankMatches } from './show-match-rules.ts';
import type { Prompts } from '../core/terminal/prompts.ts';

/** What was chosen: a hit of the search, or an id that the person typed. */
export type ChosenTitle<T> = { result: T } | { id: number };

/** How titles are found for names of folders and files. */
export interface TitleChoiceOptions<T extends TitleResult> {
  kind: TitleKind;
  /** Whose ids a person may enter, where no hits tell. */
  idKind?: IdKind;
  search: (query: string) => Promise<T[]>;
  /** Stores what was chosen. */
  store: (name: string, chosen: ChosenTitle<T>) => Promise<void>;
  /** Absent where nobody can be asked. */
  prompts?: Prompts | undefined;
  /** Accept a single clear match without asking. */
  takeClearMatch: boolean;
  tell: (text: string) => void;
}

/** What became of the names. */
export interface TitleChoices {
  taken: string[];
  /** Not taken, for whatever reason. */
  skipped: string[];
  /** Those of them that an error, and no person, left out. */
  failed: { name: string; error: ImmersionError }[];
  /** Why it ended early: the provider cannot be asked at all. */
  stopped?: ImmersionError;
}

/** Errors that every further search would meet as well. */
const HOPELESS =
  /_(?:not_configured|key_refused|unavailable|rate_limited)$|^(?:api_unreachable|unauthorized|forbidden)$/;

/** Answers that blame the id alone: somebody who can be asked may have mistyped it. */
const UNKNOWN_ID = new Set(['tvdb_series_not_found', 'unknown_film']);

/** Finds a title for each name, one by one: by search and a question, or by a clear match alone. */
export async function chooseTitles<T extends TitleResult>(
  names: readonly string[],
  options: TitleChoiceOptions<T>,
): Promise<TitleChoices> {
  const choices: TitleChoices = { taken: [], skipped: [], failed: [] };
  for (const [index, name] of names.entries()) {
    try {
      const end = await settle(name, options);
      if (end === 'skip-all') return { ...choices, skipped: [...choices.skipped, ...names.slice(index)] };
      choices[end === 'skip' ? 'skipped' : 'taken'].push(name);
    } catch (error) {
      if (!(error instanceof ImmersionError)) throw error;
      if (HOPELESS.test(error.code)) {
        return { ...choices, skipped: [...choices.skipped, ...names.slice(index)], stopped: error };
      }
      choices.skipped.push(name);
      choices.failed.push({ name, error });
      options.tell(`Skipped “${name}”: ${error.message}`);
    }
  }
  return choices;
}

/** Has one chosen and stores it. Where the id is not known, it asks again. */
async function settle<T extends TitleResult>(
  name: string,
  options: TitleChoiceOptions<T>,
): Promise<'taken' | 'skip' | 'skip-all'> {
  const chosen = await choose(name, options);
  if (typeof chosen === 'string') return chosen;
  try {
    await options.store(name, chosen);
    return 'taken';
  } catch (error) {
    if (!(error instanceof ImmersionError) || !UNKNOWN_ID.has(error.code) || !options.prompts) throw error;
    options.tell(error.message);
    return settle(name, { ...options, takeClearMatch: false });
  }
}

async function choose<T extends TitleResult>(
  name: string,
  { kind, idKind, search, prompts, takeClearMatch, tell }: TitleChoiceOptions<T>,
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
    const choice = await askTitle(prompts, { kind, name, query, results: ranked, ...(idKind && { idKind }) });
    if (choice.kind === 'result') return { result: ranked[choice.index] as T };
    if (choice.kind === 'id') return { id: choice.id };
    if (choice.kind !== 'search') return choice.kind;
    query = choice.query;
  }
}
