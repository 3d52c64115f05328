import { TVMAZE_ATTRIBUTION } from '../providers-rules.ts';
import * as z from 'zod';
import type { Endpoint } from './endpoint.ts';
import { errorSchema } from './errors.ts';

type Json = Record<string, unknown>;

const STATUS_TEXTS: Record<number, string> = {
  200: 'Done',
  202: 'Accepted',
  204: 'Done',
  400: 'The request is malformed or invalid',
  401: 'Credentials are missing or wrong',
  403: 'Not allowed',
  404: 'Not found',
  409: 'Another write came first, or the current state doesn’t allow it',
  413: 'The body is too large',
  415: 'The body is not JSON',
  422: 'Some ids are unknown to the provider; the rest was stored',
  429: 'Too many requests',
  500: 'Server error',
  502: 'A provider failed',
  503: 'The store is unavailable, or a setting is missing',
};

/** Generates an OpenAPI 3.1 description from the endpoints' schemas. */
export function openApiDocument({ version, endpoints }: { version: string; endpoints: readonly Endpoint[] }): Json {
  const schemas: Json = {};
  const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): Json => {
    const {
      $schema: _,
      $defs,
      ...json
    } = withComponentReferences(z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Json);
    // A schema with an id becomes a component, and the top level a reference to it.
    Object.assign(schemas, $defs);
    return json;
  };

  const content = (schema: z.ZodType, io: 'input' | 'output', contentType = 'application/json') => ({
    content: { [contentType]: { schema: schemaOf(schema, io) } },
  });
  const parameters = (schema: z.ZodType | undefined, place: 'query' | 'path') => {
    if (!schema) return [];
    const { properties = {}, required = [] } = schemaOf(schema, 'input') as { properties?: Json; required?: string[] };
    const { properties: read = {} } = schemaOf(schema, 'output') as { properties?: Record<string, Json> };
    return Object.entries(properties).map(([name, property]) => ({
      name,
      in: place,
      required: place === 'path' || required.includes(name),
      // Numbers are parsed from text, so the input schema has no bounds; use the output schema.
      schema: ['integer', 'number'].includes(String(read[name]?.['type'])) ? read[name] : property,
    }));
  };
  const operation = (one: Endpoint): Json => {
    const errors = new Set([
      // Any query may be in another encoding, and have a parameter that is unknown.
      400,
      ...(one.open ? [] : [401, 429, 503]),
      ...(one.errors ?? []),
      // A body is read even where none is expected.
      ...(one.method === 'GET' ? [] : [413, 415]),
      500,
    ]);
    return {
      operationId: operationIdOf(one),
      summary: one.summary,
      ...(one.open ? { security: [] } : {}),
      parameters: [...parameters(one.params, 'path'), ...parameters(one.query, 'query')],
      ...(one.body ? { requestBody: { required: true, ...content(one.body, 'input') } } : {}),
      responses: Object.fromEntries([
        [
          one.status ?? 200,
          { description: STATUS_TEXTS[one.status ?? 200], ...content(one.answer, 'output', one.contentType) },
        ],
        ...[...errors].map((status) => [
          status,
          { description: STATUS_TEXTS[status], ...content(errorSchema, 'output') },
        ]),
      ]) as Json,
    };
  };

  const paths: Record<string, Json> = {};
  for (const one of endpoints) {
    const path = one.path.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [one.method.toLowerCase()]: operation(one) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'immersion',
      version,
      license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
      description: `Records what you watch while learning a language, and shows your progress. Without a TVDB key: ${TVMAZE_ATTRIBUTION}.`,
    },
    // Relative to this document, so it works under any host and sub-path.
    servers: [{ url: '.' }],
    security: [{ basic: [] }],
    paths,
    components: { securitySchemes: { basic: { type: 'http', scheme: 'basic' } }, schemas },
  };
}

/** `getTitlesByTypeAndTmdbId` for `GET /titles/:type/:tmdb_id`. */
function operationIdOf({ method, path }: Endpoint): string {
  const words = path.split('/').filter(Boolean);
  const capitalized = (text: string) =>
    text.replaceAll(/(?:^|[^a-zA-Z0-9]+)([a-zA-Z0-9])/g, (_, letter: string) => letter.toUpperCase());
  const parameters = words.filter((word) => word.startsWith(':')).map(capitalized);
  const fixed = words.filter((word) => !word.startsWith(':')).map(capitalized);
  return [method.toLowerCase(), ...fixed, ...(parameters.length > 0 ? ['By', parameters.join('And')] : [])].join('');
}

const withComponentReferences = (json: Json): Json =>
  JSON.parse(JSON.stringify(json).replaceAll('"#/$defs/', '"#/components/schemas/')) as Json;
