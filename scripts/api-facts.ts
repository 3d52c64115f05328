import { allEndpoints } from '../api/features.ts';
import { openApiDocument } from '../lib/core/contract/openapi.ts';
import { markdownTable } from './markdown-table.ts';

type Json = Record<string, unknown>;

interface Parameter {
  name: string;
  in: 'path' | 'query';
  required: boolean;
  schema: Json;
}

/** An endpoint's example request. */
export interface EndpointExample {
  method: string;
  /** With values for parameters and required queries. */
  address: string;
  body: unknown;
}

/** Recognizable values by field name. */
const VALUES: Record<string, unknown> = {
  id: 'daily',
  code: 'a1b2c3d4',
  name: 'Shirokuma Cafe',
  query: 'shirokuma',
  folder_name: 'Shirokuma Cafe',
  file_name: '01',
  username: 'me',
  tv_show: 'The Office',
  season: 2,
  episode: 5,
  seconds: 2700,
  title: 'Crosstalk with Ana',
  ref: 'crosstalk-2026-10-01',
  source: 'log',
  at: '2026-10-01T21:30',
  language: 'ja',
  time_zone: 'Europe/Berlin',
  tmdb_id: 45_950,
  tvdb_id: 257_571,
  imdb_id: 'tt2275656',
  video_ids: ['dQw4w9WgXcQ'],
  episode_ids: ['512ojhOuo1ktJprKbVcKyQ'],
  device_id: '7f2c',
  number: 1,
  n: 1,
  size: 'w500',
  basename: 'poster.jpg',
  events: [
    { kind: 'planned', title: { type: 'movie', tmdb_id: 550, title: 'Fight Club' }, listed_at: '2026-10-01T10:30:00Z' },
  ],
  items: [{ type: 'position', tv_show: 'The Office', season: 2, episode: 5, last_updated: '2026-10-01T10:30:00Z' }],
};

/** Ids by path prefix. */
const IDS: [RegExp, unknown][] = [
  [/^\/titles\//, 12_429],
  [/^\/(?:api\/shows|tmdb\/tv)\//, 45_950],
  [/^\/tmdb\/people\//, 287],
  [/^\/tmdb\/collections\//, 10],
  [/^\/tmdb\/movies\//, 550],
  [/^\/viewings\//, '3fa94c01d2'],
  [/^\/batches\//, '0f2c1d9e-8a55-4c0b-9a55-1f7d6a3b2c10'],
  [/^\/runs\//, '01JB2M7Q'],
  [/^\/rules\//, 'news'],
  [/^\/search\/shows\//, 257_571],
  [/^\/search\/playlists\//, 'PLrAXtmErZgOeiKm4sgNOknGvNjby9efdf'],
];

/** Bodies for which generated examples would be invalid or change nothing. */
const BODIES: Record<string, unknown> = {
  'PATCH /viewings/{id}': { at: '2026-10-01T21:30', seconds: 1440 },
  'PUT /settings': { time_zone: 'Europe/Berlin', from: 'today', day_ends_at: 4 },
  'PUT /titles/{type}/{tmdb_id}': { rating: 5 },
  'POST /syncmovies': { movies: [{ file_name: 'Ponyo (2008)', tmdb_id: 12_429 }] },
  'POST /viewings/held': { episodes: [{ folder_name: 'Shirokuma Cafe', file_name: '01' }] },
  'POST /viewings': {
    viewings: [{ ref: 'crosstalk-2026-10-01', title: 'Crosstalk with Ana', seconds: 2700, at: '2026-10-01T21:30' }],
  },
  'PUT /rules/{id}': { collection: { kind: 'podcast', id: 'morning-radio' }, attention: 'background' },
  'PUT /api/folders': { folder_name: 'Shirokuma Cafe', tmdb_id: 45_950 },
  'PUT /goals/{id}': { seconds: 2700, period: 'day' },
};

/** A section per endpoint: description, parameters, response, and a curl example. */
export async function apiSections(): Promise<string> {
  const document = await description();
  const operations = operationsOf(document);
  const contents = markdownTable(
    ['endpoint', 'what it does'],
    operations.map(({ method, path, operation }) => [
      `[\`${method} ${path}\`](#${anchorOf(method, path)})`,
      String(operation['summary']),
    ]),
  );
  return [contents, ...operations.map((one) => section(one, document))].join('\n\n');
}

export async function endpointExamples(): Promise<EndpointExample[]> {
  const document = await description();
  return operationsOf(document).map((one) => exampleOf(one, document));
}

const description = async (): Promise<Json> => openApiDocument({ version: '', endpoints: await allEndpoints() });

interface Operation {
  method: string;
  path: string;
  operation: Json;
}

const operationsOf = (document: Json): Operation[] =>
  Object.entries(document['paths'] as Record<string, Record<string, Json>>).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );

function section(one: Operation, document: Json): string {
  const { method, path, operation } = one;
  const query = parametersOf(operation).filter((parameter) => parameter.in === 'query');
  const fields = Object.keys(propertiesOf(answerOf(operation), document));
  return [
    `### ${method} ${path}`,
    `${String(operation['summary'])}${operation['security'] ? ' (no login needed)' : ''}.`,
    ...(query.length === 0 ? [] : [`Query: ${query.map(parameterText).join(', ')}.`]),
    ...(fields.length === 0 ? [] : [`Returns ${fields.map((field) => `\`${field}\``).join(', ')}.`]),
    `\`\`\`sh\n${curlOf(exampleOf(one, document))}\n\`\`\``,
  ].join('\n\n');
}

function parameterText({ name, required, schema }: Parameter): string {
  const values = Array.isArray(schema['enum']) ? ` (${schema['enum'].join(', ')})` : '';
  return `\`${name}\`${values}${required ? ', required' : ''}`;
}

function exampleOf({ method, path, operation }: Operation, document: Json): EndpointExample {
  const valueOf = ({ name, schema }: Parameter): string =>
    encodeURIComponent(String((name.endsWith('id') ? idAt(path) : undefined) ?? sample(schema, { name, document })));
  const parameters = parametersOf(operation);
  const filled = parameters
    .filter((parameter) => parameter.in === 'path')
    .reduce((address, parameter) => address.replace(`{${parameter.name}}`, valueOf(parameter)), path);
  const query = parameters
    .filter((parameter) => parameter.in === 'query' && (parameter.required || ALSO[path] === parameter.name))
    .map((parameter) => `${parameter.name}=${valueOf(parameter)}`);
  const request = operation['requestBody'] as { content: Record<string, { schema: Json }> } | undefined;
  const schema = request && Object.values(request.content)[0]?.schema;
  return {
    method,
    address: [filled, ...(query.length > 0 ? [query.join('&')] : [])].join('?'),
    body: schema ? (BODIES[`${method} ${path}`] ?? sample(schema, { name: '', document })) : undefined,
  };
}

/** Queries that need one of several optional parameters. */
const ALSO: Record<string, string> = { '/search/ids': 'tmdb_id', '/stats': 'period' };

function curlOf({ method, address, body }: EndpointExample): string {
  const verb = method === 'GET' ? '' : ` -X ${method}`;
  const call = `curl -u me${verb} "$API${address}"`;
  if (body === undefined) return call;
  return `${call} \\\n  -H 'Content-Type: application/json' \\\n  -d '${JSON.stringify(body).replaceAll("'", String.raw`'\''`)}'`;
}

/** A valid example of a schema, using {@link VALUES}. */
function sample(schema: Json, { name, document }: { name: string; document: Json }): unknown {
  if (name in VALUES) return VALUES[name];
  const target = resolve(schema, document);
  if ('example' in target) return target['example'];
  if ('const' in target) return target['const'];
  if (Array.isArray(target['enum'])) return (target['enum'] as unknown[])[0];
  const alternatives = (target['anyOf'] ?? target['oneOf']) as Json[] | undefined;
  if (alternatives?.[0] && !target['properties']) return sample(alternatives[0], { name, document });
  if (target['type'] === 'array') return [sample((target['items'] ?? {}) as Json, { name: '', document })];
  if (target['properties']) {
    // If one of several fields is required, the first.
    const required = [
      ...((target['required'] ?? []) as string[]),
      ...((alternatives?.[0]?.['required'] ?? []) as string[]),
    ];
    const properties = target['properties'] as Record<string, Json>;
    return Object.fromEntries(required.map((key) => [key, sample(properties[key] ?? {}, { name: key, document })]));
  }
  return target['type'] === 'boolean' ? true : target['type'] === 'integer' || target['type'] === 'number' ? 1 : 'text';
}

const idAt = (path: string): unknown => IDS.find(([pattern]) => pattern.test(path))?.[1];

const parametersOf = (operation: Json): Parameter[] => (operation['parameters'] ?? []) as Parameter[];

function answerOf(operation: Json): Json {
  const responses = Object.entries(operation['responses'] as Record<string, Json>);
  const done = responses.find(([status]) => Number(status) < 400)?.[1];
  return Object.values((done?.['content'] ?? {}) as Record<string, { schema: Json }>)[0]?.schema ?? {};
}

const propertiesOf = (schema: Json, document: Json): Json => (resolve(schema, document)['properties'] ?? {}) as Json;

function resolve(schema: Json, document: Json): Json {
  const reference = schema['$ref'];
  if (typeof reference !== 'string') return schema;
  const { schemas } = document['components'] as { schemas: Record<string, Json> };
  return resolve(schemas[reference.slice(reference.lastIndexOf('/') + 1)] ?? {}, document);
}

/** GitHub's anchor of a heading such as `GET /titles/{type}`. */
const anchorOf = (method: string, path: string): string =>
  `${method} ${path}`
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
