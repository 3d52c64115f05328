import { checkSortKey, compareBytes, lastKeyWith } from './limits.ts';
import type { Condition, QueryOptions, TableSchema } from './store.ts';

type Names = Record<string, string>;
type Values = Record<string, unknown>;

interface ConditionParts {
  ConditionExpression: string;
  ExpressionAttributeNames: Names;
  ExpressionAttributeValues?: Values;
}

interface KeyRange {
  KeyConditionExpression: string;
  ExpressionAttributeNames: Names;
  ExpressionAttributeValues: Values;
}

/** Uses placeholders for names, as many are reserved words. */
export function conditionOf(schema: TableSchema, condition: Condition): ConditionParts {
  if (condition.kind === 'absent') {
    return {
      ConditionExpression: 'attribute_not_exists(#condition)',
      ExpressionAttributeNames: { '#condition': schema.partitionKey },
    };
  }
  return {
    ConditionExpression:
      condition.kind === 'equals'
        ? '#condition = :condition'
        : 'attribute_not_exists(#condition) OR #condition < :condition',
    ExpressionAttributeNames: { '#condition': condition.attribute },
    ExpressionAttributeValues: { ':condition': condition.value },
  };
}

/** The range that a query reads; undefined if it is empty. */
export function keyRangeOf(schema: TableSchema, partition: string, options: QueryOptions): KeyRange | undefined {
  const prefix = options.prefix ?? '';
  for (const bound of [prefix, options.from, options.to]) checkSortKey(bound ?? '');
  const { text, values } = sortCondition(prefix, options);
  if (text === undefined) return undefined;
  return {
    KeyConditionExpression: `#partition = :partition${text && ` AND ${text}`}`,
    ExpressionAttributeNames: { '#partition': schema.partitionKey, ...(text && { '#sort': schema.sortKey }) },
    ExpressionAttributeValues: { ':partition': partition, ...values },
  };
}

/** DynamoDB allows one condition on the sort key, so prefix and bounds are combined. */
function sortCondition(prefix: string, { from, to }: QueryOptions): { text?: string; values?: Values } {
  if (from === undefined && to === undefined) {
    return prefix ? { text: 'begins_with(#sort, :prefix)', values: { ':prefix': prefix } } : { text: '' };
  }
  const lower = greatest(prefix, from ?? '');
  const last = prefix === '' ? undefined : lastKeyWith(prefix);
  const upper = to !== undefined && last !== undefined ? smallest(to, last) : (to ?? last);
  if (upper === undefined) return lower ? { text: '#sort >= :from', values: { ':from': lower } } : { text: '' };
  if (upper === '' || greatest(lower, upper) !== upper) return {};
  if (lower === '') return { text: '#sort <= :to', values: { ':to': upper } };
  return { text: '#sort BETWEEN :from AND :to', values: { ':from': lower, ':to': upper } };
}

/** All attributes by default. */
export function projectionOf(projection: readonly string[] = []): {
  ProjectionExpression?: string;
  ExpressionAttributeNames?: Names;
} {
  if (projection.length === 0) return {};
  const names = Object.fromEntries([...new Set(projection)].map((name, index) => [`#read${index}`, name]));
  return { ProjectionExpression: Object.keys(names).join(', '), ExpressionAttributeNames: names };
}

const greatest = (one: string, other: string): string => (compareBytes(one, other) < 0 ? other : one);
const smallest = (one: string, other: string): string => (compareBytes(one, other) < 0 ? one : other);
