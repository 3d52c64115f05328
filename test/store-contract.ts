import test, { type ExecutionContext } from 'ava';
import * as fc from 'fast-check';
import {
  absent,
  absentOrLess,
  equals,
  type Condition,
  type Item,
  type Key,
  type Store,
  type TableSchema,
} from '../lib/core/store/store.ts';
import { anyText } from './any-text.ts';

/** Opens a handle of the same table with each call. */
export type OpenStore = () => Promise<Store>;

/**
 * The contract of all stores, as tests of the calling file. `prepare` creates an empty table for each test and removes
 * it afterwards.
 */
export function testStoreContract({
  prepare,
  propertyRuns,
}: {
  prepare: (t: ExecutionContext, schema: TableSchema) => Promise<OpenStore>;
  propertyRuns: number;
}): void {
  const schema = { table: 'tracker', partitionKey: 'pk', sortKey: 'sk' };
  const open = async (t: ExecutionContext): Promise<Store> => {
    const store = await (await prepare(t, schema))();
    t.teardown(() => store.close());
    return store;
  };
  const openTwo = async (t: ExecutionContext): Promise<[Store, Store]> => {
    const openHandle = await prepare(t, schema);
    const stores: [Store, Store] = [await openHandle(), await openHandle()];
    for (const store of stores) t.teardown(() => store.close());
    return stores;
  };

  test('an item comes back as it was put', async (t) => {
    const store = await open(t);
    const item = {
      pk: 'USER#aiko',
      sk: 'EPISODE#Planet Earth#Ep #1',
      title: '進撃の巨人 👩‍👩‍👧',
      empty: '',
      count: 12,
      ratio: 0.1,
      negative: -7,
      large: Number.MAX_SAFE_INTEGER,
      yes: true,
      no: false,
      nothing: null,
      list: [1, 'two', [], { three: 3 }],
      map: { 'a.b': { c: [] }, 'name with spaces': 'x' },
    };
    t.true(await store.put(item));
    t.deepEqual(await store.get(keyOf(item)), item);
    t.deepEqual(await store.get(keyOf(item), { consistent: true }), item);
    t.is(await store.get({ partition: 'USER#aiko', sort: 'EPISODE#Planet Earth#Ep' }), undefined);
    t.is(await store.get({ partition: 'USER#aik', sort: item.sk }), undefined);
  });

  test('attributes without a value are left out', async (t) => {
    const store = await open(t);
    await store.put({ pk: 'p', sk: 's', tvdb_id: undefined, nested: { gone: undefined, kept: 1 } });
    t.deepEqual(await store.get({ partition: 'p', sort: 's' }), { pk: 'p', sk: 's', nested: { kept: 1 } });
  });

  test('a put replaces the whole item', async (t) => {
    const store = await open(t);
    await store.put({ pk: 'p', sk: 's', first: 1 });
    await store.put({ pk: 'p', sk: 's', second: 2 });
    t.deepEqual(await store.get({ partition: 'p', sort: 's' }), { pk: 'p', sk: 's', second: 2 });
  });

  test('names of keys stay unchanged written: #, both forms of が, emoji, quotes, slashes', async (t) => {
    const store = await open(t);
    const sorts = ['#', '##', 'a#b#c', '\u304C', '\u304B\u3099', '👩‍👩‍👧', "'; DROP TABLE x; --", '"', '../x', '%_*', ' '];
    t.deepEqual(await store.insertNew(sorts.map((sk) => ({ pk: 'p#ü', sk }))), Array(sorts.length).fill(true));
    t.deepEqual(await sortsOf(store.query('p#ü')), sorts.toSorted(byBytes));
    for (const sort of sorts) t.deepEqual(await store.get({ partition: 'p#ü', sort }), { pk: 'p#ü', sk: sort });
  });

  test('the table and its keys may have other names', async (t) => {
    const openHandle = await prepare(t, { table: 'tv_show_tracker', partitionKey: 'username', sortKey: 'tv_show' });
    const store = await openHandle();
    t.teardown(() => store.close());
    t.deepEqual(await store.insertNew([{ username: 'aiko', tv_show: 'Friends', status: 'watching' }]), [true]);
    t.deepEqual(await store.insertNew([{ username: 'aiko', tv_show: 'Friends', status: 'done' }]), [false]);
    t.deepEqual(await Array.fromAsync(store.query('aiko', { prefix: 'Fr' })), [
      { username: 'aiko', tv_show: 'Friends', status: 'watching' },
    ]);
  });

  test('a partition is read in the order of the UTF-8 bytes of its sort keys', async (t) => {
    const store = await open(t);
    // By UTF-16 units, the emoji would come before U+FFFD.
    const ordered = ['A', 'B', 'a', 'aa', 'b', 'é', '日', '\uFFFD', '😀', '\u{10FFFF}'];
    await store.insertNew(ordered.toReversed().map((sk) => ({ pk: 'p', sk })));
    await store.insertNew([{ pk: 'other', sk: 'a' }]);
    t.deepEqual(await sortsOf(store.query('p')), ordered);
    t.deepEqual(await sortsOf(store.query('p', { descending: true })), ordered.toReversed());
    t.deepEqual(await sortsOf(store.query('p', { consistent: true })), ordered);
    t.deepEqual(await sortsOf(store.query('p', { limit: 3 })), ordered.slice(0, 3));
    t.deepEqual(await sortsOf(store.query('p', { limit: 2, descending: true })), ['\u{10FFFF}', '😀']);
    t.deepEqual(await sortsOf(store.query('p', { limit: 0 })), []);
    t.deepEqual(await sortsOf(store.query('nobody')), []);
  });

  const rangeSorts = ['EPISODE#a', 'EPISODE#b', 'EPISODE#b#1', 'EPISODE$', 'FILM#1', 'SHOW#a', 'SHOW#b'];
  const ranges: [string, Parameters<Store['query']>[1], string[]][] = [
    ['an empty prefix', { prefix: '' }, rangeSorts],
    ['a prefix', { prefix: 'EPISODE#' }, ['EPISODE#a', 'EPISODE#b', 'EPISODE#b#1']],
    ['a prefix that is a whole key', { prefix: 'EPISODE#b' }, ['EPISODE#b', 'EPISODE#b#1']],
    ['a prefix that none has', { prefix: 'episode#' }, []],
    ['a prefix, descending', { prefix: 'SHOW#', descending: true }, ['SHOW#b', 'SHOW#a']],
    ['a lower bound, included', { from: 'FILM#1' }, ['FILM#1', 'SHOW#a', 'SHOW#b']],
    ['an upper bound, included', { to: 'EPISODE#b' }, ['EPISODE#a', 'EPISODE#b']],
    ['both bounds', { from: 'EPISODE#b', to: 'FILM#1' }, ['EPISODE#b', 'EPISODE#b#1', 'EPISODE$', 'FILM#1']],
    ['bounds the wrong way round', { from: 'SHOW#b', to: 'SHOW#a' }, []],
    ['an empty upper bound', { to: '' }, []],
    ['an empty lower bound', { from: '' }, rangeSorts],
    ['a prefix and a lower bound', { prefix: 'EPISODE#', from: 'EPISODE#b' }, ['EPISODE#b', 'EPISODE#b#1']],
    ['a prefix and an upper bound', { prefix: 'EPISODE#', to: 'EPISODE#b' }, ['EPISODE#a', 'EPISODE#b']],
    ['a prefix and bounds elsewhere', { prefix: 'EPISODE#', from: 'FILM#', to: 'SHOW#' }, []],
    [
      'a prefix and a wide lower bound, descending, limited',
      { prefix: 'EPISODE#', from: 'A', descending: true, limit: 2 },
      ['EPISODE#b#1', 'EPISODE#b'],
    ],
  ];
  test('a query reads the part of a partition that it asks for', async (t) => {
    const store = await open(t);
    await store.insertNew(rangeSorts.map((sk) => ({ pk: 'p', sk })));
    for (const [title, options, expected] of ranges) {
      t.deepEqual(await sortsOf(store.query('p', options)), expected, title);
    }
  });

  test('a prefix with the highest code points finds what begins with it', async (t) => {
    const store = await open(t);
    const highest = '\u{10FFFF}';
    const sorts = ['x', 'x\uD7FF', 'x\uD7FFa', 'x\uE000', `x${highest}`, `x${highest}${highest}z`, 'y', highest];
    await store.insertNew(sorts.map((sk) => ({ pk: 'p', sk })));
    for (const prefix of ['x', 'x\uD7FF', `x${highest}`, `x${highest}${highest}`, highest]) {
      const expected = sorts.filter((sort) => sort.startsWith(prefix)).toSorted(byBytes);
      t.deepEqual(await sortsOf(store.query('p', { prefix })), expected, JSON.stringify(prefix));
    }
  });

  test('for all keys, a query answers what filtering and sorting them would', async (t) => {
    const store = await open(t);
    const piece = fc.oneof(fc.constantFrom('a', '#', 'が', '😀', '\uFFFF', '\u{10FFFF}'), anyText());
    const key = fc.array(piece, { minLength: 1, maxLength: 4 }).map((pieces) => `k${pieces.join('')}`);
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(key, { minLength: 1, maxLength: 20 }),
        fc.nat({ max: 4 }),
        key,
        fc.boolean(),
        async (sorts, length, from, descending) => {
          run += 1;
          const partition = `run ${run}`;
          await store.insertNew(sorts.map((sk) => ({ pk: partition, sk })));
          const prefix = Array.from(sorts[0] ?? '')
            .slice(0, length)
            .join('');
          const ordered = sorts.toSorted(byBytes);
          if (descending) ordered.reverse();
          t.deepEqual(
            await sortsOf(store.query(partition, { prefix, descending })),
            ordered.filter((sort) => sort.startsWith(prefix)),
          );
          t.deepEqual(
            await sortsOf(store.query(partition, { prefix, from, descending })),
            ordered.filter((sort) => sort.startsWith(prefix) && byBytes(sort, from) >= 0),
          );
        },
      ),
      { numRuns: propertyRuns },
    );
  });

  test('only the attributes that are asked for are read', async (t) => {
    const store = await open(t);
    const item = { pk: 'p', sk: 's', name: 'reserved word', status: 2, 'a.b': 'dotted', 'my-list': [1], other: true };
    await store.put(item);
    const read = (projection: string[]) => Array.fromAsync(store.query('p', { prefix: 's', projection }));
    t.deepEqual(await read(['name', 'status', 'a.b', 'my-list']), [
      { name: 'reserved word', status: 2, 'a.b': 'dotted', 'my-list': [1] },
    ]);
    t.deepEqual(await read(['sk', 'sk', 'pk', 'missing']), [{ pk: 'p', sk: 's' }]);
    t.deepEqual(await read(['missing']), [{}]);
    t.deepEqual(await Array.fromAsync(store.scan({ projection: ['sk', 'other'] })), [{ sk: 's', other: true }]);
  });

  test('items of up to 400 KB are kept, larger ones refused', async (t) => {
    const store = await open(t);
    const filled = (sk: string, bytes: number, character = 'x'): Item => {
      const rest = bytes - Buffer.byteLength(JSON.stringify({ pk: 'p', sk, text: '' }));
      return { pk: 'p', sk, text: character.repeat(Math.floor(rest / Buffer.byteLength(character))) };
    };
    const limit = 400 * 1024;
    const largest = filled('largest', limit);
    t.true(await store.put(largest));
    t.deepEqual(await store.get(keyOf(largest)), largest);
    const japanese = filled('japanese', limit, '日');
    t.deepEqual(await store.insertNew([japanese]), [true]);
    t.deepEqual(await store.get(keyOf(japanese)), japanese);

    const tooLarge = filled('too large', limit + 1);
    const refused = { code: 'item_too_large' };
    t.like(await t.throwsAsync(store.put(tooLarge)), refused);
    t.like(await t.throwsAsync(store.put(tooLarge, absent)), refused);
    t.like(await t.throwsAsync(store.insertNew([{ pk: 'p', sk: 'beside it' }, tooLarge])), refused);
    t.like(await t.throwsAsync(store.transact([{ put: { pk: 'p', sk: 'beside it' } }, { put: tooLarge }])), refused);
    t.deepEqual(await sortsOf(store.query('p')), ['japanese', 'largest']);
  });

  test('many large items are inserted and read at once', async (t) => {
    const store = await open(t);
    const items = Array.from({ length: 25 }, (_, index) => ({
      pk: 'p',
      sk: String(index).padStart(2, '0'),
      text: String(index % 10).repeat(390_000),
    }));
    t.deepEqual(await store.insertNew(items), Array(25).fill(true));
    let count = 0;
    for await (const item of store.query('p')) {
      t.true(JSON.stringify(item) === JSON.stringify({ pk: item['pk'], sk: item['sk'], text: items[count]?.text }));
      count += 1;
    }
    t.is(count, 25);
    t.deepEqual(await store.insertNew(items), Array(25).fill(false));
  });

  test('10,000 items are inserted once', async (t) => {
    const store = await open(t);
    const items = numbered(10_000);
    t.deepEqual(await store.insertNew(items), Array(10_000).fill(true));
    t.deepEqual(await store.insertNew(items.map(({ pk, sk }) => ({ pk, sk, n: -1 }))), Array(10_000).fill(false));
    let sum = 0;
    for await (const item of store.query('p', { projection: ['n'] })) sum += Number(item['n']);
    t.is(sum, (9999 * 10_000) / 2);
  });

  for (const count of [6, 450]) {
    test(`inserting ${count} items, some of which exist, leaves those as they are`, async (t) => {
      const store = await open(t);
      const items = numbered(count, (n) => `p${n % 2}`);
      const existing = items.filter((_, index) => index % 3 === 0);
      await store.insertNew(existing.map(({ pk, sk }) => ({ pk, sk, n: 'old' })));
      const isNew = items.map((_, index) => index % 3 !== 0);
      t.deepEqual(await store.insertNew(items), isNew);
      for (const [index, item] of items.slice(-6).entries()) {
        const stored = await store.get(keyOf(item));
        t.is(stored?.['n'], isNew.slice(-6)[index] ? item.n : 'old');
      }
      t.is((await Array.fromAsync(store.scan())).length, count);
    });

    test(`of ${count} items the first with a key counts`, async (t) => {
      const store = await open(t);
      const items = numbered(count);
      const again = items.map(({ pk, sk }) => ({ pk, sk, n: -1 }));
      const answers = await store.insertNew([...items, ...again]);
      t.deepEqual(answers, [...Array<boolean>(count).fill(true), ...Array<boolean>(count).fill(false)]);
      t.deepEqual(await Array.fromAsync(store.query('p')), items);
    });
  }

  test('inserting nothing does nothing', async (t) => {
    const store = await open(t);
    t.deepEqual(await store.insertNew([]), []);
    t.deepEqual(await Array.fromAsync(store.scan()), []);
  });

  test('of two writers at once exactly one inserts each item', async (t) => {
    const [one, other] = await openTwo(t);
    const items = numbered(1000);
    const [first, second] = await Promise.all([one.insertNew(items), other.insertNew(items.toReversed())]);
    const winners = items.map((_, index) => Number(first[index]) + Number(second.at(-1 - index)));
    t.deepEqual(winners, Array(1000).fill(1));
    t.deepEqual(await Array.fromAsync(one.query('p', { consistent: true })), items);
  });

  test('of two writers at once, in small batches, exactly one inserts each item', async (t) => {
    const [one, other] = await openTwo(t);
    const items = numbered(60);
    const insert = async (store: Store) => {
      const answers: boolean[] = [];
      for (let start = 0; start < 60; start += 10)
        answers.push(...(await store.insertNew(items.slice(start, start + 10))));
      return answers;
    };
    const [first, second] = await Promise.all([insert(one), insert(other)]);
    t.true(items.every((_, index) => first[index] !== second[index]));
  });

  const stored: Record<string, Item | undefined> = {
    'no item': undefined,
    'no attribute': {},
    'version 1': { version: 1 },
    'version 2': { version: 2 },
    'version "1"': { version: '1' },
    'version null': { version: null },
    'version 😀': { version: '😀' },
  };
  const conditions: [string, Condition, (keyof typeof stored)[]][] = [
    ['absent', absent, ['no item']],
    ['version equals 1', equals('version', 1), ['version 1']],
    ['version equals "1"', equals('version', '1'), ['version "1"']],
    ['version equals true', equals('version', true), []],
    ['version absent or less than 2', absentOrLess('version', 2), ['no item', 'no attribute', 'version 1']],
    ['version absent or less than 1', absentOrLess('version', 1), ['no item', 'no attribute']],
    ['version absent or less than "2"', absentOrLess('version', '2'), ['no item', 'no attribute', 'version "1"']],
    [
      'version absent or less than U+FFFD',
      absentOrLess('version', '\uFFFD'),
      ['no item', 'no attribute', 'version "1"'],
    ],
  ];
  for (const [title, condition, holdsFor] of conditions) {
    test(`the condition "${title}" holds for: ${holdsFor.join(', ') || 'nothing here'}`, async (t) => {
      const store = await open(t);
      const key = { partition: 'p', sort: 's' };
      for (const [state, attributes] of Object.entries(stored)) {
        const before = attributes && { pk: 'p', sk: 's', ...attributes };
        const expected = holdsFor.includes(state);
        const after = { pk: 'p', sk: 's', after: true };
        const reset = () => (before ? store.put(before) : store.delete(key));

        await reset();
        t.is(await store.put(after, condition), expected, `put on ${state}`);
        t.deepEqual(await store.get(key), expected ? after : before, `put on ${state}`);
        await reset();
        t.is(await store.delete(key, condition), expected, `delete on ${state}`);
        t.deepEqual(await store.get(key), expected ? undefined : before, `delete on ${state}`);
        await reset();
        const extras = { pk: 'p', sk: state };
        t.is(await store.transact([{ put: extras }, { check: key, condition }]), expected, `check on ${state}`);
        t.deepEqual(await store.get(keyOf(extras)), expected ? extras : undefined, `check on ${state}`);
        t.deepEqual(await store.get(key), before, `check on ${state}`);
      }
    });
  }

  test('deleting what is not there is no failure', async (t) => {
    const store = await open(t);
    await store.put({ pk: 'p', sk: 's' });
    const key = { partition: 'p', sort: 's' };
    t.true(await store.delete(key));
    t.true(await store.delete(key));
    t.is(await store.get(key), undefined);
  });

  test('a transaction writes all or nothing', async (t) => {
    const store = await open(t);
    const key = (sort: string): Key => ({ partition: 'p', sort });
    await store.insertNew([
      { pk: 'p', sk: 'old', version: 1 },
      { pk: 'p', sk: 'guard', state: 'open' },
    ]);
    const before = await Array.fromAsync(store.query('p'));
    const put = { put: { pk: 'p', sk: 'new' }, condition: absent };
    t.false(await store.transact([put, { delete: key('old'), condition: equals('version', 2) }]));
    t.false(await store.transact([put, { check: key('guard'), condition: equals('state', 'closed') }]));
    t.false(await store.transact([{ delete: key('old') }, { put: { pk: 'p', sk: 'guard' }, condition: absent }]));
    t.deepEqual(await Array.fromAsync(store.query('p')), before);

    t.true(
      await store.transact([
        put,
        { delete: key('old'), condition: equals('version', 1) },
        { delete: key('not there') },
        { put: { pk: 'q', sk: 'in another partition' } },
        { check: key('guard'), condition: equals('state', 'open') },
      ]),
    );
    t.deepEqual(await sortsOf(store.query('p')), ['guard', 'new']);
    t.deepEqual(await sortsOf(store.query('q')), ['in another partition']);
  });

  test('a transaction takes 100 writes, each of another key', async (t) => {
    const store = await open(t);
    const writes = numbered(101).map((item) => ({ put: item, condition: absent }));
    await t.throwsAsync(store.transact(writes), { instanceOf: TypeError });
    const twice = [{ put: { pk: 'p', sk: 'a' } }, { delete: { partition: 'p', sort: 'a' } }];
    await t.throwsAsync(store.transact(twice), { instanceOf: TypeError });
    t.deepEqual(await Array.fromAsync(store.scan()), []);
    t.true(await store.transact(writes.slice(0, 100)));
    t.false(await store.transact(writes.slice(0, 100)));
    t.true(await store.transact([]));
    t.is((await Array.fromAsync(store.scan())).length, 100);
  });

  test('of two writers with the same version one wins, and the other is told', async (t) => {
    const stores = await openTwo(t);
    await stores[0].put({ pk: 'p', sk: 's', version: 1 });
    const next = stores.map((_, writer) => ({ pk: 'p', sk: 's', version: 2, writer }));
    const won = await Promise.all(stores.map((store, writer) => store.put(next[writer] ?? {}, equals('version', 1))));
    t.is(won.filter(Boolean).length, 1);
    t.deepEqual(await stores[0].get({ partition: 'p', sort: 's' }, { consistent: true }), next[won.indexOf(true)]);
  });

  test('no count is lost when writers count by version', async (t) => {
    const stores = await openTwo(t);
    const key = { partition: 'p', sort: 'count' };
    const count = async (store: Store) => {
      for (let done = 0; done < 10;) {
        const version = Number((await store.get(key, { consistent: true }))?.['version'] ?? 0);
        const condition = version === 0 ? absent : equals('version', version);
        if (await store.put({ pk: 'p', sk: 'count', version: version + 1 }, condition)) done += 1;
      }
    };
    await Promise.all([...stores, ...stores].map((store) => count(store)));
    t.is((await stores[1].get(key, { consistent: true }))?.['version'], 40);
  });

  test('sort keys have up to 1,024 bytes', async (t) => {
    const store = await open(t);
    const longest = `${'日'.repeat(341)}x`;
    t.deepEqual(await store.insertNew([{ pk: 'p', sk: longest }]), [true]);
    t.deepEqual(await sortsOf(store.query('p', { prefix: longest })), [longest]);
    t.deepEqual(await sortsOf(store.query('p', { prefix: longest.slice(0, -1), from: 'a' })), [longest]);

    const key = { partition: 'p', sort: `${longest}x` };
    const item = { pk: 'p', sk: key.sort };
    const fine = { pk: 'p', sk: 'fine' };
    const attempts: Record<string, () => Promise<unknown>> = {
      put: () => store.put(item),
      'conditional put': () => store.put(item, absent),
      insertNew: () => store.insertNew([fine, item]),
      'insertNew of many': () => store.insertNew([...numbered(200), item]),
      transact: () => store.transact([{ put: fine }, { put: item }]),
      'transact with a check': () => store.transact([{ put: fine }, { check: key, condition: absent }]),
      get: () => store.get(key),
      delete: () => store.delete(key),
      'conditional delete': () => store.delete(key, equals('version', 1)),
      prefix: async () => Array.fromAsync(store.query('p', { prefix: key.sort })),
      bound: async () => Array.fromAsync(store.query('p', { from: key.sort })),
    };
    for (const [title, attempt] of Object.entries(attempts)) {
      t.like(await t.throwsAsync(attempt, undefined, title), { code: 'key_too_long' }, title);
    }
    t.deepEqual(await sortsOf(store.query('p')), [longest]);
  });

  test('an item without its keys is a programming error', async (t) => {
    const store = await open(t);
    for (const item of [{}, { pk: 'p' }, { sk: 's' }, { pk: '', sk: 's' }, { pk: 'p', sk: '' }, { pk: 'p', sk: 1 }]) {
      await t.throwsAsync(store.put(item), { instanceOf: TypeError });
      await t.throwsAsync(store.insertNew([item]), { instanceOf: TypeError });
    }
  });

  test('a scan reads every item of every partition once', async (t) => {
    const store = await open(t);
    const items = numbered(1250, (n) => `USER#${n % 7}`);
    await store.insertNew(items);
    const all = await Array.fromAsync(store.scan());
    t.deepEqual(all.toSorted(byKey), items.toSorted(byKey));
    t.is((await Array.fromAsync(store.scan({ limit: 9 }))).length, 9);
  });

  test('a scan goes on behind the item it is given', async (t) => {
    const store = await open(t);
    const items = numbered(40, (n) => `USER#${n % 3}`);
    await store.insertNew(items);
    const seen: Item[] = [];
    for (;;) {
      const last = seen.at(-1);
      const page = await Array.fromAsync(store.scan({ limit: 7, ...(last && { after: keyOf(last) }) }));
      if (page.length === 0) break;
      seen.push(...page);
    }
    t.deepEqual(seen.toSorted(byKey), items.toSorted(byKey));
  });

  test('what is read may be deleted while reading goes on', async (t) => {
    const store = await open(t);
    await store.insertNew(numbered(600));
    let count = 0;
    for await (const item of store.query('p')) {
      count += 1;
      await store.delete(keyOf(item));
    }
    t.is(count, 600);
    t.deepEqual(await Array.fromAsync(store.query('p')), []);
  });

  test('reading may stop early', async (t) => {
    const [one, other] = await openTwo(t);
    await one.insertNew(numbered(20));
    for await (const item of one.query('p')) {
      if (item['n'] === 3) break;
    }
    t.true(await other.put({ pk: 'p', sk: 'written after' }));
    t.true(await one.put({ pk: 'p', sk: 'written by the reader' }));
  });

  test('making the table again changes nothing', async (t) => {
    const [one, other] = await openTwo(t);
    await one.put({ pk: 'p', sk: 's' });
    t.deepEqual(await Promise.all([other.create(), other.create()]), [{ created: false }, { created: false }]);
    t.deepEqual(await Array.fromAsync(other.scan()), [{ pk: 'p', sk: 's' }]);
  });

  test('a table that is there answers a ping', async (t) => {
    const store = await open(t);
    t.is(await store.ping(), undefined);
    t.deepEqual(store.schema.partitionKey, 'pk');
  });
}

const numbered = (count: number, partition: (n: number) => string = () => 'p') =>
  Array.from({ length: count }, (_, n) => ({ pk: partition(n), sk: `EPISODE#${String(n).padStart(6, '0')}`, n }));

const keyOf = (item: Item): Key => ({ partition: String(item['pk']), sort: String(item['sk']) });

const byBytes = (one: string, other: string): number => Buffer.from(one).compare(Buffer.from(other));

const byKey = (one: Item, other: Item): number =>
  byBytes(JSON.stringify([one['pk'], one['sk']]), JSON.stringify([other['pk'], other['sk']]));

const sortsOf = async (items: AsyncIterable<Item>): Promise<unknown[]> =>
  (await Array.fromAsync(items)).map((item) => item['sk']);
