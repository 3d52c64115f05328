import { randomUUID } from 'node:crypto';
import type { RouterContext } from '@koa/router';
import * as z from 'zod';
import type { AnswerOf, BodyOf, Endpoint, ParamsOf, QueryOf } from '../../lib/core/contract/endpoint.ts';
import { MAXIMUM_ITEMS } from '../../lib/core/contract/names.ts';
import { InvalidInputError } from '../../lib/core/errors.ts';
import { readRunHeader, RUN_HEADER } from '../../lib/core/run-header-rules.ts';
import { sliceEnd } from '../../lib/core/slices.ts';
import type { Account } from '../../lib/users/accounts-service.ts';
import type { Runs } from '../../lib/viewings/run-service.ts';
import { answerJson } from './json.ts';
import type { Routes } from '../route-settings.ts';

const MAXIMUM_FAULTS = 100;
const MAXIMUM_FIELDS = 1000;
/** Items validated before yielding to the event loop. */
const SLICE_ITEMS = 250;
const NOTHING = z.object({});

/** Opened on first use. */
export type RunsOnDemand = () => Promise<Runs>;

/** Validated input, and the user. */
export interface EndpointRequest<E extends Endpoint> {
  body: BodyOf<E>;
  query: QueryOf<E>;
  params: ParamsOf<E>;
  user: string;
  account: Account;
  /** The write's run, returned in the header of the same name. */
  batchId: string;
  ctx: RouterContext;
}

/** Serves an endpoint: validates the request, calls the handler, sends the response with the endpoint's status. */
export function serve<E extends Endpoint>(
  router: Routes,
  endpoint: E,
  handler: (request: EndpointRequest<E>) => Promise<AnswerOf<E>>,
): void {
  router.register(endpoint.path, [endpoint.method], async (ctx: RouterContext) => {
    const account = accountOf(ctx);
    if (endpoint.body && !ctx.is('application/json')) ctx.throw(415);
    refuseLongLists(ctx.request.body);
    const isStrict = !endpoint.contract;
    const body = await parseBody(endpoint.body, ctx.request.body, isStrict);
    const query = parse(endpoint.query ?? NOTHING, { ...ctx.query }, { place: 'query', isStrict });
    const params = parse(endpoint.params, ctx['params'], { place: 'path', isStrict });
    const handle = (batchId: string) =>
      handler({
        body: body as BodyOf<E>,
        query: query as QueryOf<E>,
        params: params as ParamsOf<E>,
        user: account.user,
        account,
        batchId,
        ctx,
      });
    const answer = endpoint.run === undefined ? await handle('') : await inRun(ctx, endpoint.run, handle);
    ctx.status = endpoint.status ?? 200;
    answerJson(ctx, answer as object);
  });
}

interface Detail {
  path: string;
  message: string;
}

/** Validates long lists in slices, so that other requests are served in between. */
async function parseBody(schema: z.ZodType | undefined, body: unknown, isStrict: boolean): Promise<unknown> {
  const lists = Object.entries(body ?? {}).filter((entry): entry is [string, unknown[]] => Array.isArray(entry[1]));
  const longest = Math.max(0, ...lists.map(([, list]) => list.length));
  if (longest <= SLICE_ITEMS) return parse(schema, body, { place: 'body', isStrict });

  for (const [name, list] of lists) {
    const maximum = maximumOf(schema, name);
    if (list.length > maximum) throw tooManyItems(name, maximum);
  }
  const taken: Record<string, unknown> = {};
  const faults: Detail[] = [];
  for (let start = 0; start < longest && faults.length < MAXIMUM_FAULTS; start += SLICE_ITEMS) {
    const end = sliceEnd();
    if (end) await end;
    const slices = lists.map(([name, list]): [string, unknown[]] => [name, list.slice(start, start + SLICE_ITEMS)]);
    const part = { ...(body as object), ...Object.fromEntries(slices) };
    try {
      merge(taken, parse(schema, part, { place: 'body', isStrict }) as object);
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
      const found = error.details.flatMap((detail) =>
        'path' in detail ? { ...detail, path: absolutePath(detail.path, start) } : [],
      );
      faults.push(...found.filter(({ path }) => start === 0 || path.includes('.')));
    }
  }
  if (faults.length > 0) throw invalid('body', faults);
  return taken;
}

function merge(taken: Record<string, unknown>, part: object): void {
  for (const [name, value] of Object.entries(part)) {
    const before = taken[name];
    if (Array.isArray(before) && Array.isArray(value)) before.push(...(value as unknown[]));
    else taken[name] ??= value;
  }
}

/** Translates a path within a slice to the whole list. */
const absolutePath = (path: string, start: number): string =>
  path.replace(/(?<=^[^.]*\.)\d+(?=\.|$)/u, (index) => String(Number(index) + start));

/** The maximum number of items in a body's list. */
function maximumOf(schema: z.ZodType | undefined, name: string): number {
  let list: unknown = schema instanceof z.ZodObject ? schema.shape[name] : undefined;
  while (list instanceof z.ZodDefault || list instanceof z.ZodOptional) list = list.unwrap();
  const checks = list instanceof z.ZodArray ? (list.def.checks ?? []) : [];
  const maxima = checks.map(({ _zod: { def } }) => (def as { maximum?: unknown }).maximum);
  return Math.min(...maxima.filter((maximum) => typeof maximum === 'number'));
}

/** Open endpoints have no user. */
const accountOf = ({ state }: RouterContext): Account => state.account ?? { user: '', admin: false };

function parse(
  schema: z.ZodType | undefined,
  value: unknown,
  { place, isStrict }: { place: string; isStrict: boolean },
): unknown {
  if (!schema) return undefined;
  const { success, data, error } = schema.safeParse(value);
  if (success) {
    const unknown = isStrict ? unknownFields(value, data) : [];
    if (unknown.length === 0) return data;
    throw invalid(
      place,
      unknown.map((path) => ({ path, message: place === 'query' ? 'unknown parameter' : 'unknown field' })),
    );
  }
  const tooMany = error.issues.find((issue) => issue.code === 'too_big' && issue.origin === 'array');
  if (tooMany?.code === 'too_big') throw tooManyItems(tooMany.path.join('.'), Number(tooMany.maximum));
  throw invalid(
    place,
    error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message })),
  );
}

const invalid = (place: string, details: Detail[]): InvalidInputError =>
  new InvalidInputError(`The request ${place} is invalid.`, {
    code: 'invalid_request',
    details: details.slice(0, MAXIMUM_FAULTS),
  });

/** Paths of fields that the schema dropped. */
function unknownFields(given: unknown, taken: unknown, path: string[] = []): string[] {
  if (typeof given !== 'object' || given === null || typeof taken !== 'object' || taken === null) return [];
  return Object.entries(given).flatMap(([name, value]) =>
    Object.hasOwn(taken, name)
      ? unknownFields(value, (taken as Record<string, unknown>)[name], [...path, name])
      : [[...path, name].join('.')],
  );
}

/** Checked before validation, since a million items would block the server for seconds. */
function refuseLongLists(body: unknown): void {
  if (Object.keys(body ?? {}).length > MAXIMUM_FIELDS) {
    throw invalid('body', [{ path: '', message: `at most ${MAXIMUM_FIELDS} fields` }]);
  }
  for (const [name, value] of Object.entries(body ?? {})) {
    if (Array.isArray(value) && value.length > MAXIMUM_ITEMS) throw tooManyItems(name, MAXIMUM_ITEMS);
  }
}

const tooManyItems = (path: string, maximum: number): InvalidInputError =>
  new InvalidInputError(`The request has too many ${path}: at most ${maximum} at a time.`, {
    code: 'too_many_items',
    details: [{ path, message: `at most ${maximum} at a time` }],
  });

/**
 * Handles a request as part of its run, which starts with its first request. A request without a run gets one of its
 * own, which is removed if nothing was recorded. Runs are stored before their records, so that an interruption leaves
 * no records without a run.
 */
async function inRun<Answer>(
  ctx: RouterContext,
  counted: string | true,
  handle: (batchId: string) => Promise<Answer>,
): Promise<Answer> {
  const given = ctx.get(RUN_HEADER);
  const run = given === '' ? { id: randomUUID(), kind: 'contract' } : readRunHeader(given);
  if (!run) {
    throw new InvalidInputError(`The header ${RUN_HEADER} must be an id such as a UUID.`, { code: 'invalid_batch' });
  }
  ctx.set(RUN_HEADER, run.id);
  const body = ctx.request.body as { dry_run?: unknown } | undefined;
  if (body?.dry_run === true || ctx.query['dry_run'] === 'true') return handle(run.id);
  const { user } = accountOf(ctx);
  const runs = await ctx.runs();
  await runs.begin({ user, batchId: run.id, kind: run.kind });
  const forgetOwn = async () => {
    if (given === '') await runs.forget({ user, batchId: run.id });
  };
  try {
    const answer = await handle(run.id);
    if (counted !== true && !(Number((answer as Record<string, unknown>)[counted]) > 0)) await forgetOwn();
    return answer;
  } catch (error) {
    if (error instanceof InvalidInputError) await forgetOwn();
    throw error;
  }
}
