import { readFileSync } from 'node:fs';
import test from 'ava';
import { readConfig, type Overrides } from '../lib/core/config.ts';
import { createHealth } from '../lib/core/health-service.ts';
import type { AnsweringStore } from '../lib/core/store/answering.ts';

const read = (file: string) => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');

/** Settings that the image sets, that are files of the host, or that are a client's. */
const NOT_PASSED =
  /^(?:HOME|USERPROFILE|HOST|PORT|XDG_\w+|AWS_LAMBDA_FUNCTION_NAME|IMMERSION_(?:DATA_DIR|LIBRARY|SECRET_FILE|INSECURE)|IMMERSION_TRACKER_\w+)$/;
/** What the AWS SDK reads itself. */
const OF_THE_SDK = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'];

test('docker compose passes every setting of a server', (t) => {
  const asked = new Set<string>();
  const overrides = new Proxy<Overrides>({}, { get: (_, name) => void asked.add(String(name)) });
  readConfig({ environment: {}, overrides, workingDirectory: '/' });
  const passed = [...read('compose.yaml').matchAll(/^ {6}- (\w+)$/gm)].map(([, name = '']) => name);
  const wanted = [...asked].filter((name) => !NOT_PASSED.test(name));
  t.true(wanted.includes('TVDB_API_KEY') && wanted.includes('TRAKT_REDIRECT_URI'));
  t.deepEqual(passed.toSorted(), [...wanted, ...OF_THE_SDK].sort());
});

test('a store that doesn’t respond is said before the container’s health check gives up', async (t) => {
  const [, seconds = '0'] = /^HEALTHCHECK .*--timeout=(\d+)s/m.exec(read('Dockerfile')) ?? [];
  const silent = { hasAnswered: () => true, ping: () => Promise.withResolvers<void>().promise };
  const started = performance.now();
  const error = await t.throwsAsync(createHealth({ stores: () => [silent as unknown as AnsweringStore] }).check());
  t.is(error.message, 'The store didn’t respond within 3 seconds.');
  t.true(performance.now() - started < (Number(seconds) - 1) * 1000);
});
