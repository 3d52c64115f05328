import { setTimeout as wait } from 'node:timers/promises';
import {
  CreateTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  ResourceInUseException,
  ResourceNotFoundException,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { StoreError } from '../errors.ts';
import { unavailable } from './dynamodb-errors.ts';
import type { TableSchema } from './store.ts';

const READY_ATTEMPTS = 240;
const READY_INTERVAL_MILLISECONDS = 500;

/** Creates a missing table, waits until it is active, and enables expiry by `expires_at`. */
export async function createTable(client: DynamoDBDocumentClient, schema: TableSchema): Promise<{ created: boolean }> {
  const created = !(await exists(client, schema)) && (await createIfMissing(client, schema));
  await waitUntilActive(client, schema.table);
  await enableExpiry(client, schema.table);
  return { created };
}

async function exists(client: DynamoDBDocumentClient, { table, partitionKey, sortKey }: TableSchema): Promise<boolean> {
  let names: (string | undefined)[];
  try {
    names = (await describe(client, table))?.KeySchema?.map(({ AttributeName }) => AttributeName) ?? [];
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return false;
    throw error;
  }
  if (names[0] === partitionKey && names[1] === sortKey) return true;
  throw new StoreError(
    `The table ${table} exists with the keys ${names.join(', ')}, so it belongs to another program.`,
    {
      code: 'store_foreign',
      suggestions: ['Use another table name.'],
    },
  );
}

/** False if another process was faster. */
async function createIfMissing(
  client: DynamoDBDocumentClient,
  { table, partitionKey, sortKey }: TableSchema,
): Promise<boolean> {
  try {
    await client.send(
      new CreateTableCommand({
        TableName: table,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [partitionKey, sortKey].map((name) => ({ AttributeName: name, AttributeType: 'S' })),
        KeySchema: [
          { AttributeName: partitionKey, KeyType: 'HASH' },
          { AttributeName: sortKey, KeyType: 'RANGE' },
        ],
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof ResourceInUseException) return false;
    throw error;
  }
}

async function waitUntilActive(client: DynamoDBDocumentClient, table: string): Promise<void> {
  for (let attempt = 0; attempt < READY_ATTEMPTS; attempt += 1) {
    if ((await describe(client, table))?.TableStatus === 'ACTIVE') return;
    await wait(READY_INTERVAL_MILLISECONDS);
  }
  throw unavailable(table);
}

async function enableExpiry(client: DynamoDBDocumentClient, table: string): Promise<void> {
  const isEnabled = async () => {
    const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName: table }));
    return TimeToLiveDescription?.TimeToLiveStatus?.startsWith('ENABL') === true;
  };
  if (await isEnabled()) return;
  try {
    const TimeToLiveSpecification = { AttributeName: 'expires_at', Enabled: true };
    await client.send(new UpdateTimeToLiveCommand({ TableName: table, TimeToLiveSpecification }));
  } catch (error) {
    // Another process may have been faster.
    if (!(await isEnabled())) throw error;
  }
}

const describe = async (client: DynamoDBDocumentClient, table: string) =>
  (await client.send(new DescribeTableCommand({ TableName: table }))).Table;
