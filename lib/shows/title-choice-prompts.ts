import { askTitle, labelOf, type TitleKind, type TitleProvider, type TitleResult } from './title-question-prompts.ts';
import { MAXIMUM_QUERY_CHARACTERS } from '../core/contract/names.ts';
import { ImmersionError } from '../core/errors.ts';
import { type CatalogIds, titleOfFolder } from './folder-name-rules.ts';
import { episodeFit, episodesIn } from './namesake-rules.ts';
import { clearMatch, namesakesOf, namesOf, rankMatches, readingsOf, type WantedTitle } from './show-match-rules.ts';
import type { Prompts } from '../core/terminal/prompts.ts';
import { asLine } from '../core/terminal/text.ts';

/** A search result, or an id that the user typed. */
export type ChosenTitle<T> = { result: T } | { id: number; provider: TitleProvider };

export interface TitleChoiceOptions<T extends TitleResult> {
  kind: TitleKind;
  search: (query: string) => Promise<{ results: T[]; provider: TitleProvider }>;
  /** Resolves ids in a name; undefined if unknown. */
  titleOfIds?: (ids: CatalogIds) => Promise<ChosenTitle<T> | undefined>;
  /** Looks up what tells series of one name apart. */
  namesakes?: NamesakeLookups<T>;
  /** Whether to offer “Skip all”. */
  isOneOfMany?: boolean;
  store: (name: string, chosen: ChosenTitle<T>) => Promise<void>;
  /** Undefined without a terminal. */
  prompts?: Prompts | undefined;
  /** Accept a single clear match without asking. */
  takeClearMatch: boolean;
  tell: (text: string) => void;
}

export interface NamesakeLookups<T> {
  /** A folder's recorded files. */
  filesOf: (folderName: string) => Promise<string[]>;
  /** Empty if unknown. */
  seasonsOf: (result: T) => Promise<readonly { season_number: number; episode_count: number }[]>;
}

/** Each needs a request. */
const MAXIMUM_NAMESAKES = 3;

export interface TitleChoices {
  taken: string[];
  /** Not matched, for any reason. */
  skipped: string[];
  /** Of these, those with an error. */
  failed: { name: string; error: ImmersionError }[];
  /** Why it stopped early: the provider is unavailable. */
  stopped?: ImmersionError;
}

/** Errors that will affect all further searches. */
const FATAL_CODES =
  /_(?:not_configured|key_refused|unavailable|rate_limited)$|^(?:api_unreachable|unauthorized|forbidden)$/;

/** The user may have mistyped the id. */
const UNKNOWN_ID = new Set(['tvdb_series_not_found', 'tvdb_movie_not_found', 'tmdb_movie_not_found', 'unknown_film']);

/** Finds a title for each name in turn, by asking or by a clear match. */
export async function chooseTitles<T extends TitleResult>(
  names: readonly string[],
  options: TitleChoiceOptions<T>,
): Promise<TitleChoices> {
  const choices: TitleChoices = { taken: [], skipped: [], failed: [] };
  for (const [index, name] of names.entries()) {
    try {
      const end = await matchName(name, { isOneOfMany: names.length > 1, ...options });
      if (end === 'skip-all') return { ...choices, skipped: [...choices.skipped, ...names.slice(index)] };
      choices[end === 'skip' ? 'skipped' : 'taken'].push(name);
    } catch (error) {
      if (!(error instanceof ImmersionError)) throw error;
      if (FATAL_CODES.test(error.code)) {
        return { ...choices, skipped: [...choices.skipped, ...names.slice(index)], stopped: error };
      }
      choices.skipped.push(name);
      choices.failed.push({ name, error });
      options.tell(`Skipped “${name}”: ${error.message}`);
    }
  }
  return choices;
}

/** Chooses and stores a title; asks again if the id is unknown. */
async function matchName<T extends TitleResult>(
  name: string,
  options: TitleChoiceOptions<T>,
): Promise<'taken' | 'skip' | 'skip-all'> {
  if (await takeIds(name, options)) return 'taken';
  const chosen = await choose(name, options);
  if (typeof chosen === 'string') return chosen;
  try {
    await options.store(name, chosen);
    return 'taken';
  } catch (error) {
    if (!(error instanceof ImmersionError) || !UNKNOWN_ID.has(error.code) || !options.prompts) throw error;
    options.tell(error.message);
    const { titleOfIds: _, ...others } = options;
    return matchName(name, { ...others, takeClearMatch: false });
  }
}

/** Uses ids in the name without asking. */
async function takeIds<T extends TitleResult>(
  name: string,
  { titleOfIds, store, tell }: TitleChoiceOptions<T>,
): Promise<boolean> {
  if (!titleOfIds || !givesId(name)) return false;
  try {
    const chosen = await titleOfIds(titleOfFolder(name).ids);
    if (chosen) await store(name, chosen);
    else tell(`The id in “${name}” isn’t known.`);
    return chosen !== undefined;
  } catch (error) {
    if (!(error instanceof ImmersionError)) throw error;
    tell(`The id in “${name}” can’t be used: ${error.message}`);
    return false;
  }
}

async function choose<T extends TitleResult>(
  name: string,
  { kind, search, prompts, takeClearMatch, tell, namesakes, isOneOfMany = true }: TitleChoiceOptions<T>,
): Promise<ChosenTitle<T> | 'skip' | 'skip-all'> {
  if (!prompts && !takeClearMatch) return 'skip';
  const first = wantedTitle(name, kind);
  let wanted = first;
  for (;;) {
    const { query, results, provider } = await searchReadings(wanted, search);
    const known = namesakes ? await withFits(name, { results, wanted, namesakes, isAsked: !!prompts }) : results;
    const ranked = rankMatches(known, wanted);
    const clear = takeClearMatch ? clearMatch(ranked, wanted) : undefined;
    if (clear && clear.tvdb_id !== null) return { result: clear };
    if (!prompts) {
      if (clear) tell(`“${name}” is on ${provider}, but not on TVDB.`);
      else tell(unclearText(name, { kind, query, results: ranked, namesakes: namesakesOf(ranked, wanted) }));
      return 'skip';
    }
    const choice = await askTitle(prompts, { kind, name, query, results: ranked, provider, isOneOfMany });
    if (choice.kind === 'result') return { result: ranked[choice.index] as T };
    if (choice.kind === 'id') return { id: choice.id, provider };
    if (choice.kind !== 'search') return choice.kind;
    wanted = { ...first, title: choice.query, alternatives: [] };
  }
}

/** Why no title is clear. */
function unclearText(
  name: string,
  {
    kind,
    query,
    results,
    namesakes,
  }: { kind: TitleKind; query: string; results: readonly TitleResult[]; namesakes: readonly TitleResult[] },
): string {
  if (results.length === 0) return `No ${kind} found for “${name}”.`;
  if (namesakes.length < 2) return `“${name}” has no single clear match for “${query}”.`;
  const named = namesakes.slice(0, MAXIMUM_NAMESAKES).map((one) => asLine(labelOf(one)));
  const others = namesakes.length > named.length ? ` or ${namesakes.length - named.length} more` : '';
  return `“${name}” may be ${named.join(' or ')}${others}.`;
}

/** Most likely first. */
export async function findCandidates<T extends TitleResult>(
  name: string,
  { search, kind }: Pick<TitleChoiceOptions<T>, 'kind' | 'search'>,
): Promise<T[]> {
  const wanted = wantedTitle(name, kind);
  return rankMatches((await searchReadings(wanted, search)).results, wanted);
}

function wantedTitle(name: string, kind: TitleKind): WantedTitle {
  const { title, year, alternatives } = titleOfFolder(name);
  return { title, alternatives, year, kind: kind === 'film' ? 'movie' : kind };
}

/** Adds to the first series of one name how they fit the folder's files; of many, only if a person chooses. */
async function withFits<T extends TitleResult>(
  folderName: string,
  {
    results,
    wanted,
    namesakes: { filesOf, seasonsOf },
    isAsked,
  }: { results: T[]; wanted: WantedTitle; namesakes: NamesakeLookups<T>; isAsked: boolean },
): Promise<T[]> {
  const tied = namesakesOf(results, wanted);
  if (tied.length < 2 || (tied.length > MAXIMUM_NAMESAKES && !isAsked)) return results;
  const first = new Set(tied.slice(0, MAXIMUM_NAMESAKES));
  const fileNames = await filesOf(folderName);
  if (fileNames.length === 0) return results;
  return Promise.all(
    results.map(async (result) => {
      if (!first.has(result)) return result;
      const found = await seasonsOf(result).catch(ignoreProvider);
      const seasons = found.map((one) => ({ seasonNumber: one.season_number, episodeCount: one.episode_count }));
      const fit = episodeFit({ folderName, fileNames }, { seasons, names: namesOf(result) });
      return fit ? { ...result, fit, episodes: episodesIn(seasons) } : result;
    }),
  );
}

/** The question remains without an answer. */
function ignoreProvider(error: unknown): [] {
  if (error instanceof ImmersionError) return [];
  throw error;
}

/** Searches each reading of a name until a result matches. Returns distinct results of all searches. */
async function searchReadings<T extends TitleResult>(
  wanted: WantedTitle,
  search: TitleChoiceOptions<T>['search'],
): Promise<{ query: string; results: T[]; provider: TitleProvider }> {
  const found = new Map<string, T>();
  const queries = new Set(readingsOf(wanted).map(({ title }) => queryOf(title)));
  const [first = ''] = queries;
  let provider: TitleProvider = 'TVDB';
  for (const query of queries) {
    const answer = await search(query);
    provider = answer.provider;
    for (const hit of answer.results) {
      const key = hit.tvdb_id ?? hit.tmdb_id ?? `${hit.name} ${hit.year}`;
      if (!found.has(String(key))) found.set(String(key), hit);
    }
    if (clearMatch([...found.values()], wanted)) break;
  }
  return { query: first, results: [...found.values()], provider };
}

const queryOf = (title: string): string => title.slice(0, MAXIMUM_QUERY_CHARACTERS).toWellFormed();

/** Whether a name contains an id, so that no prompt is needed. */
export const givesId = (name: string): boolean => Object.values(titleOfFolder(name).ids).some((id) => id !== null);
