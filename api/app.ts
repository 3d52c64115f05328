import { METHODS } from 'node:http';
import cors from '@koa/cors';
import { Router, type RouterContext } from '@koa/router';
import Koa from 'koa';
import bodyParser from 'koa-bodyparser';
import type { Account } from '../lib/users/accounts-service.ts';
import type { Clock, Log, RequestMetrics } from '../lib/core/ports.ts';
import { addOnDemand, allEndpoints, type Features } from './features.ts';
import { authentication, type Authentication, type RefusedLogin } from './middleware/authentication.ts';
import { errors, refuseBody } from './middleware/errors.ts';
import { refuseForeignPages } from './middleware/foreign-pages.ts';
import { refuseInvalidImages } from './middleware/image-names.ts';
import { jsonBody } from './middleware/json-body.ts';
import { admitBodies } from './middleware/large-bodies.ts';
import { observability } from './middleware/observability.ts';
import { page, type HandOver } from './middleware/page.ts';
import type { RunsOnDemand } from './middleware/validation.ts';
import { requestId } from './middleware/request-id.ts';

declare module 'koa' {
  interface DefaultState {
    requestId: string;
    account?: Account;
    refusedLogin?: RefusedLogin;
    errorCode?: string;
    /** Resolves once the routes at the request's path exist. */
    routes?: Promise<unknown>;
  }
  interface DefaultContext {
    runs: RunsOnDemand;
  }
}

/** Open paths, for which the app decides itself. */
const OPEN_PATHS: ReadonlySet<string> = new Set(['/health', '/openapi.json', '/docs']);
const BODY_LIMIT = '4mb';
const AS_TEXT = { enableTypes: ['text'], extendTypes: { text: ['json'] } };
const CORS = { allowMethods: 'GET,POST,PUT,OPTIONS', allowHeaders: 'Authorization,Content-Type' };

/** Settings besides the services. */
export interface AppSettings {
  log: Log;
  version: string;
  /** The origin allowed by CORS; none if undefined. */
  corsOrigin: string | undefined;
  /** Only for programs on this computer: other sites' web pages are rejected. */
  isLocal?: boolean;
  authentication: Authentication;
  /** The login for the page's first visitor. */
  handOver?: HandOver | undefined;
  clock: Clock;
  /** Undefined disables metrics. */
  metrics?: RequestMetrics | undefined;
}

/** The API: middleware and routes. It doesn't listen. */
export function createApp(features: Features, settings: AppSettings): Koa {
  const app = new Koa();
  // All methods are implemented, so that none returns 501.
  const router = new Router({ methods: METHODS });
  const routes = routesOnDemand(router, features, settings);

  // Koa would print the stack of a broken connection.
  app.on('error', (error: NodeJS.ErrnoException, ctx?: Koa.Context) => {
    settings.log.warn('A response could not be sent', { request_id: ctx?.state.requestId, reason: error.code });
  });
  app.context.runs = async () => (await features.runs()).runs;
  app.use(requestId());
  app.use(
    observability({
      log: settings.log,
      metrics: settings.metrics,
      clock: settings.clock,
      patternOf: (ctx) => patternOf(router, ctx),
    }),
  );
  app.use(routes.begin);
  if (settings.corsOrigin !== undefined) app.use(cors({ ...CORS, origin: settings.corsOrigin }));
  app.use(errors({ log: settings.log, isLocal: settings.isLocal }));
  if (settings.isLocal) app.use(refuseForeignPages(settings));
  const { kind } = settings.authentication;
  app.use(page({ open: kind === 'open', compress: kind !== 'gateway', handOver: settings.handOver }));
  app.use(authentication(settings.authentication, (path) => OPEN_PATHS.has(path)));
  app.use(refuseInvalidImages());
  app.use(admitBodies());
  app.use(jsonBody(bodyParser({ ...AS_TEXT, textLimit: BODY_LIMIT, onerror: refuseBody })));
  app.use(routes.complete);
  app.use(router.routes());
  app.use(router.allowedMethods());
  return app;
}

/** The pattern of the route that a request ran, otherwise of one at its path, preferably of its method. */
function patternOf(router: Router, ctx: Koa.Context): string | undefined {
  const { _matchedRoute: ran } = ctx as Partial<RouterContext>;
  if (typeof ran === 'string') return ran;
  const { pathAndMethod, path: atPath } = router.match(ctx.path, ctx.method);
  const pattern = (pathAndMethod.at(-1) ?? atPath.at(-1))?.path;
  return typeof pattern === 'string' ? pattern : undefined;
}

/**
 * Adds a feature's routes on the first request to one of its paths.
 * `begin` comes first and resolves the route for every request; `complete` comes before the router. In between, the
 * body is read: Lambda only allows that right away.
 */
function routesOnDemand(
  router: Router,
  features: Features,
  { version, clock, log }: AppSettings,
): { begin: Koa.Middleware; complete: Koa.Middleware } {
  const add = addOnDemand({ router, features, settings: { version, clock, log, endpoints: allEndpoints } });
  return {
    async begin(ctx, next) {
      const adding = add(ctx.path);
      ctx.state.routes = adding;
      // A failure is answered by `complete`.
      await Promise.all([adding.catch(() => undefined), next()]);
    },
    async complete(ctx, next) {
      await ctx.state.routes;
      await next();
    },
  };
}
