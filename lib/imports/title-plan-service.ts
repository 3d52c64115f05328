import { needsMetadata, planTitle, type TitlePlan } from './plan-rules.ts';
import type { TitleLookup } from '../titles/title-lookup-service.ts';
import type { LibraryRecord, Title, TitleMetadata, TitleReference } from '../titles/title-rules.ts';
import type { ImportEvent } from './event-rules.ts';
import { withRun } from '../titles/run-items.ts';
import { titleKey, toLibraryItem } from '../titles/title-items.ts';
import { keyOfItem } from '../viewings/record-items.ts';
import { absent, equals, type Write } from '../core/store/store.ts';
import type { Clock } from '../core/ports.ts';
import type { Days } from '../viewings/day-rules.ts';

/** What is to be written of one title: the title first, then its viewings, each safe against other writers. */
export interface PlannedTitle extends TitlePlan {
  writes: { write: Write; stage: 'movies' | 'episodes' | null; isNew: boolean }[];
}

export interface TitlePlanner {
  /** What events change; undefined when TMDB has no such title. Nothing is written. */
  plan(request: {
    user: string;
    reference: TitleReference;
    events: readonly ImportEvent[];
    isFull: boolean;
    isTrusted: boolean;
    /** The run that it is part of. */
    batchId: string;
    signal?: AbortSignal;
  }): Promise<PlannedTitle | undefined>;
}

export function createTitlePlanner({
  facts,
  clock,
  daysOf,
}: {
  facts: TitleLookup;
  clock: Clock;
  daysOf: (user: string) => Promise<Days>;
}): TitlePlanner {
  return {
    async plan({ user, reference, events, isFull, isTrusted, batchId, signal }) {
      const { type: kind, tmdbId } = reference;
      const state = await facts.read(user, kind, tmdbId);
      let metadata: TitleMetadata | undefined;
      if (needsMetadata(state, events)) {
        const seasonNumbers = [
          ...new Set([
            ...state.watches.map(({ seasonNumber }) => seasonNumber),
            ...events.flatMap((event) => (event.kind === 'episode_watched' ? event.seasonNumber : [])),
          ]),
        ].sort((a, b) => a - b);
        // An import writes many answers of TMDB at once.
        metadata = await facts.describe({ kind, tmdbId, seasonNumbers }, { writeLater: true, signal });
        if (!metadata) return undefined;
      }
      const now = Math.floor(clock.now() / 1000);
      const days = await daysOf(user);
      const plan = planTitle({ reference, events, state, metadata, isFull, isTrusted, now, days });
      const { title } = plan;
      const written = (record: LibraryRecord) => {
        const item = toLibraryItem(user, record);
        return withRun(item, state.items.get(keyOfItem(item).sort), batchId);
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
            : // Whoever takes another run back may remove a title that nothing is left of.
              plan.watches.length > 0 && state.title
              ? [{ write: unchanged(user, state.title), stage: null, isNew: false }]
              : []),
          ...plan.watches.map(({ record, isNew }) => ({
            write: {
              put: written(record),
              condition: isNew ? absent : equals('rev', record.rev - 1),
            },
            stage,
            isNew,
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
