import { setImmediate as turn } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { InvalidInputError, NotFoundError } from '../lib/core/errors.ts';
import { lastUpdatedAt } from '../lib/positions/position-rules.ts';
import { createPositions } from '../lib/positions/positions-service.ts';
import type { Store } from '../lib/core/store/store.ts';

const NOON = Date.parse('2026-07-14T12:00:00Z') * 1000;

/** The contract of positions over any store; `open` returns an empty table. */
export function testPositions(open: (t: ExecutionContext) => Promise<Store>): void {
  const start = async (t: ExecutionContext, { microseconds = NOON } = {}) => {
    const store = await open(t);
    const clock = { microseconds };
    return {
      store,
      clock,
      positions: createPositions({ store, microseconds: () => clock.microseconds }),
    };
  };
  const office = { username: 'aiko', tvShow: 'The Office' };

  test('a position is kept under the contract’s keys and attributes, and replaced as a whole', async (t) => {
    const { store, clock, positions } = await start(t);
    await t.throwsAsync(positions.get(office), { instanceOf: NotFoundError });
    await positions.set({ ...office, season: 2, episode: 5 });
    t.deepEqual(await store.get({ partition: 'aiko', sort: 'The Office' }), {
      username: 'aiko',
      tv_show: 'The Office',
      season: 2,
      episode: 5,
      last_updated: '2026-07-14T12:00:00.000000',
    });
    clock.microseconds += 1_123_456;
    await positions.set({ ...office, season: 1, episode: 0 });
    t.deepEqual(await positions.get(office), {
      ...office,
      season: 1,
      episode: 0,
      lastUpdated: '2026-07-14T12:00:01.123456',
    });
    t.is((await positions.list('aiko')).length, 1);
  });

  test('shows come newest first, by title where two have one instant, and only the person’s own', async (t) => {
    const { store, clock, positions } = await start(t);
    for (const tvShow of ['b', 'c', 'a']) {
      clock.microseconds += 1_000_000;
      await positions.set({ username: 'aiko', tvShow, season: 1, episode: 1 });
    }
    await positions.set({ username: 'ben', tvShow: 'z', season: 1, episode: 1 });
    await store.put({
      username: 'aiko',
      tv_show: 'd',
      season: 1,
      episode: 1,
      last_updated: lastUpdatedAt(clock.microseconds),
    });
    t.deepEqual(
      (await positions.list('aiko')).map(({ tvShow }) => tvShow),
      ['a', 'd', 'c', 'b'],
    );
    t.deepEqual(await positions.list('nobody'), []);
  });

  test('of fifty updates at once the latest stays, whole, also where the clock stands still', async (t) => {
    const { positions } = await start(t);
    const updates = Array.from({ length: 50 }, (_, index) => ({ ...office, season: index, episode: index * 100 }));
    await Promise.all(updates.map((update) => positions.set(update)));
    const { season, episode, lastUpdated } = await positions.get(office);
    t.deepEqual([season, episode, lastUpdated], [49, 4900, lastUpdatedAt(NOON + 49)]);
  });

  test('fifty updates by fifty processes leave one of them whole', async (t) => {
    const store = await open(t);
    const seasons = Array.from({ length: 50 }, (_, index) => index);
    await Promise.all(
      seasons.map(async (season) => {
        const positions = createPositions({ store, microseconds: () => NOON + season });
        await turn();
        await positions.set({ ...office, season, episode: season * 100 });
      }),
    );
    const { positions } = { positions: createPositions({ store, microseconds: () => NOON }) };
    const { season, episode } = await positions.get(office);
    t.is(episode, season * 100);
  });

  test('an update is not lost where another computer’s clock was ahead, or this one’s was set back', async (t) => {
    const { store, clock, positions } = await start(t);
    const ahead = createPositions({ store, microseconds: () => NOON + 3_600_000_000 });
    await ahead.set({ ...office, season: 1, episode: 1 });
    await positions.set({ ...office, season: 1, episode: 2 });
    t.like(await positions.get(office), { episode: 2, lastUpdated: '2026-07-14T13:00:00.000001' });
    clock.microseconds -= 7_200_000_000;
    await positions.set({ ...office, season: 1, episode: 3 });
    t.like(await positions.get(office), { episode: 3, lastUpdated: '2026-07-14T13:00:00.000002' });
  });

  test('what another program wrote is read, and updated', async (t) => {
    const { store, positions } = await start(t);
    await store.put({
      username: 'aiko',
      tv_show: 'The Office',
      season: 3,
      episode: 1,
      last_updated: '2025-01-15T10:30:00',
    });
    await store.put({ username: 'aiko', tv_show: 'Dark', season: 1, episode: 1 });
    t.like(await positions.get(office), { season: 3, lastUpdated: '2025-01-15T10:30:00' });
    for (const tvShow of ['The Office', 'Dark'])
      await positions.set({ username: 'aiko', tvShow, season: 4, episode: 4 });
    t.deepEqual(
      (await positions.list('aiko')).map(({ season }) => season),
      [4, 4],
    );
  });

  test('everybody’s entries come all at once, or page by page, each once', async (t) => {
    const { positions } = await start(t);
    const named = [7, 8, 9].flatMap((user) => ['Dark', '路面', 'x'.repeat(256)].map((show) => [`user ${user}`, show]));
    for (const [username = '', tvShow = ''] of named) await positions.set({ username, tvShow, season: 1, episode: 1 });
    const keys = (list: readonly { username: string; tvShow: string }[]) =>
      list.map(({ username, tvShow }) => `${username}/${tvShow}`).toSorted();
    const expected = named.map((pair) => pair.join('/')).toSorted();

    const whole = await positions.all({});
    t.deepEqual([keys(whole.positions), whole.next], [expected, null]);
    for (const limit of [1, 2, 4, 9, 10]) {
      const seen = [];
      let next: string | null = null;
      do {
        const page: Awaited<ReturnType<typeof positions.all>> = await positions.all({ limit, next: next ?? undefined });
        t.true(page.positions.length <= limit);
        seen.push(...page.positions);
        next = page.next;
      } while (next !== null);
      t.deepEqual(keys(seen), expected, `pages of ${limit}`);
    }
  });

  test('a page mark that nobody gave is refused', async (t) => {
    const { positions } = await start(t);
    for (const marks of [
      '?',
      '""',
      '["a"]',
      '["a","b","c"]',
      '["a",1]',
      '["","b"]',
      `["a","${'x'.repeat(1025)}"]`,
      '{}',
    ]) {
      const next = Buffer.from(marks).toString('base64url');
      await t.throwsAsync(positions.all({ limit: 5, next }), { instanceOf: InvalidInputError }, marks);
    }
  });
}
