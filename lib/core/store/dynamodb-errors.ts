import { ImmersionError, InvalidInputError, NotConfiguredError, StoreError } from '../errors.ts';

const SECONDS_UNTIL_NEXT_TRY = 5;

/** Temporary faults. */
const PASSING = new Set([
  'InternalServerError',
  'InternalFailure',
  'ItemCollectionSizeLimitExceededException',
  'LimitExceededException',
  'ProvisionedThroughputExceededException',
  'ReplicatedWriteConflictException',
  'RequestLimitExceeded',
  'RequestTimeout',
  'ServiceUnavailable',
  'ServiceUnavailableException',
  'ThrottlingException',
  'TimeoutError',
  'TransactionConflictException',
  'TransactionInProgressException',
]);

const NOT_ALLOWED = new Set([
  'AccessDeniedException',
  'CredentialsProviderError',
  'ExpiredTokenException',
  'IncompleteSignatureException',
  'InvalidSignatureException',
  'MissingAuthenticationTokenException',
  'TokenProviderError',
  'UnrecognizedClientException',
]);

export const unavailable = (table: string): StoreError =>
  new StoreError(`The DynamoDB table ${table} is not responding.`, {
    code: 'store_unavailable',
    suggestions: ['Try again in a moment.'],
    retryAfterSeconds: SECONDS_UNTIL_NEXT_TRY,
  });

/**
 * Replaces errors of the AWS SDK, which may contain signed headers and key ids. Other errors are bugs and are returned
 * unchanged.
 */
export function replaceSdkError(error: unknown, table: string): unknown {
  if (!(error instanceof Error) || error instanceof ImmersionError) return error;
  if (error.name === 'ResourceNotFoundException') {
    return new StoreError(`The table ${table} does not exist on DynamoDB.`, {
      code: 'store_missing',
      suggestions: ['Check its name and the AWS region.'],
    });
  }
  if (error.message === 'Region is missing') {
    return new NotConfiguredError(`No AWS region is set for the table ${table}.`, {
      code: 'region_missing',
      suggestions: ['Set AWS_REGION.'],
    });
  }
  if (NOT_ALLOWED.has(error.name)) {
    return new StoreError(`AWS denied access to the table ${table} (${error.name}).`, {
      code: 'store_forbidden',
      suggestions: ['Check the AWS credentials and the permissions of their role.'],
    });
  }
  if (error.name === 'ValidationException' && /item size/iu.test(error.message)) {
    return new InvalidInputError(`An item is too large to store in ${table}.`, { code: 'item_too_large' });
  }
  if (PASSING.has(error.name) || isServerFault(error) || isNetworkFault(error)) return unavailable(table);
  if (!('$metadata' in error)) return error;
  // The service's own message names attributes and limits, but no keys.
  const sentence = error.name === 'ValidationException' ? `: ${error.message}` : '';
  return new StoreError(`DynamoDB refused a request to the table ${table} (${error.name})${sentence}`, {
    code: 'store_refused',
  });
}

/** Any 5xx, including a proxy's page that the SDK can't parse. */
const isServerFault = (error: Error & { $metadata?: { httpStatusCode?: number } }): boolean =>
  (error.$metadata?.httpStatusCode ?? 0) >= 500;

/** Node's socket and resolver errors have codes such as `ECONNREFUSED`; Node's own begin with `ERR_`. */
const isNetworkFault = (error: object): boolean =>
  'code' in error && typeof error.code === 'string' && /^E(?!RR_)[A-Z_]+$/u.test(error.code);
