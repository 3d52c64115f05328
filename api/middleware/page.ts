import { timingSafeEqual } from 'node:crypto';
import type { Context, Middleware } from 'koa';
import { UnauthorizedError } from '../../lib/core/errors.ts';
import { once } from '../../lib/core/once.ts';
import { PICTURE_HOSTS } from '../../lib/core/providers-rules.ts';
import { answerJson } from './json.ts';

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  `img-src 'self' blob: ${PICTURE_HOSTS.join(' ')}`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const INDEX = 'index.html';
const LOGIN = 'login';

/** A login that the page gets for a one-time secret. */
export interface HandOver {
  secret: string;
  user: string;
  authorization: string;
}

/** Access to the page: `open` needs no login, and `handOver` is for the first visit. */
export interface PageSettings {
  open: boolean;
  /** Disabled behind gateways that treat bodies as text. */
  compress: boolean;
  handOver?: HandOver | undefined;
}

/** Serves the page at `/` and its files at `/page/…`, without authentication, since they contain no data. */
export function page({ open, compress, handOver }: PageSettings): Middleware {
  const files = once(async () => {
    const { default: all } = await import('../../dist/web/page.json', { with: { type: 'json' } });
    return new Map(all.map((file) => [file.name, file]));
  });
  let unused = handOver;

  return async function servePage(ctx, next) {
    const name = ctx.path === '/' ? INDEX : /^\/page\/([\w.-]+)$/.exec(ctx.path)?.[1];
    if (name === undefined || ctx.method === 'OPTIONS') return next();
    ctx.set('X-Content-Type-Options', 'nosniff');
    if (name === LOGIN) return answerLogin(ctx);
    if (!['GET', 'HEAD'].includes(ctx.method)) return refuseMethod(ctx, 'GET, HEAD');
    const file = (await files()).get(name);
    if (!file) return ctx.throw(404);
    ctx.set('Content-Security-Policy', POLICY);
    ctx.set('Referrer-Policy', 'no-referrer');
    ctx.set('Cache-Control', name === INDEX ? 'no-cache' : 'public, max-age=31536000, immutable');
    ctx.vary('Accept-Encoding');
    const accepted = compress && ctx.acceptsEncodings('br', 'gzip', 'identity');
    const encoding = accepted === 'br' || accepted === 'gzip' ? accepted : undefined;
    ctx.status = 200;
    ctx.type = file.type;
    ctx.etag = encoding ? `${file.etag}-${encoding}` : file.etag;
    if (ctx.fresh) {
      ctx.status = 304;
    } else if (encoding) {
      ctx.set('Content-Encoding', encoding);
      ctx.body = Buffer.from(encoding === 'br' ? file.brotli : file.gzip, 'base64');
    } else {
      ctx.body = file.text;
    }
  };

  /** Whether a login is needed, and the login itself once for the holder of the secret. */
  function answerLogin(ctx: Context): void {
    ctx.set('Cache-Control', 'no-store');
    if (['GET', 'HEAD'].includes(ctx.method)) return answerJson(ctx, { login_needed: !open });
    if (ctx.method !== 'POST') return refuseMethod(ctx, 'GET, HEAD, POST');
    if (!unused || !isSame(ctx.get('Authorization'), `Bearer ${unused.secret}`)) {
      throw new UnauthorizedError('This link has already been used.', {
        code: 'link_used',
        suggestions: ['Open the dashboard again from the terminal.'],
      });
    }
    const { user, authorization } = unused;
    unused = undefined;
    answerJson(ctx, { user, authorization });
  }
}

function refuseMethod(ctx: Context, allowed: string): never {
  ctx.set('Allow', allowed);
  ctx.throw(405);
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
