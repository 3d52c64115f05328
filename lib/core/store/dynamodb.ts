import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { DynamoDBClient, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  GetCommand,
  paginateQuery,
  paginateScan,
  PutCommand,
  TransactWriteCommand,
  DynamoDBDocumentClient,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import pMap from 'p-map';
import { StoreError } from '../errors.ts';
import { replaceSdkError, unavailable } from './dynamodb-errors.ts';
import { createTable } from './dynamodb-table.ts';
import { conditionOf, keyRangeOf, projectionOf } from './dynamodb-expressions.ts';
import { checkItemSize, checkSortKey, checkWrites, compareBytes, keyOf, keyText } from './limits.ts';
import {
  absent,
  MAXIMUM_TRANSACTION_WRITES,
  type Item,
  type Key,
  type QueryOptions,
  type ScanOptions,
  type Store,
  type TableSchema,
  type Write,
} from './store.ts';

/** Below DynamoDB's 4 MB, since sizes are measured on JSON. */
const TRANSACTION_BYTES = 4_000_000;
const TRANSACTIONS_AT_ONCE = 4;
const CONFLICTS_UNTIL_GIVING_UP = 8;
const FIRST_CONFLICT_DELAY_MILLISECONDS = 25;

type TransactItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

interface NewItem {
  item: Item;
  key: Key;
  text: string;
  bytes: number;
}

/**
 * A client that retries adaptively and gives up after about 20 seconds. Region and credentials default to the AWS
 * SDK's.
 */
export function createDynamodbClient({
  region,
  endpoint,
  credentials,
  requestTimeoutMilliseconds = 4000,
  attempts = 5,
}: {
  region?: string | undefined;
  endpoint?: string | undefined;
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string } | undefined;
  requestTimeoutMilliseconds?: number;
  attempts?: number;
} = {}): DynamoDBDocumentClient {
  const client = new DynamoDBClient({
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(credentials === undefined ? {} : { credentials }),
    retryMode: 'adaptive',
    maxAttempts: attempts,
    requestHandler: {
      connectionTimeout: Math.min(2000, requestTimeoutMilliseconds),
      requestTimeout: requestTimeoutMilliseconds,
      throwOnRequestTimeout: true,
    },
  });
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
}

/** A store in a DynamoDB table. SDK errors become `StoreError`s. */
export function createDynamodbStore({
  client,
  schema,
}: {
  client: DynamoDBDocumentClient;
  schema: TableSchema;
}): Store {
  const { table: TableName, partitionKey, sortKey } = schema;

  const attributes = ({ partition, sort }: Key) => ({ [partitionKey]: partition, [sortKey]: sort });

  const guard = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw replaceSdkError(error, TableName);
    }
  };

  async function* itemsOf(pages: AsyncIterable<{ Items?: Item[] | undefined }>, limit = Infinity) {
    let left = limit;
    if (left <= 0) return;
    try {
      for await (const { Items = [] } of pages) {
        for (const item of Items) {
          yield item;
          left -= 1;
          if (left === 0) return;
        }
      }
    } catch (error) {
      throw replaceSdkError(error, TableName);
    }
  }

  async function* query(partition: string, options: QueryOptions = {}): AsyncGenerator<Item> {
    const range = keyRangeOf(schema, partition, options);
    if (!range) return;
    const { limit, consistent = false, descending = false } = options;
    const read = projectionOf(options.projection);
    const input = {
      TableName,
      ...range,
      ...read,
      ExpressionAttributeNames: { ...range.ExpressionAttributeNames, ...read.ExpressionAttributeNames },
      ConsistentRead: consistent,
      ScanIndexForward: !descending,
    };
    yield* itemsOf(paginateQuery({ client, ...pageSize(limit) }, input), limit);
  }

  async function* scan({ projection, limit, after }: ScanOptions = {}): AsyncGenerator<Item> {
    const start = after ? { startingToken: attributes(after) } : {};
    const pages = paginateScan({ client, ...pageSize(limit), ...start }, { TableName, ...projectionOf(projection) });
    yield* itemsOf(pages, limit);
  }

  /**
   * Indexes of the writes whose condition failed; empty on success. The token makes retries safe when a response is
   * lost: without it, an insert would conflict with its own item.
   */
  const transaction = async (writes: readonly TransactItem[]): Promise<number[]> => {
    for (let conflicts = 0; conflicts < CONFLICTS_UNTIL_GIVING_UP; conflicts += 1) {
      if (conflicts > 0) await wait(Math.random() * FIRST_CONFLICT_DELAY_MILLISECONDS * 2 ** conflicts);
      try {
        await client.send(new TransactWriteCommand({ TransactItems: [...writes], ClientRequestToken: randomUUID() }));
        return [];
      } catch (error) {
        if (!(error instanceof TransactionCanceledException)) throw error;
        const reasons = (error.CancellationReasons ?? []).map(({ Code }) => Code);
        const refused = [...reasons.keys()].filter((index) => reasons[index] === 'ConditionalCheckFailed');
        if (refused.length > 0) return refused;
        const other = reasons.find((code) => code !== undefined && code !== 'None' && !isPassing(code));
        if (other) {
          throw new StoreError(`DynamoDB refused a transaction on the table ${TableName} (${other}).`, {
            code: 'store_refused',
          });
        }
      }
    }
    throw unavailable(TableName);
  };

  const transact = async (writes: readonly Write[]): Promise<boolean> => {
    checkWrites(schema, writes);
    if (writes.length === 0) return true;
    const parts = writes.map((write): TransactItem => {
      if ('check' in write) {
        const condition = conditionOf(schema, write.condition);
        return { ConditionCheck: { TableName, Key: attributes(write.check), ...condition } };
      }
      const condition = write.condition && conditionOf(schema, write.condition);
      if ('delete' in write) return { Delete: { TableName, Key: attributes(write.delete), ...condition } };
      checkItemSize(keyOf(schema, write.put), JSON.stringify(write.put));
      return { Put: { TableName, Item: write.put, ...condition } };
    });
    return guard(async () => (await transaction(parts)).length === 0);
  };

  /** Inserts the new items of one transaction. Returns their keys. */
  const insertBatch = async (batch: readonly NewItem[]): Promise<string[]> => {
    let pending = batch;
    while (pending.length > 0) {
      const parts = pending.map(({ item }) => ({ Put: { TableName, Item: item, ...conditionOf(schema, absent) } }));
      const existing = new Set(await transaction(parts));
      if (existing.size === 0) break;
      pending = pending.filter((_, index) => !existing.has(index));
    }
    return pending.map(({ text }) => text);
  };

  /** Keys that exist in the range of these items, one query per partition. */
  const existingKeys = async (items: Iterable<NewItem>): Promise<Set<string>> => {
    const found = new Set<string>();
    const partitions = Map.groupBy(items, ({ key }) => key.partition);
    await pMap(
      partitions,
      async ([partition, members]) => {
        const sorts = members.map(({ key }) => key.sort).sort(compareBytes);
        const [from = '', to = ''] = [sorts[0], sorts.at(-1)];
        for await (const item of query(partition, { from, to, projection: [sortKey], consistent: true })) {
          found.add(keyText({ partition, sort: String(item[sortKey]) }));
        }
      },
      { concurrency: TRANSACTIONS_AT_ONCE },
    );
    return found;
  };

  const insertNew = async (items: readonly Item[]): Promise<boolean[]> => {
    const candidates = items.map((item): NewItem => {
      const key = keyOf(schema, item);
      const json = JSON.stringify(item);
      checkItemSize(key, json);
      return { item, key, text: keyText(key), bytes: Buffer.byteLength(json) };
    });
    const firsts = [...Map.groupBy(candidates, ({ text }) => text).values()].flatMap(([first]) => first ?? []);
    return guard(async () => {
      let batches = batchesOf(firsts);
      if (batches.length > 1) {
        const existing = await existingKeys(firsts);
        batches = batchesOf(firsts.filter(({ text }) => !existing.has(text)));
      }
      const inserted = await pMap(batches, insertBatch, { concurrency: TRANSACTIONS_AT_ONCE });
      const isNew = new Set(inserted.flat());
      // Deleting a reported key makes later duplicates count as not new.
      return candidates.map(({ text }) => isNew.delete(text));
    });
  };

  return {
    schema,
    query,
    scan,
    insertNew,
    transact,

    async get(key, { consistent = false } = {}) {
      checkSortKey(key.sort);
      const command = new GetCommand({ TableName, Key: attributes(key), ConsistentRead: consistent });
      return guard(async () => (await client.send(command)).Item);
    },

    // Conditions use a transaction: its token keeps the SDK's retries from failing on their own write.
    async put(item, condition) {
      if (condition) return transact([{ put: item, condition }]);
      checkItemSize(keyOf(schema, item), JSON.stringify(item));
      await guard(() => client.send(new PutCommand({ TableName, Item: item })));
      return true;
    },

    async delete(key, condition) {
      if (condition) return transact([{ delete: key, condition }]);
      checkSortKey(key.sort);
      await guard(() => client.send(new DeleteCommand({ TableName, Key: attributes(key) })));
      return true;
    },

    create: () => guard(() => createTable(client, schema)),

    // Reading a missing item needs no further permissions.
    async ping() {
      const Key = attributes({ partition: 'PING', sort: 'PING' });
      await guard(() => client.send(new GetCommand({ TableName, Key })));
    },

    close: async () => client.destroy(),
  };
}

const pageSize = (limit: number | undefined) => (limit === undefined ? {} : { pageSize: limit });

const isPassing = (code: string): boolean =>
  ['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded'].includes(code);

/** Batches that each fit into a transaction. */
function batchesOf(items: Iterable<NewItem>): NewItem[][] {
  const batches: NewItem[][] = [];
  let bytes = 0;
  for (const item of items) {
    const current = batches.at(-1);
    if (current && current.length < MAXIMUM_TRANSACTION_WRITES && bytes + item.bytes <= TRANSACTION_BYTES) {
      current.push(item);
      bytes += item.bytes;
    } else {
      batches.push([item]);
      bytes = item.bytes;
    }
  }
  return batches;
}
