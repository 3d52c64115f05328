import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { TestFn } from 'ava';
import { type Document, OpenAPIBackend } from 'openapi-backend';
import type { FakeRequest } from '../lib/demo/fake-server.ts';
import { oneAjv } from './one-ajv.ts';

const FOLDER = new URL('../../shared/providers/', import.meta.url);

/** Adds a file's last test: requests and fake responses match the vendor's API description. */
export function testAgainstDescription(
  test: TestFn,
  {
    by,
    file,
    requests,
    prefix = '',
    atLeast,
  }: { by: string; file: string; requests: FakeRequest[]; prefix?: string; atLeast: number },
): void {
  const location = new URL(file, FOLDER);
  if (!existsSync(location)) {
    test.serial(
      `SKIPPED for ${path.basename(by)}: ${file} is not here, so nothing was held against the vendor's description`,
      (t) => {
        t.log(`Put the vendor's description at ${location.pathname} to have requests and fakes judged.`);
        t.pass();
      },
    );
    return;
  }
  test.serial(
    `${path.basename(by, '.test.ts')}: every request and every answer of the fake fits ${file}`,
    async (t) => {
      const backend = await described(location);
      // Each is judged once, also where several files share them.
      const judged = requests.splice(0);
      t.true(judged.length >= atLeast, `${judged.length} requests`);
      t.deepEqual(
        judged.flatMap((request) => complaints(backend, request, prefix)),
        [],
      );
      const unknownSettingChecks = { ...judged[0]!, query: new URLSearchParams({ unknownSettingChecks: '1' }) };
      t.not(
        complaints(backend, unknownSettingChecks, prefix).length,
        0,
        'a query name that is not described is noticed',
      );
    },
  );
}

/** What the vendor describes at a location, compiled once. */
const described = (location: URL): Promise<OpenAPIBackend> =>
  (kept[location.href] ??= (async () => {
    const backend = new OpenAPIBackend({
      definition: JSON.parse(readFileSync(location, 'utf8')) as Document,
      quick: true,
      coerceTypes: true,
      customizeAjv: oneAjv(),
      ajvOpts: {
        strict: false,
        // Schemas of others are taken as they are.
        meta: false,
        validateSchema: false,
        // Validators that run a few times aren't worth optimizing.
        code: { optimize: false },
        formats: {
          int32: true,
          int64: true,
          uint32: true,
          uint64: true,
          float: true,
          'date-time': true,
          uri: true,
          date: true,
          double: true,
          null: true,
        },
      },
    });
    return backend.init();
  })());

const kept: Record<string, Promise<OpenAPIBackend>> = {};

function complaints(backend: OpenAPIBackend, request: FakeRequest, prefix: string): string[] {
  const { method, path, query, headers, body, answer } = request;
  const name = `${method} ${path}?${query.toString()}`;
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded');
  const parsed = isForm ? Object.fromEntries(new URLSearchParams(body)) : body;
  const asked = {
    method,
    path: path.startsWith(prefix) ? path.slice(prefix.length) : path,
    query: query.toString(),
    headers: Object.fromEntries(Object.entries(headers).map(([header, value]) => [header, value ?? ''])),
    body: parsed === '' ? undefined : parsed,
  };
  const operation = backend.matchOperation(asked);
  if (operation === undefined) return [`${name}: no such operation`];
  const sent = backend.validateRequest(asked, operation).errors ?? [];
  const isDescribed =
    answer !== undefined && request.fault === undefined && String(answer.status) in (operation.responses ?? {});
  const answered = isDescribed ? (backend.validateResponse(answer.body, operation, answer.status).errors ?? []) : [];
  return [
    ...sent.map((error) => `${name}: request ${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`),
    ...answered.map((error) => `${name}: answer ${answer?.status} ${error.instancePath} ${error.message}`),
  ];
}
