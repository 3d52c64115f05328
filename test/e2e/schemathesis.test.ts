import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import test from 'ava';
import { createPerson, listening } from '../cli-process.ts';
import { PROVIDER_KEYS, startProviders } from './providers.ts';
import { findPythonProgram } from './python-program.ts';

const VERSION = '4.32.5';
const SEED = '1';
const CASES_PER_ENDPOINT = '5';

test('every answer of the built server is one that its description knows', async (t) => {
  const schemathesis = await findPythonProgram('schemathesis', VERSION);
  if ('missing' in schemathesis) {
    t.log(`Skipped: ${schemathesis.missing}.`);
    t.pass();
    return;
  }
  const providers = await startProviders();
  t.teardown(() => providers.close());
  const person = createPerson(t, providers.settings);
  const secretFile = path.join(person.folder, 'secret.json');
  const users = [{ user: 'admin', password: 'admin-password', admin: true }];
  await writeFile(secretFile, JSON.stringify({ users, ...PROVIDER_KEYS }));
  const environment = { IMMERSION_SECRET_FILE: secretFile };
  const child = person.start(['serve', '--port', '0', '--json'], { environment });
  const { url } = await listening(t, child);

  const { stdout, code } = await promisify(execFile)(
    schemathesis.program,
    [
      '--no-color',
      '--config-file',
      path.join(import.meta.dirname, 'schemathesis.toml'),
      'run',
      `${url}/openapi.json`,
      '--url',
      url,
      '--auth',
      'admin:admin-password',
      '--phases',
      'coverage,fuzzing',
      '--seed',
      SEED,
      '--max-examples',
      CASES_PER_ENDPOINT,
      '--workers',
      '2',
      '--no-shrink',
      '--continue-on-failure',
      '--suppress-health-check',
      'all',
      '--warnings',
      'off',
    ],
    // It writes files where it runs.
    { cwd: person.folder, maxBuffer: 64 * 1024 * 1024 },
  ).then(
    ({ stdout }) => ({ stdout, code: 0 }),
    (error: unknown) => error as { stdout: string; code: number },
  );
  t.regex(stdout, /(\d{4,}) generated/, 'thousands of cases were tried');
  t.is(code, 0, stdout);
});
