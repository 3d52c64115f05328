import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { inspect } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { InvalidInputError, StoreError } from '../lib/core/errors.ts';
import { createDynamodbClient, createDynamodbStore } from '../lib/core/store/dynamodb.ts';
import { absent, equals, type Store } from '../lib/core/store/store.ts';

interface Call {
  operation: string;
  ClientRequestToken?: string;
  TransactItems?: { Put?: { Item: { sk: { S: string } } } }[];
}

type Answer = (response: ServerResponse) => void;

const credentials = { accessKeyId: 'AKIAIMMERSIONTEST', secretAccessKey: 'the-secret-access-key' };
const items = ['a', 'b', 'c'].map((sk) => ({ pk: 'p', sk }));

const ok: Answer = (response) => response.end('{}');
const failure =
  (status: number, type: string, rest: object = {}): Answer =>
  (response) => {
    response.statusCode = status;
    response.end(JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, ...rest }));
  };
const cancelled = (...codes: string[]): Answer =>
  failure(400, 'TransactionCanceledException', { CancellationReasons: codes.map((Code) => ({ Code })) });
const lost: Answer = (response) => response.destroy();
const silence: Answer = () => {};

const sortsOf = (call: Call | undefined) => call?.TransactItems?.map(({ Put }) => Put?.Item.sk.S);

test('an insert that meets another transaction is repeated until it is done', async (t) => {
  const { store, calls } = await open(t, [
    cancelled('TransactionConflict', 'None', 'None'),
    cancelled('None', 'ThrottlingError', 'TransactionConflict'),
    ok,
  ]);
  t.deepEqual(await store.insertNew(items), [true, true, true]);
  t.deepEqual(
    calls.map(sortsOf),
    [1, 2, 3].map(() => ['a', 'b', 'c']),
  );
  t.is(new Set(calls.map(({ ClientRequestToken }) => ClientRequestToken)).size, 3);
});

test('an insert is repeated without the items that exist', async (t) => {
  const { store, calls } = await open(t, [
    cancelled('None', 'ConditionalCheckFailed', 'TransactionConflict'),
    cancelled('ConditionalCheckFailed', 'None'),
    ok,
  ]);
  t.deepEqual(await store.insertNew(items), [false, false, true]);
  t.deepEqual(calls.map(sortsOf), [['a', 'b', 'c'], ['a', 'c'], ['c']]);
});

test('an insert of items that all exist ends after one call', async (t) => {
  const { store, calls } = await open(t, [cancelled(...Array<string>(3).fill('ConditionalCheckFailed'))]);
  t.deepEqual(await store.insertNew(items), [false, false, false]);
  t.is(calls.length, 1);
});

test('a transaction that never gets its turn is unavailable, not lost silently', async (t) => {
  const { store, calls } = await open(t, [cancelled('TransactionConflict')]);
  const error = await t.throwsAsync(store.put({ pk: 'p', sk: 's' }, absent), { instanceOf: StoreError });
  t.like(error, { code: 'store_unavailable', retryAfterSeconds: 5 });
  t.is(calls.length, 8);
});

test('a lost condition is an answer, also beside a conflict', async (t) => {
  const { store } = await open(t, [cancelled('TransactionConflict', 'ConditionalCheckFailed')]);
  const condition = equals('version', 1);
  t.false(await store.transact([{ put: { pk: 'p', sk: 'a' } }, { delete: { partition: 'p', sort: 'b' }, condition }]));
});

test('a conditional write whose answer is lost is repeated as the same request', async (t) => {
  const { store, calls } = await open(t, [lost, failure(500, 'InternalServerError'), ok]);
  t.true(await store.put({ pk: 'p', sk: 's' }, absent));
  t.is(calls.length, 3);
  t.truthy(calls[0]?.ClientRequestToken);
  t.is(new Set(calls.map(({ ClientRequestToken }) => ClientRequestToken)).size, 1);
});

const table = 'tracker';
const unavailable = { code: 'store_unavailable', message: `The DynamoDB table ${table} is not responding.` };
const faults: Record<string, { answer: Answer; expected: object }> = {
  'answers 500': { answer: failure(500, 'InternalServerError'), expected: unavailable },
  'answers 503 in words': {
    answer: (response) => response.writeHead(503).end('<html>Service Unavailable</html>'),
    expected: unavailable,
  },
  'breaks the connection': { answer: lost, expected: unavailable },
  'does not answer': { answer: silence, expected: unavailable },
  'has no capacity': { answer: failure(400, 'ProvisionedThroughputExceededException'), expected: unavailable },
  'asks for less': { answer: failure(400, 'ThrottlingException'), expected: unavailable },
  'does not know the key': {
    answer: failure(400, 'UnrecognizedClientException', { message: `key ${credentials.accessKeyId} is invalid` }),
    expected: {
      code: 'store_forbidden',
      message: `AWS denied access to the table ${table} (UnrecognizedClientException).`,
    },
  },
  'refuses the role': {
    answer: failure(400, 'AccessDeniedException', { message: `User ${credentials.accessKeyId} is not authorized` }),
    expected: { code: 'store_forbidden' },
  },
  'does not know the table': {
    answer: failure(400, 'ResourceNotFoundException', { message: 'Requested resource not found' }),
    expected: { code: 'store_missing', message: `The table ${table} does not exist on DynamoDB.` },
  },
  'refuses the signature': {
    answer: failure(400, 'InvalidSignatureException', { message: `Credential=${credentials.accessKeyId}` }),
    expected: { code: 'store_forbidden' },
  },
  'refuses the request': {
    answer: failure(400, 'ValidationException', { message: 'Invalid KeyConditionExpression' }),
    expected: {
      code: 'store_refused',
      message: `DynamoDB refused a request to the table ${table} (ValidationException): Invalid KeyConditionExpression`,
    },
  },
};

for (const [title, { answer, expected }] of Object.entries(faults)) {
  test(`a service that ${title} is a clear error without credentials`, async (t) => {
    const attempt = async (read: (store: Store) => Promise<unknown>) => {
      // Only silence is cut short: other responses may take their time on a busy machine.
      const patience = answer === silence ? { requestTimeoutMilliseconds: 150 } : {};
      const { store } = await open(t, [answer], { attempts: 2, ...patience });
      const error = await t.throwsAsync(read(store), { instanceOf: StoreError });
      t.like(error, expected);
      t.is(error.retryAfterSeconds, expected === unavailable ? 5 : undefined);
      const shown = inspect(error, { depth: 9, showHidden: true });
      for (const secret of Object.values(credentials)) t.false(shown.includes(secret), shown);
    };
    await Promise.all([
      attempt((store) => store.get({ partition: 'p', sort: 's' })),
      attempt((store) => Array.fromAsync(store.query('p'))),
      attempt((store) => store.insertNew(items)),
      attempt((store) => store.ping()),
    ]);
  });
}

test('a service that nobody runs is unavailable', async (t) => {
  const { store, close } = await open(t, [ok], { attempts: 2 });
  await close();
  t.like(await t.throwsAsync(store.ping(), { instanceOf: StoreError }), unavailable);
});

test('an item that only the service finds too large is refused like the others', async (t) => {
  const { store } = await open(t, [
    failure(400, 'ValidationException', { message: 'Item size has exceeded the maximum allowed size' }),
  ]);
  const error = await t.throwsAsync(store.put({ pk: 'p', sk: 's' }), { instanceOf: InvalidInputError });
  t.is(error.code, 'item_too_large');
});

/** A store whose service gives these responses in turn, repeating the last. */
async function open(
  t: ExecutionContext,
  answers: [Answer, ...Answer[]],
  options: { attempts?: number; requestTimeoutMilliseconds?: number } = {},
): Promise<{ store: Store; calls: Call[]; close: () => Promise<void> }> {
  const calls: Call[] = [];
  const answerNext = async (request: IncomingMessage, response: ServerResponse) => {
    const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
    calls.push({ operation, ...((await json(request)) as object) });
    response.setHeader('content-type', 'application/x-amz-json-1.0');
    (answers[calls.length - 1] ?? answers.at(-1) ?? ok)(response);
  };
  const server = createServer((request, response) => void answerNext(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const client = createDynamodbClient({
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${port}`,
    credentials,
    ...options,
  });
  const store = createDynamodbStore({ client, schema: { table, partitionKey: 'pk', sortKey: 'sk' } });
  const close = async () => {
    server.closeAllConnections();
    server.close();
  };
  t.teardown(async () => {
    await store.close();
    await close();
  });
  return { store, calls, close };
}
