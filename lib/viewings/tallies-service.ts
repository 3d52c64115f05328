import { setImmediate as nextTurn } from 'node:timers/promises';
import { partitionOf } from '../core/codec.ts';
import type { Clock } from '../core/ports.ts';
import type { Computed, Kept } from '../core/store/kept.ts';
import type { Written } from '../core/store/store.ts';
import { isOfRuns } from './run-items.ts';
import { createMoment, type Tally } from './tally-rules.ts';
import type { Viewings, ViewingsRead } from './viewings-service.ts';

/** Results over all viewings of a user, cached until a write or the time of day changes them. */
export interface Tallies {
  /**
   * The result of the empty tally that `begin` creates for `now` (epoch milliseconds).
   * The same `question` of a user must always get the same tally.
   */
  of<Result extends object>(
    user: string,
    question: string,
    begin: (now: number) => Promise<Tally<Result>>,
  ): Promise<Result>;
}

/** A tally waiting for the next reading. */
interface Waiting {
  begin: (now: number) => Promise<Tally<object>>;
  counted: PromiseWithResolvers<Computed<object>>;
}

export function createTallies({
  viewings,
  kept,
  clock,
}: {
  viewings: Pick<Viewings, 'read'>;
  kept: Kept;
  clock: Clock;
}): Tallies {
  /** By user and question. */
  const waiting = new Map<string, Map<string, Waiting>>();

  /**
   * One read serves all waiting tallies, also those of requests that were sent at the same time, and one tally all who
   * ask the same. Those that arrive during a read wait for the next, which includes recent writes.
   */
  async function count(user: string): Promise<void> {
    while (waiting.get(user)?.size) {
      await nextTurn();
      const asked = [...(waiting.get(user)?.values() ?? [])];
      waiting.set(user, new Map());
      try {
        const now = clock.now();
        const tallies = await Promise.all(asked.map(({ begin }) => begin(now)));
        const read = await viewings.read(user, (viewing) => {
          for (const tally of tallies) tally.add(viewing);
        });
        for (const [index, tally] of tallies.entries()) asked[index]?.counted.resolve(standing(user, tally, read));
      } catch (error) {
        for (const { counted } of asked) counted.reject(error);
      }
    }
    waiting.delete(user);
  }

  return {
    of: <Result extends object>(user: string, question: string, begin: Waiting['begin']) =>
      kept.of(JSON.stringify([user, question]), async () => {
        const others = waiting.get(user);
        const one = others?.get(question) ?? { begin, counted: Promise.withResolvers<Computed<object>>() };
        if (others) others.set(question, one);
        else {
          waiting.set(user, new Map([[question, one]]));
          void count(user);
        }
        return one.counted.promise as Promise<Computed<Result>>;
      }),
  };
}

function standing<Result extends object>(user: string, tally: Tally<Result>, read: ViewingsRead): Computed<Result> {
  let result: Result | undefined;
  return {
    value: () => (result ??= tally.result()),
    moveTo: (now) => tally.moveTo(now),
    until: () => tally.until(),
    concerns: (write) => concernsViewings(user, write),
    takeIn({ inserted }) {
      const added = inserted && read.added(inserted);
      if (!added) return false;
      for (const viewing of added) tally.add(viewing);
      result = undefined;
      return true;
    },
  };
}

/** A value that is valid from `now` (epoch milliseconds) `until` an instant (epoch seconds), unless anything is written. */
export function standingUntil<T>(
  value: T,
  { user, now, until }: { user: string; now: number; until: number },
): Computed<T> {
  const moment = createMoment(now);
  moment.changesAt(until);
  return {
    value: () => value,
    moveTo: (later) => moment.moveTo(later),
    until: () => moment.until,
    concerns: (write) => concernsViewings(user, write),
    takeIn: () => false,
  };
}

/** Whether a write can affect a user's viewings or what is known about them. */
const concernsViewings = (user: string, { key: { partition, sort } }: Written): boolean =>
  partition === partitionOf(user) ? !isOfRuns(sort) : !partition.startsWith(partitionOf(''));
