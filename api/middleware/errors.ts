import { HttpError, type Context, type Middleware } from 'koa';
import {
  ConflictError,
  ForbiddenError,
  ImmersionError,
  InvalidInputError,
  NotConfiguredError,
  NotFoundError,
  ProviderError,
  StoreError,
  TooManyRequestsError,
  UnauthorizedError,
  UnprocessableError,
} from '../../lib/core/errors.ts';
import type { Log } from '../../lib/core/ports.ts';
import { answerJson } from './json.ts';

/** The only place where errors get a status. */
const STATUSES: [new (...args: never[]) => ImmersionError, number][] = [
  [InvalidInputError, 400],
  [UnauthorizedError, 401],
  [ForbiddenError, 403],
  [NotFoundError, 404],
  [ConflictError, 409],
  [UnprocessableError, 422],
  [TooManyRequestsError, 429],
  [ProviderError, 502],
  [NotConfiguredError, 503],
  [StoreError, 503],
];

/** Paths that are safe in errors: short, and the same in any encoding. */
const PLAIN_PATH = /^[\w/.~-]{1,200}$/;

/** Errors of Koa and its body parser, in our words. */
const HTTP_ERRORS: Record<number, { code: string; message: string }> = {
  400: { code: 'malformed_json', message: 'The body is not valid JSON.' },
  404: { code: 'no_such_route', message: 'No such endpoint' },
  405: { code: 'method_not_allowed', message: 'This endpoint doesn’t support that method. See the Allow header.' },
  413: { code: 'body_too_large', message: 'The body is larger than 4 MiB. Send fewer items at a time.' },
  415: { code: 'unsupported_media_type', message: 'The body must be JSON, with Content-Type: application/json.' },
};

const UNSUPPORTED_ENCODING = {
  code: 'unsupported_encoding',
  message: 'The encoding of the body isn’t supported. Send it plain, or as gzip, deflate or br in lower case.',
};

/** Converts errors to a status and a JSON body; unexpected ones are logged and become a 500. */
export function errors({ log, isLocal = false }: { log: Log; isLocal?: boolean | undefined }): Middleware {
  return async function answerErrors(ctx, next) {
    try {
      await next();
      if (ctx.status >= 400 && (ctx.body === null || ctx.body === undefined)) answerStatus(ctx, ctx.status);
    } catch (error) {
      if (error instanceof ImmersionError) {
        answer(ctx, error, isLocal);
        if (ctx.status === 503)
          log.warn('A request could not be answered', { reason: error.message, ...requestOf(ctx) });
        return;
      }
      if (error instanceof HttpError && error['code'] === UNSUPPORTED_ENCODING.code) {
        return answerStatus(ctx, error.status, UNSUPPORTED_ENCODING);
      }
      if (error instanceof HttpError && HTTP_ERRORS[error.status]) return answerStatus(ctx, error.status);
      log.error('A request failed unexpectedly', { ...requestOf(ctx), method: ctx.method }, error);
      ctx.state.errorCode = 'internal_error';
      ctx.status = 500;
      const { request_id: id } = requestOf(ctx);
      answerJson(ctx, { message: `Something went wrong. Look for ${id} in the log.`, code: 'internal_error' });
    }
  };
}

const requestOf = (ctx: Context) => ({ request_id: ctx.state.requestId });

/** Only local users get messages with local paths. */
function answer(ctx: Context, error: ImmersionError, isLocal: boolean): void {
  const { message, suggestions } =
    isLocal || error.publicMessage === undefined ? error : { message: error.publicMessage, suggestions: [] };
  ctx.state.errorCode = error.code;
  ctx.status = STATUSES.find(([type]) => error instanceof type)?.[1] ?? 500;
  if (ctx.status === 401) ctx.set('WWW-Authenticate', 'Basic');
  if (error.retryAfterSeconds !== undefined) ctx.set('Retry-After', String(Math.ceil(error.retryAfterSeconds)));
  answerJson(ctx, {
    message,
    code: error.code,
    ...(error.details.length > 0 ? { details: error.details } : {}),
    ...(suggestions.length > 0 ? { suggestions } : {}),
    ...error.extra,
  });
}

function answerStatus(ctx: Context, status: number, said = HTTP_ERRORS[status]): void {
  const { code, message } = said ?? { code: 'failed', message: 'The request failed.' };
  const shown = PLAIN_PATH.test(ctx.path) ? `: ${ctx.method} ${ctx.path}` : '';
  const where = status === 404 ? `${shown}. See /docs.` : '';
  ctx.state.errorCode = code;
  // A body would turn an implicit 404 into 200, so the status is set again.
  answerJson(ctx, { message: message + where, code });
  ctx.status = status;
}

/** Errors of the body parser: the client's fault if it has a status, or the connection or compression broke. */
export function refuseBody(error: Error, ctx: Context): never {
  const { status = 500, code = '' } = error as { status?: number; code?: string };
  if (ctx.req.destroyed && !ctx.req.complete)
    throw new InvalidInputError('The request was cut off.', { code: 'request_broken_off' });
  if (/^(Z|ERR__ERROR)_/.test(code)) ctx.throw(400);
  if (HTTP_ERRORS[status]) ctx.throw(status);
  throw error;
}
