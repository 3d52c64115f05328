import { setTimeout as delay } from 'node:timers/promises';
import { type Pacer, PacerFullError, type PacerOptions } from '../../core/http/pacer.ts';
import { absent, equals, type Item, type Store } from '../../core/store/store.ts';
import { type PaceWindow, reserveStart } from './pace-rules.ts';

export interface SharedPacerOptions extends Pick<PacerOptions, 'clock' | 'sleep'> {
  store: Store;
  /** All pacers with this name in a store share a limit. */
  name: string;
  window: PaceWindow;
  /** Longer waits throw `PacerFullError`. */
  longestWaitMs: number;
}

const PARTITION = 'PACE';
const TRIES_AGAINST_OTHER_WRITERS = 100;

/** Paces requests of all processes that share a store, where each reserves its starts. */
export function createSharedPacer({
  store,
  name,
  clock,
  window,
  longestWaitMs,
  ...options
}: SharedPacerOptions): Pacer {
  const sleep = options.sleep ?? ((milliseconds, signal) => delay(milliseconds, undefined, { signal }));
  let heldUntil = 0;
  let turn: Promise<unknown> = Promise.resolve();

  async function reserve(signal?: AbortSignal): Promise<number> {
    for (let tries = 0; tries < TRIES_AGAINST_OTHER_WRITERS; tries += 1) {
      signal?.throwIfAborted();
      const item = await store.get({ partition: PARTITION, sort: name }, { consistent: true });
      const now = clock.now();
      const { start, reserved } = reserveStart(reservedIn(item), { now, notBefore: heldUntil, window, longestWaitMs });
      if (start - now > longestWaitMs) throw new PacerFullError(start);
      const revision = Number(item?.['rev'] ?? 0);
      const next = {
        pk: PARTITION,
        sk: name,
        starts: reserved,
        rev: revision + 1,
        expires_at: Math.ceil((start + window.milliseconds) / 1000),
      };
      if (await store.put(next, item ? equals('rev', revision) : absent)) return start;
    }
    throw new PacerFullError(clock.now() + window.milliseconds);
  }

  return {
    async wait(signal) {
      // Serialized within the process to avoid races with itself.
      const result = turn.then(() => reserve(signal));
      turn = result.catch(() => undefined);
      const start = await result;
      for (let pause = start - clock.now(); pause > 0; pause = Math.max(start, heldUntil) - clock.now()) {
        await sleep(pause, signal);
      }
    },
    hold(until) {
      // Ignore a hold that is too long to wait for; the next response states the time.
      if (until - clock.now() < longestWaitMs) heldUntil = Math.max(heldUntil, until);
    },
    observe: () => {},
  };
}

function reservedIn(item: Item | undefined): number[] {
  const starts = item?.['starts'];
  return Array.isArray(starts) ? starts.filter((start) => typeof start === 'number') : [];
}
