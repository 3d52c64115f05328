import { needsMetadata, planTitle, type TitlePlan } from './plan-rules.ts';
import type { TitleLookup } from '../titles/title-lookup-service.ts';
import type { TitleKind, TitleMetadata, TitleReference } from '../titles/title-rules.ts';
import type { ImportEvent } from './event-rules.ts';
import { toLibraryItem } from '../titles/title-items.ts';
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
    signal?: AbortSignal;
  }): Promise<PlannedTitle | undefined>;
  /** The events that a person's viewings of a title hold. */
  eventIds(user: string, kind: TitleKind, tmdbId: number): Promise<string[]>;
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
    async eventIds(user, kind, tmdbId) {
      const { sessions, watches } = await facts.read(user, kind, tmdbId);
      return [...sessions, ...watches].flatMap(({ eventIds }) => eventIds);
    },

    async plan({ user, reference, events, isFull, isTrusted, signal }) {
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
      const stage = kind === 'movie' ? ('movies' as const) : ('episodes' as const);
      return {
        ...plan,
        writes: [
          ...(title
            ? [
                {
                  write: {
                    put: toLibraryItem(user, title),
                    condition: title.rev === 1 ? absent : equals('rev', title.rev - 1),
                  },
                  stage: null,
                  isNew: title.rev === 1,
                },
              ]
            : []),
          ...plan.watches.map(({ record, isNew }) => ({
            write: {
              put: toLibraryItem(user, record),
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
