import test from 'ava';
import { startEmulator } from '../../localstack/ministack.ts';
import { dynamoDbEvening } from './dynamodb-evening.ts';

const emulator = await startEmulator();
test.after.always(() => emulator.stop());

test('the built server keeps what a built command records in DynamoDB, for whom Secrets Manager names', (t) =>
  dynamoDbEvening(t, emulator));
