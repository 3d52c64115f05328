// Runs as a function with another one's role, and tries allowed and forbidden actions.
import { DynamoDBClient, DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';

const store = DynamoDBDocumentClient.from(new DynamoDBClient());
const secrets = new SecretsManagerClient();
const tracker = { TableName: 'immersion_tracker' };
const positions = { TableName: 'tv_show_tracker' };
const Key = { pk: 'PROBE', sk: 'PROBE' };
const position = { username: 'PROBE', tv_show: 'PROBE' };
const query = { KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': 'PROBE' } };
const condition = { ConditionExpression: 'attribute_not_exists(pk)' };
const SecretId = 'immersion_tracker_api';

const ATTEMPTS = {
  'read an item': () => store.send(new GetCommand({ ...tracker, Key })),
  'query the tracker': () => store.send(new QueryCommand({ ...tracker, ...query })),
  'write an item': () => store.send(new PutCommand({ ...tracker, Item: Key })),
  'delete an item': () => store.send(new DeleteCommand({ ...tracker, Key })),
  'write a transaction': () =>
    store.send(
      new TransactWriteCommand({
        TransactItems: [
          { Put: { ...tracker, Item: Key } },
          { ConditionCheck: { ...tracker, Key: { ...Key, sk: 'OTHER' }, ...condition } },
        ],
      }),
    ),
  'scan the tracker': () => store.send(new ScanCommand({ ...tracker, Limit: 1 })),
  'delete the tracker': () => store.send(new DeleteTableCommand(tracker)),
  'write a position': () => store.send(new PutCommand({ ...positions, Item: position })),
  'scan the positions': () => store.send(new ScanCommand({ ...positions, Limit: 1 })),
  'delete a position': () => store.send(new DeleteCommand({ ...positions, Key: position })),
  'read the secret': () => secrets.send(new GetSecretValueCommand({ SecretId })),
  'read another secret': () => secrets.send(new GetSecretValueCommand({ SecretId: 'another_secret' })),
  'change the secret': () => secrets.send(new PutSecretValueCommand({ SecretId, SecretString: '{}' })),
} satisfies Record<string, () => Promise<unknown>>;

export type Attempt = keyof typeof ATTEMPTS;

/** Returns `done` or the error's name for each action. */
export async function handler(): Promise<Record<string, string>> {
  const results: Record<string, string> = {};
  for (const [attempt, run] of Object.entries(ATTEMPTS)) {
    results[attempt] = await run().then(
      () => 'done',
      (error: unknown) => (error as Error).name,
    );
  }
  return results;
}
