import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/**
 * A client that tries again by itself, more slowly when the service asks for it, and gives up after some 20 seconds.
 * Region and credentials come from where the AWS SDK looks for them, unless given.
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
