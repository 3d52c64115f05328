import type { ExecutionContext } from 'ava';
import { TABLES } from '../../localstack/definition.ts';
import type { Emulator } from '../../localstack/ministack.ts';
import { createPerson, listening } from '../cli-process.ts';
import { basic, call } from '../running-api.ts';
import { AIKO, dynamoDbSettings, TABLES_CREATED } from './dynamodb-settings.ts';

/** A server on DynamoDB keeps what a command records, for whom Secrets Manager names. */
export async function dynamoDbEvening(t: ExecutionContext, emulator: Emulator, program?: string): Promise<void> {
  const person = createPerson(t, await dynamoDbSettings(emulator), program);
  const run = async (args: string[], environment = {}): Promise<unknown> => {
    const ran = await person.run([...args, '--json'], { environment, asProcess: true });
    t.is(ran.status, 0, ran.stderr);
    return JSON.parse(ran.stdout);
  };
  t.like(await run(['tables', 'create']), { tables: TABLES_CREATED });
  const { checks } = (await run(['doctor', '--offline'])) as { checks: { name: string; said: string }[] };
  t.regex(checks.map(({ said }) => said).join('\n'), new RegExp(`data in the DynamoDB table ${TABLES.tracker.table}`));

  const { url } = await listening(t, person.start(['serve', '--port', '0', '--json']));
  t.like((await call(`${url}/health`)).body, { status: 'ok', store: 'ok' });
  t.is((await call(`${url}/shows`, { authorization: basic(AIKO.user, 'wrong') })).status, 401);

  const files = person.fill('Bleach/Bleach - 001.mkv', 'Bleach/Bleach - 002.mkv');
  const environment = {
    IMMERSION_STORE: 'sqlite',
    IMMERSION_TRACKER_API_URL: url,
    IMMERSION_TRACKER_USER: AIKO.user,
    IMMERSION_TRACKER_PASSWORD: AIKO.password,
  };
  t.like(await run(['sync', '--clean', 'delete'], environment), {
    episodes_added: files.length,
    files_removed: files.length,
  });
  t.like(await run(['progress'], environment), { total_episodes_watched: files.length });

  const restarted = await listening(t, person.start(['serve', '--port', '0', '--json']));
  const { body } = await call(`${restarted.url}/progress`, { authorization: basic(AIKO.user, AIKO.password) });
  t.like(body, { total_episodes_watched: files.length });
}
