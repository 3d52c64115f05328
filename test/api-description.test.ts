import test from 'ava';
import { type Document, OpenAPIBackend } from 'openapi-backend';
import { startProviders, PROVIDER_KEYS } from './e2e/providers.ts';
import { oneAjv } from './one-ajv.ts';
import { ALICE, PASSWORD, runApi } from './running-api.ts';

type Json = Record<string, unknown>;

interface Operation {
  operationId: string;
  parameters: { name: string; in: 'path' | 'query'; required: boolean; schema: Json }[];
  requestBody?: { content: Record<string, { schema: Json }> };
  responses: Record<string, { content?: Record<string, { schema: Json }> }>;
}

interface Try {
  what: string;
  path: Json;
  query: Json;
  body?: unknown;
  headers?: Record<string, string>;
  text?: string;
}

/** Values that no schema expects, or that break things elsewhere. */
const ODD: unknown[] = [
  null,
  '',
  ' ',
  '\u0000',
  '\u202E\u001B[31m',
  'e\u0301'.repeat(200),
  '../../etc/passwd',
  "'; DROP TABLE x",
  '__proto__',
  '%00',
  '2026-02-30',
  '9999-12-31T23:59:59Z',
  -1,
  0,
  1.5,
  1e30,
  2 ** 53,
  true,
  [],
  [null],
  {},
  { a: { b: [1] } },
  '\uD800',
];

const SAMPLES = [
  '1',
  'a',
  'ja',
  'dQw4w9WgXcQ',
  '1c9cbd2e-6b1a-4cc4-9d4f-0d6dfd2d4c11',
  '2026-01-02',
  '2026-01-02T03:04:05Z',
  'Europe/Berlin',
  'a.jpg',
  '0123456789abcdefABCDEF',
];
const SEED = 12;
const MUTATIONS_PER_OPERATION = 10;

/** Mulberry32: the same numbers each time. */
function createRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}

/** A value that fits a schema, as far as that is easy. */
function valueOf(schema: Json, random: (below: number) => number, components: Json): unknown {
  const make = (inner: unknown) => valueOf(inner as Json, random, components);
  const { $ref: reference, const: constant, enum: options, anyOf, oneOf, type, pattern } = schema;
  if (typeof reference === 'string') return make(components[reference.split('/').at(-1) ?? '']);
  if (constant !== undefined) return constant;
  if (Array.isArray(options)) return options[random(options.length)];
  const choices = anyOf ?? oneOf;
  if (Array.isArray(choices)) return make(choices[random(choices.length)]);
  const least = Number(schema['minimum'] ?? 1);
  switch (Array.isArray(type) ? type[random(type.length)] : type) {
    case 'object': {
      const required = new Set((schema['required'] as string[] | undefined) ?? []);
      const properties = Object.entries((schema['properties'] ?? {}) as Json);
      return Object.fromEntries(
        properties
          .filter(([name]) => required.has(name) || random(3) === 0)
          .map(([name, inner]) => [name, make(inner)]),
      );
    }
    case 'array':
      return Array.from({ length: Math.max(Number(schema['minItems'] ?? 0), random(3)) }, () => make(schema['items']));
    case 'integer':
    case 'number':
      return Math.min(Math.max(least, random(40)), Number(schema['maximum'] ?? 1000));
    case 'boolean':
      return random(2) === 0;
    case 'null':
      return null;
    default: {
      const fitting = SAMPLES.filter((one) => typeof pattern !== 'string' || new RegExp(pattern, 'u').test(one));
      return fitting[random(fitting.length)] ?? 'a';
    }
  }
}

/** Puts an odd value somewhere in a body. */
function broken(value: unknown, odd: unknown, random: (below: number) => number): unknown {
  if (Array.isArray(value) && value.length > 0) {
    const at = random(value.length);
    return value.map((one, index) => (index === at ? broken(one, odd, random) : (one as unknown)));
  }
  if (typeof value !== 'object' || value === null) return odd;
  const names = [...Object.keys(value), 'unknown_field'];
  const name = names[random(names.length)] ?? '';
  return { ...value, [name]: random(3) === 0 ? odd : broken((value as Json)[name], odd, random) };
}

function triesOf({ parameters, requestBody }: Operation, random: (below: number) => number, components: Json): Try[] {
  const valid = (): Try => {
    const given = (place: 'path' | 'query') =>
      Object.fromEntries(
        parameters
          .filter((one) => one.in === place && (one.required || random(2) === 0))
          .map(({ name, schema }) => [name, valueOf(schema, random, components)]),
      );
    const schema = requestBody?.content['application/json']?.schema;
    const body = schema ? { body: valueOf(schema, random, components) } : {};
    return { what: 'valid', path: given('path'), query: given('query'), ...body };
  };
  const mutated = Array.from({ length: MUTATIONS_PER_OPERATION }, (): Try => {
    const one = valid();
    const odd = ODD[random(ODD.length)];
    const places = [
      ...(Object.keys(one.path).length > 0 ? ['path' as const] : []),
      'query' as const,
      ...(requestBody ? ['body' as const, 'body' as const] : []),
    ];
    const place = places[random(places.length)] ?? 'query';
    if (place === 'body') return { ...one, what: 'body', body: broken(one.body, odd, random) };
    const names = parameters.filter((parameter) => parameter.in === place).map(({ name }) => name);
    const name = names[random(names.length)] ?? 'unknown';
    return {
      ...one,
      what: place,
      [place]: { ...one[place], [name]: typeof odd === 'object' ? JSON.stringify(odd) : odd },
    };
  });
  return [
    valid(),
    valid(),
    valid(),
    ...mutated,
    { ...valid(), what: 'no login', headers: { Authorization: 'Bearer x' } },
    { ...valid(), what: 'a text', text: 'a', headers: { 'Content-Type': 'text/plain' } },
    { ...valid(), what: 'half a body', text: '{"a": ' },
    { ...valid(), what: 'a list', text: '[]' },
    { ...valid(), what: 'gzip that is none', text: '{}', headers: { 'Content-Encoding': 'gzip' } },
    { ...valid(), what: 'a run’s odd id', headers: { 'Immersion-Batch': 'not an id' } },
    { ...valid(), what: 'what is not sent', headers: { Accept: 'application/xml' } },
  ];
}

test('every answer has a status that the description of its endpoint declares, and fits its schema', async (t) => {
  const providers = await startProviders();
  t.teardown(() => providers.close());
  const users = [{ user: 'alice', password: PASSWORD, admin: true }];
  const api = await runApi(t, { environment: providers.settings, secret: { users, ...PROVIDER_KEYS } });
  const description = (await api.call('/openapi.json', { authorization: null })).body as {
    paths: Record<string, Record<string, Operation>>;
    components: { schemas: Json };
  };
  const backend = new OpenAPIBackend({
    definition: structuredClone(description) as unknown as Document,
    quick: true,
    customizeAjv: oneAjv(),
    ajvOpts: { strict: false, code: { optimize: false } },
  });
  await backend.init();
  // Looked up once, not for each answer.
  const described = new Map(backend.getOperations().map((one) => [one.operationId, one]));
  const random = createRandom(SEED);
  // What waits in the service need not wait here.
  const timer = setInterval(() => void (api.clock.milliseconds += 1000), 5);
  t.teardown(() => clearInterval(timer));
  const wrong: string[] = [];
  const statuses: Record<string, number> = {};
  for (const [pattern, methods] of Object.entries(description.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      for (const { what, path, query, body, headers, text } of triesOf(
        operation,
        random,
        description.components.schemas,
      )) {
        // The guards count requests in a second.
        api.clock.milliseconds += 2000;
        const where = pattern.replaceAll(/\{(\w+)\}/g, (_, name: string) => encode(path[name]));
        const search = Object.entries(query).map(([name, value]) => `${name}=${encode(value)}`);
        const sent = text ?? (body === undefined ? undefined : JSON.stringify(body));
        const answer = await api.call(`${where}${search.length > 0 ? `?${search.join('&')}` : ''}`, {
          method: method.toUpperCase(),
          authorization: ALICE,
          ...(headers ? { headers } : {}),
          ...(sent === undefined || method === 'get' ? {} : { text: sent }),
        });
        statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
        const name = `${method} ${pattern} (${what}): ${where}?${search.join('&')} ${sent ?? ''}`.slice(0, 300);
        // An odd path may be another endpoint’s, or none.
        const isElsewhere = what === 'path' && ([404, 405].includes(answer.status) || /\/(?:\/|$)/.test(where));
        const declared = operation.responses[answer.status];
        if (isElsewhere) continue;
        if (!declared || answer.status === 500) {
          wrong.push(`${answer.status} ${name}: ${answer.text.slice(0, 200)}`);
          continue;
        }
        const type = answer.headers.get('content-type')?.split(';')[0] ?? '';
        const types = Object.keys(declared.content ?? {});
        if (!types.some((one) => type === one || (one.endsWith('/*') && type.startsWith(one.slice(0, -1))))) {
          wrong.push(`${type} for ${types.join()} ${name}`);
        } else if (type === 'application/json') {
          const { errors } = backend.validateResponse(
            answer.body,
            described.get(operation.operationId)!,
            answer.status,
          );
          if (errors) wrong.push(`${answer.status} ${name}: ${JSON.stringify(errors).slice(0, 300)}`);
        }
      }
    }
  }
  t.deepEqual(wrong, []);
  for (const status of [200, 400, 401, 404, 415]) t.true((statuses[status] ?? 0) > 10, JSON.stringify(statuses));
});

/** Lone surrogates cannot be encoded. */
const encode = (value: unknown): string =>
  encodeURIComponent((typeof value === 'string' ? value : JSON.stringify(value)).toWellFormed());
