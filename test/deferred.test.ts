import { inspect } from 'node:util';
import test from 'ava';
import { deferred, once } from '../lib/core/deferred.ts';

/** A service that adds, and how often it was made. */
function adding() {
  let made = 0;
  const make = once(async () => {
    made += 1;
    return { add: async (a: number, b: number) => a + b };
  });
  return { service: deferred(make), made: () => made };
}

test('a deferred service is made with its first call, and only once', async (t) => {
  const { service, made } = adding();
  t.is(made(), 0);
  t.deepEqual(await Promise.all([service.add(1, 2), service.add(3, 4)]), [3, 7]);
  t.is(made(), 1);
});

test('a deferred service that is awaited, printed or compared is not made by that', async (t) => {
  const { service, made } = adding();
  const awaited = await Promise.resolve(service);
  t.is(awaited, service);
  t.is(JSON.stringify({ service }), '{"service":{}}');
  t.is(inspect(service), '{}');
  t.true(service === awaited);
  t.is(made(), 0);
  t.is(await awaited.add(1, 2), 3);
});

test('a deferred service that cannot be made says so with each call', async (t) => {
  const service = deferred<{ add(): Promise<number> }>(async () => Promise.reject(new Error('no disk')));
  await t.throwsAsync(service.add(), { message: 'no disk' });
  await t.throwsAsync(service.add(), { message: 'no disk' });
});
