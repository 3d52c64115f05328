import type { Mark, WriteLog, Written } from './store.ts';

const REMEMBERED_WRITES = 500;
/** Larger items are logged by key only. */
const REMEMBERED_CHARACTERS = 4000;

/** A log that the store `note`s its own writes in; `others` returns a number that changes when anyone else writes. */
export function createWriteLog(others: () => number): WriteLog & { note(writes: readonly Written[]): void } {
  let latest: Written[] = [];
  let own = 0;

  const mark = (): Mark | undefined => {
    try {
      return { own, others: others() };
    } catch {
      return undefined;
    }
  };

  return {
    mark,
    since(earlier) {
      const now = mark();
      const missed = own - earlier.own;
      if (!now || now.others !== earlier.others || missed > latest.length) return undefined;
      return { mark: now, writes: missed === 0 ? [] : latest.slice(-missed) };
    },
    note(writes) {
      own += writes.length;
      latest = [...latest, ...writes].slice(-REMEMBERED_WRITES);
    },
  };
}

export const written = (key: Written['key'], inserted?: { item: Written['inserted']; json: string }): Written =>
  inserted && inserted.json.length <= REMEMBERED_CHARACTERS ? { key, inserted: inserted.item } : { key };
