import { InvalidInputError, NotFoundError } from '../core/errors.ts';
import { lastUpdatedAt, microsecondsOf, newestFirst, type Position } from './position-rules.ts';
import { positionKey, toPosition, toPositionItem } from './position-items.ts';
import { retryConflicts } from '../core/store/repeat.ts';
import { absentOrLess, MAXIMUM_SORT_KEY_BYTES, type Key, type Store } from '../core/store/store.ts';

export interface Positions {
  /** Throws `NotFoundError` without a position in the show. */
  get(request: { username: string; tvShow: string }): Promise<Position>;
  /** Most recently updated first. */
  list(username: string): Promise<Position[]>;
  /** Of concurrent updates, the later one wins. */
  set(position: Omit<Position, 'lastUpdated'>): Promise<void>;
  /** All users' positions, up to `limit`, from the previous page's `next`. */
  all(request: {
    limit?: number | undefined;
    next?: string | undefined;
  }): Promise<{ positions: Position[]; next: string | null }>;
}

/** `microseconds` since the epoch; not necessarily increasing. */
export function createPositions({ store, microseconds }: { store: Store; microseconds: () => number }): Positions {
  let latest = 0;
  const nextInstant = (): number => (latest = Math.max(latest + 1, microseconds()));

  const read = async (username: string, tvShow: string): Promise<Position | undefined> => {
    const item = await store.get(positionKey(username, tvShow), { consistent: true });
    return item && toPosition(item);
  };

  return {
    async get({ username, tvShow }) {
      const position = await read(username, tvShow);
      if (position) return position;
      throw new NotFoundError(`No position for “${username}” in “${tvShow}”.`, {
        code: 'position_not_found',
      });
    },

    async list(username) {
      const positions = await Array.fromAsync(store.query(username, { consistent: true }), toPosition);
      return positions.sort(newestFirst);
    },

    async set(position) {
      await retryConflicts(
        async () => {
          const lastUpdated = lastUpdatedAt(nextInstant());
          const item = toPositionItem({ ...position, lastUpdated });
          if (await store.put(item, absentOrLess('last_updated', lastUpdated))) return true;
          const stored = microsecondsOf((await read(position.username, position.tvShow))?.lastUpdated ?? '');
          // A later update was stored first; keep it.
          if (stored !== undefined && stored <= Math.max(latest, microseconds())) return true;
          // Another computer's clock is ahead; catch up, or our updates would be lost.
          latest = Math.max(latest, stored ?? 0);
          return undefined;
        },
        { what: `The position in “${position.tvShow}”`, code: 'position_changed_meanwhile' },
      );
    },

    async all({ limit, next }) {
      const positions: Position[] = [];
      const after = next === undefined ? {} : { after: keyOf(next) };
      // One extra item shows whether there is another page.
      for await (const item of store.scan({ ...after, ...(limit === undefined ? {} : { limit: limit + 1 }) })) {
        const last = positions.at(-1);
        if (positions.length === limit && last) return { positions, next: cursorOf(last) };
        positions.push(toPosition(item));
      }
      return { positions, next: null };
    },
  };
}

const cursorOf = ({ username, tvShow }: Position): string =>
  Buffer.from(JSON.stringify([username, tvShow])).toString('base64url');

function keyOf(cursor: string): Key {
  try {
    const [partition, sort, ...rest] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[];
    if (isKeyText(partition) && isKeyText(sort) && rest.length === 0) return { partition, sort };
  } catch {
    // Reported below.
  }
  throw new InvalidInputError('The request query is invalid.', {
    code: 'invalid_request',
    details: [{ path: 'next', message: 'must come from an earlier page' }],
  });
}

const isKeyText = (text: unknown): text is string =>
  typeof text === 'string' && text !== '' && Buffer.byteLength(text) <= MAXIMUM_SORT_KEY_BYTES;
