import { needsMetadata, planTitle, type TitlePlan } from './plan-rules.ts';
import type { TitleLookup } from '../titles/title-lookup-service.ts';
import { movedTitle } from './move-rules.ts';
import type {
  LibraryRecord,
  Title,
  TitleKind,
  TitleMetadata,
  TitleReference,
  TitleState,
} from '../titles/title-rules.ts';
import type { ImportEvent } from './event-rules.ts';
import type { ImportService } from '../viewings/viewing-rules.ts';
import { withRun } from '../titles/run-items.ts';
import { titleKey, toLibraryItem } from '../titles/title-items.ts';
import { toRemovedTitleItem } from '../viewings/overlay-items.ts';
import { keyOfItem } from '../viewings/record-items.ts';
import { absent, equals, type Store, type Write } from '../core/store/store.ts';
import type { Clock } from '../core/ports.ts';
import type { Days } from '../viewings/day-rules.ts';
import { toEpochSeconds } from '../core/instant-rules.ts';

/** The writes of one title: the title first, then its viewings, each conditional. */
export interface PlannedTitle extends TitlePlan {
  writes: { write: Write; stage: 'movies' | 'episodes' | null; isNew: boolean }[];
}

export interface TitlePlanner {
  /** Plans the changes of events; undefined if TMDB doesn't have the title. Writes nothing. */
  plan(request: {
    user: string;
    reference: TitleReference;
    events: readonly ImportEvent[];
    isFull: boolean;
    isTrusted: boolean;
    service: ImportService;
    batchId: string;
    /** Previous TMDB ids of the title. */
    previousIds?: readonly number[];
    signal?: AbortSignal;
  }): Promise<PlannedTitle | undefined>;
  /** A user's TMDB ids for each Trakt title, by `traktKey`. */
  idsByTrakt(user: string): Promise<Map<string, number[]>>;
  /** The event ids of a user's viewings of a title. */
  eventIds(user: string, kind: TitleKind, tmdbId: number): Promise<string[]>;
}

/** Trakt numbers films and series separately. */
export const traktKey = (kind: TitleKind, traktId: number | null): string => `${kind} ${traktId}`;

export function createTitlePlanner({
  facts,
  store,
  clock,
  daysOf,
}: {
  facts: TitleLookup;
  store: Pick<Store, 'get'>;
  clock: Clock;
  daysOf: (user: string) => Promise<Days>;
}): TitlePlanner {
  const isRemovedTitle = async (user: string, kind: TitleKind, tmdbId: number): Promise<boolean> =>
    (await store.get(keyOfItem(toRemovedTitleItem(user, kind, tmdbId)), { consistent: true })) !== undefined;

  return {
    async eventIds(user, kind, tmdbId) {
      const { sessions, watches } = await facts.read(user, kind, tmdbId);
      return [...sessions, ...watches].flatMap(({ eventIds }) => eventIds);
    },

    async idsByTrakt(user) {
      const ids = new Map<string, number[]>();
      for await (const { kind, traktId, tmdbId } of facts.titles(user)) {
        if (traktId === null) continue;
        const key = traktKey(kind, traktId);
        ids.set(key, [...(ids.get(key) ?? []), tmdbId]);
      }
      return ids;
    },

    async plan({ user, reference, events: brought, isFull, isTrusted, service, batchId, previousIds = [], signal }) {
      const { type: kind, tmdbId } = reference;
      const stored = await facts.read(user, kind, tmdbId);
      let state: TitleState = stored;
      const isRemoved = isFull && !stored.title && (await isRemovedTitle(user, kind, tmdbId));
      const events = isRemoved ? [] : [...brought];
      const left: LibraryRecord[] = [];
      for (const id of previousIds) {
        const old = await facts.read(user, kind, id);
        const moved = movedTitle(state, old, reference);
        state = moved.state;
        events.push(...moved.events);
        // The title goes last: while it exists, the move can be resumed.
        left.push(...old.sessions, ...old.watches, ...(old.title ? [old.title] : []));
      }
      let metadata: TitleMetadata | undefined;
      if (left.length > 0 || needsMetadata(state, events)) {
        const seasonNumbers = [
          ...new Set([
            ...state.watches.map(({ seasonNumber }) => seasonNumber),
            ...events.flatMap((event) => (event.kind === 'episode_watched' ? event.seasonNumber : [])),
          ]),
        ].sort((a, b) => a - b);
        // An import writes the cache in batches.
        metadata = await facts.describe({ kind, tmdbId, seasonNumbers }, { writeLater: true, signal });
        if (!metadata) return undefined;
      }
      const now = toEpochSeconds(clock.now());
      const days = await daysOf(user);
      const plan = planTitle({ reference, events, state, metadata, isFull, isTrusted, service, now, days });
      if (isRemoved) return { ...plan, title: undefined, writes: [] };
      const { title } = plan;
      const written = (record: LibraryRecord) => {
        const item = toLibraryItem(user, record);
        return withRun(item, stored.items.get(keyOfItem(item).sort), batchId);
      };
      const stage = kind === 'movie' ? ('movies' as const) : ('episodes' as const);
      return {
        ...plan,
        writes: [
          ...(title
            ? [
                {
                  write: {
                    put: written(title),
                    condition: title.rev === 1 ? absent : equals('rev', title.rev - 1),
                  },
                  stage: null,
                  isNew: title.rev === 1,
                },
              ]
            : // Undoing another run may remove a title without viewings; this check prevents that.
              plan.watches.length > 0 && state.title
              ? [{ write: unchanged(user, state.title), stage: null, isNew: false }]
              : []),
          ...plan.watches.map(({ record, isNew }) => ({
            write: {
              put: written(record),
              condition: record.rev === 1 ? absent : equals('rev', record.rev - 1),
            },
            stage,
            isNew,
          })),
          ...[...plan.removed.filter(({ rev }) => rev > 0), ...left].map((record) => ({
            write: { delete: keyOfItem(toLibraryItem(user, record)), condition: equals('rev', record.rev) },
            stage: null,
            isNew: false,
          })),
        ],
      };
    },
  };
}

const unchanged = (user: string, { kind, tmdbId, rev }: Title): Write => ({
  check: titleKey(user, kind, tmdbId),
  condition: equals('rev', rev),
});
