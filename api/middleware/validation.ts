import { randomUUID } from 'node:crypto';
import type Router from '@koa/router';
import type { RouterContext } from '@koa/router';
import type * as z from 'zod';
import type { AnswerOf, BodyOf, Endpoint, ParamsOf, QueryOf } from '../../lib/core/contract/endpoint.ts';
import { batchIdSchema, MAXIMUM_ITEMS } from '../../lib/core/contract/names.ts';
import { InvalidInputError } from '../../lib/core/errors.ts';
import type { Account } from '../../lib/users/accounts-service.ts';

const MAXIMUM_FAULTS = 100;
const BATCH_HEADER = 'Immersion-Batch';

/** What a handler gets: everything validated, and who asks. */
export interface EndpointRequest<E extends Endpoint> {
  body: BodyOf<E>;
  query: QueryOf<E>;
  params: ParamsOf<E>;
  user: string;
  account: Account;
  /** The run that this write belongs to, for handlers of writes; answered in the header of the same name. */
  batchId: string;
  ctx: RouterContext;
}

/** Serves an endpoint of the contract: parse, call the handler, answer its body with the endpoint's status. */
export function serve<E extends Endpoint>(
  router: Router,
  endpoint: E,
  handler: (request: EndpointRequest<E>) => Promise<AnswerOf<E>>,
): void {
  router.register(endpoint.path, [endpoint.method], async (ctx: RouterContext) => {
    const account = (ctx.state['account'] ?? { user: '', admin: false }) as Account;
    if (endpoint.body && !ctx.is('application/json')) ctx.throw(415);
    refuseLongLists(ctx.request.body);
    const answer = await handler({
      body: parse(endpoint.body, ctx.request.body, 'body') as BodyOf<E>,
      query: parse(endpoint.query, { ...ctx.query }, 'query') as QueryOf<E>,
      params: parse(endpoint.params, ctx['params'], 'path') as ParamsOf<E>,
      user: account.user,
      account,
      get batchId() {
        return batchOf(ctx);
      },
      ctx,
    });
    ctx.status = endpoint.status ?? 200;
    ctx.body = answer;
  });
}

function parse(schema: z.ZodType | undefined, value: unknown, place: string): unknown {
  if (!schema) return undefined;
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  const tooMany = error.issues.find((issue) => issue.code === 'too_big' && issue.origin === 'array');
  if (tooMany?.code === 'too_big') throw tooManyItems(tooMany.path.join('.'), Number(tooMany.maximum));
  throw new InvalidInputError(`The request ${place} is invalid.`, {
    code: 'invalid_request',
    details: error.issues.slice(0, MAXIMUM_FAULTS).map((issue) => ({
      path: issue.path.join('.'),
      message: issue.message,
    })),
  });
}

/** Before a schema looks at each item: a million of them would keep everyone else waiting for seconds. */
function refuseLongLists(body: unknown): void {
  for (const [name, value] of Object.entries(body ?? {})) {
    if (Array.isArray(value) && value.length > MAXIMUM_ITEMS) throw tooManyItems(name, MAXIMUM_ITEMS);
  }
}

const tooManyItems = (path: string, maximum: number): InvalidInputError =>
  new InvalidInputError(`The request has too many ${path}: at most ${maximum} at a time.`, {
    code: 'too_many_items',
    details: [{ path, message: `at most ${maximum} at a time` }],
  });

function batchOf(ctx: RouterContext): string {
  const given = ctx.get(BATCH_HEADER);
  if (given !== '' && !batchIdSchema.safeParse(given).success) {
    throw new InvalidInputError(`The header ${BATCH_HEADER} must be an id such as a UUID.`, { code: 'invalid_batch' });
  }
  const batchId = given || randomUUID();
  ctx.set(BATCH_HEADER, batchId);
  return batchId;
}
