import type { Mark, WriteLog, Written } from './store.ts';

const REMEMBERED_WRITES = 500;
/** Larger items are logged by key only. */
const REMEMBERED_CHARACTERS = 4000;

/** A log that the store `note`s its own writes in; `others` returns a number that changes when anyone else writes. */
export function createWriteLog(others: () => number): WriteLog & { note(writes: readonly Written[]): void } {
  /** At least those to remember. */
  let latest: Written[] = [];
  let own = 0;

  const read = (): number | undefined => {
    try {
      return others();
    } catch {
      return undefined;
    }
  };

  /** Of the current piece of synchronous work, which may need it several times. */
  let current: { others: number | undefined } | undefined;
  const mark = (): Mark | undefined => {
    if (!current) {
      current = { others: read() };
      queueMicrotask(() => {
        current = undefined;
      });
    }
    return current.others === undefined ? undefined : { own, others: current.others };
  };

  return {
    mark,
    since(earlier) {
      const now = mark();
      const missed = own - earlier.own;
      if (!now || now.others !== earlier.others || missed > REMEMBERED_WRITES) return undefined;
      return { mark: now, writes: missed === 0 ? [] : latest.slice(-missed) };
    },
    note(writes) {
      own += writes.length;
      latest.push(...writes);
      if (latest.length > 2 * REMEMBERED_WRITES) latest = latest.slice(-REMEMBERED_WRITES);
    },
  };
}

export const written = (key: Written['key'], inserted?: { item: Written['inserted']; json: string }): Written =>
  inserted && inserted.json.length <= REMEMBERED_CHARACTERS ? { key, inserted: inserted.item } : { key };
