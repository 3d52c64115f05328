import { BATCH_ATTRIBUTE } from '../core/codec.ts';
import type { Item } from '../core/store/store.ts';
import type { ImportedItems, RunPart } from '../viewings/imported-items.ts';
import { batchIdOf } from '../viewings/record-items.ts';
import { LIBRARY_PREFIXES, titleOf } from './title-items.ts';

/** On sessions: the contribution of each run. */
const PARTS_ATTRIBUTE = 'run_parts';
/** On titles: for each change by an import, in order, its run, the resulting `rev`, and the previous item as JSON. */
const BEFORE_ATTRIBUTE = 'run_before';
const KEPT_CHANGES = 20;

interface Part {
  batch_id: string | null;
  ids: string[];
  /** The earliest in epoch seconds. */
  at: number | null;
  plays: number;
}

interface Before {
  batch_id: string;
  rev: number;
  item: string;
}

/** Adds to an item what undo needs to remove the run. */
export function withRun(item: Item, before: Item | undefined, batchId: string): Item {
  if (!before) return { ...item, [BATCH_ATTRIBUTE]: batchId };
  return isTitle(item) ? titleWithRun(item, before, batchId) : sessionWithRun(item, before, batchId);
}

function titleWithRun(item: Item, before: Item, batchId: string): Item {
  const creator = batchIdOf(before);
  const marked: Item = { ...item, ...(creator !== null && { [BATCH_ATTRIBUTE]: creator }) };
  if (creator === batchId) return marked;
  const { [BEFORE_ATTRIBUTE]: _, ...plain } = before;
  const changes = changesOf(before);
  const last = changes.at(-1);
  const isSameRun = last?.batch_id === batchId && last.rev === before['rev'];
  const original = isSameRun ? last.item : JSON.stringify(plain);
  const others = isSameRun ? changes.slice(0, -1) : changes.slice(1 - KEPT_CHANGES);
  return { ...marked, [BEFORE_ATTRIBUTE]: [...others, { batch_id: batchId, rev: item['rev'], item: original }] };
}

function sessionWithRun(item: Item, before: Item, batchId: string): Item {
  const held = new Set(idsOf(before));
  const ids = idsOf(item).filter((id) => !held.has(id));
  const parts = partsOf(before);
  if (ids.length > 0) {
    const added = { ids, plays: playsOf(item) - playsOf(before), at: earliest(ids.map((id) => instantOf(item, id))) };
    const own = parts.find((part) => part.batch_id === batchId);
    if (own) {
      own.ids = [...own.ids, ...added.ids];
      own.plays += added.plays;
      own.at = earliest([own.at, added.at]);
    } else parts.push({ batch_id: batchId, ...added });
  }
  return withParts(item, parts);
}

const withParts = (item: Item, parts: readonly Part[]): Item => {
  const { [BATCH_ATTRIBUTE]: _, [PARTS_ATTRIBUTE]: __, ...plain } = item;
  const first = parts[0]?.batch_id ?? null;
  return {
    ...plain,
    ...(first !== null && { [BATCH_ATTRIBUTE]: first }),
    ...(parts.length > 1 && { [PARTS_ATTRIBUTE]: parts }),
  };
};

/** A session's contributions by run. */
function partsOf(item: Item): Part[] {
  const parts = item[PARTS_ATTRIBUTE] as Part[] | undefined;
  // Outdated if the session was rewritten without them.
  const isWhole = parts?.reduce((sum, { ids }) => sum + ids.length, 0) === idsOf(item).length;
  if (parts && isWhole) return parts.map((part) => ({ ...part }));
  return [{ batch_id: batchIdOf(item), ids: idsOf(item), at: numberOf(item['timestamp']), plays: playsOf(item) }];
}

/** The run of each event, if several contributed to the session. */
export const runsOfEvents = (item: Item): ReadonlyMap<string, string | null> | undefined =>
  PARTS_ATTRIBUTE in item
    ? new Map(partsOf(item).flatMap(({ batch_id, ids }) => ids.map((id) => [id, batch_id] as const)))
    : undefined;

/** Removes runs from sessions and titles, for undo. */
export const IMPORTED_ITEMS: ImportedItems = {
  parts(item): readonly RunPart[] {
    if (isTitle(item)) {
      return [...new Set([batchIdOf(item), ...changesOf(item).map((change) => change.batch_id)])].flatMap((batchId) =>
        batchId ? [{ batchId, viewings: 0, at: null }] : [],
      );
    }
    if (!isSession(item)) return [];
    return partsOf(item).map(({ batch_id: batchId, plays: viewings, at }) => ({ batchId, viewings, at }));
  },

  without(item, batchId) {
    if (isTitle(item)) return titleWithout(item, batchId);
    return isSession(item) ? sessionWithout(item, batchId) : undefined;
  },

  titleKeyOf(item) {
    if (!isSession(item)) return undefined;
    const isFilm = String(item['sk']).startsWith(LIBRARY_PREFIXES.movie_session);
    return `${LIBRARY_PREFIXES.title}${isFilm ? 'movie' : 'tv'}#${String(item['tmdb_id'])}`;
  },

  isAdded: (item) => isTitle(item) && batchIdOf(item) !== null,

  isWatched: (item) => item['first_watched_at'] !== undefined,

  describeTitle(item) {
    const { kind, title } = titleOf(item);
    return { type: kind === 'tv' ? 'series' : 'film', name: title };
  },
};

function titleWithout(item: Item, batchId: string): Item | null | undefined {
  const changes = changesOf(item);
  if (batchIdOf(item) === batchId) return changes.some((change) => change.batch_id !== batchId) ? undefined : null;
  const last = changes.at(-1);
  if (last?.batch_id !== batchId || last.rev !== item['rev']) return undefined;
  const rev = last.rev + 1;
  const others = changes
    .slice(0, -1)
    .map((change, index, { length }) => (index === length - 1 ? { ...change, rev } : change));
  return { ...(JSON.parse(last.item) as Item), rev, ...(others.length > 0 && { [BEFORE_ATTRIBUTE]: others }) };
}

const changesOf = (item: Item): readonly Before[] => {
  const changes = item[BEFORE_ATTRIBUTE];
  return Array.isArray(changes) ? (changes as Before[]) : [];
};

function sessionWithout(item: Item, batchId: string): Item | null | undefined {
  const parts = partsOf(item);
  const left = parts.filter((part) => part.batch_id !== batchId);
  if (left.length === parts.length) return undefined;
  if (left.length === 0) return null;
  const ids = left.flatMap((part) => part.ids).sort();
  const instants = ids.map((id) => instantOf(item, id));
  const known = new Set(instants.filter((at) => at !== null));
  const { trakt_ids: _, instants: __, timestamp: ___, ...plain } = withParts(item, left);
  const at = earliest(left.map((part) => part.at));
  return {
    ...plain,
    plays: Math.max(
      1,
      known.size,
      left.reduce((sum, { plays }) => sum + plays, 0),
    ),
    ...(at !== null && { timestamp: at }),
    ...(at !== null && plain['date_source'] === 'watched' && { shown_at: at }),
    ...(ids.length > 0 && { trakt_ids: ids }),
    ...(known.size > 0 && { instants }),
    rev: Number(item['rev'] ?? 1) + 1,
  };
}

const isTitle = (item: Item): boolean => String(item['sk']).startsWith(LIBRARY_PREFIXES.title);
const isSession = (item: Item): boolean =>
  [LIBRARY_PREFIXES.movie_session, LIBRARY_PREFIXES.episode_watch].some((prefix) =>
    String(item['sk']).startsWith(prefix),
  );

const idsOf = (item: Item): string[] => (Array.isArray(item['trakt_ids']) ? item['trakt_ids'].map(String) : []);
const playsOf = (item: Item): number => numberOf(item['plays']) ?? 1;
const numberOf = (value: unknown): number | null => (typeof value === 'number' ? value : null);

function instantOf(item: Item, id: string): number | null {
  const instants = item['instants'];
  return Array.isArray(instants) ? numberOf(instants[idsOf(item).indexOf(id)]) : null;
}

function earliest(instants: readonly (number | null)[]): number | null {
  const known = instants.filter((at) => at !== null);
  return known.length === 0 ? null : known.reduce((a, b) => Math.min(a, b));
}
