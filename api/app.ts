import { METHODS } from 'node:http';
import cors from '@koa/cors';
import { Router } from '@koa/router';
import Koa from 'koa';
import bodyParser from 'koa-bodyparser';
import type { Account } from '../lib/users/accounts-service.ts';
import type { Clock, Log, RequestMetrics } from '../lib/core/ports.ts';
import { addFeature, allEndpoints, featuresAt, type FeatureName, type Rooms } from './features.ts';
import { authentication, type Authentication, type RefusedLogin } from './middleware/authentication.ts';
import { errors, refuseBody } from './middleware/errors.ts';
import { refuseForeignPages } from './middleware/foreign-pages.ts';
import { refuseStrangeImages } from './middleware/image-names.ts';
import { admitBodies } from './middleware/large-bodies.ts';
import { observability } from './middleware/observability.ts';
import { page, type HandOver } from './middleware/page.ts';
import type { RunsOnDemand } from './middleware/validation.ts';
import { requestId } from './middleware/request-id.ts';

declare module 'koa' {
  /** What middleware leaves for what comes after it. */
  interface DefaultState {
    requestId: string;
    account?: Account;
    refusedLogin?: RefusedLogin;
    errorCode?: string;
  }
  interface DefaultContext {
    runs: RunsOnDemand;
  }
}

/** The paths that need no credentials where the app itself decides. */
const OPEN_PATHS: ReadonlySet<string> = new Set(['/health', '/openapi.json', '/docs']);
const BODY_LIMIT = '4mb';
const CORS = { allowMethods: 'GET,POST,PUT,OPTIONS', allowHeaders: 'Authorization,Content-Type' };

/** What an app needs to know beside its services. */
export interface AppSettings {
  log: Log;
  version: string;
  /** The origin that browsers may call from; none when undefined. */
  corsOrigin: string | undefined;
  /** For programs on this computer alone: web pages are refused. */
  isLocal?: boolean;
  authentication: Authentication;
  /** What the page's first visitor logs in with. */
  handOver?: HandOver | undefined;
  clock: Clock;
  /** Where requests are counted; nowhere when left out. */
  metrics?: RequestMetrics | undefined;
}

/** The API: middleware and routes on one screen. It does not listen. */
export function createApp(rooms: Rooms, settings: AppSettings): Koa {
  const app = new Koa();
  // All methods are known, so that none is answered with 501.
  const router = new Router({ methods: METHODS });
  const routes = routesOnDemand(router, rooms, settings);

  // Koa would print the stack of a connection that broke.
  app.on('error', (error: NodeJS.ErrnoException, ctx?: Koa.Context) => {
    settings.log.warn('A response could not be sent', { request_id: ctx?.state.requestId, reason: error.code });
  });
  app.context.runs = async () => (await rooms.runs()).runs;
  app.use(requestId());
  app.use(
    observability({
      log: settings.log,
      metrics: settings.metrics,
      clock: settings.clock,
      patternOf: (path, method) => patternOf(router, path, method),
    }),
  );
  app.use(routes.begin);
  if (settings.corsOrigin !== undefined) app.use(cors({ ...CORS, origin: settings.corsOrigin }));
  app.use(errors({ log: settings.log, isLocal: settings.isLocal }));
  if (settings.isLocal) app.use(refuseForeignPages(settings));
  const { kind } = settings.authentication;
  app.use(page({ open: kind === 'open', compress: kind !== 'gateway', handOver: settings.handOver }));
  app.use(authentication(settings.authentication, (path) => OPEN_PATHS.has(path)));
  app.use(refuseStrangeImages());
  app.use(admitBodies());
  app.use(bodyParser({ enableTypes: ['json'], jsonLimit: BODY_LIMIT, onerror: refuseBody }));
  app.use(routes.complete);
  app.use(router.routes());
  app.use(router.allowedMethods());
  return app;
}

/** The pattern of the route at a path: the one of the method, else of any method. Known before the router runs. */
function patternOf(router: Router, path: string, method: string): string | undefined {
  const { pathAndMethod, path: atPath } = router.match(path, method);
  const pattern = (pathAndMethod.at(-1) ?? atPath.at(-1))?.path;
  return typeof pattern === 'string' ? pattern : undefined;
}

/**
 * Adds a feature's routes with the first request to one of its paths: a cold start pays for no other's schemas.
 * `begin` comes first, and lets no request end before its route is known; `complete` stands before the router. In
 * between, the body is read: on Lambda it can only be read at once.
 */
function routesOnDemand(
  router: Router,
  rooms: Rooms,
  { version, clock, log }: AppSettings,
): { begin: Koa.Middleware; complete: Koa.Middleware } {
  const added = new Map<FeatureName, Promise<void>>();
  const settings = { version, clock, log, endpoints: allEndpoints };
  const addOne = (name: FeatureName): Promise<void> => {
    const adding = added.get(name) ?? addFeature(name, { router, rooms, settings });
    added.set(name, adding);
    return adding;
  };
  const add = async (path: string): Promise<void> => {
    await Promise.all(featuresAt(path).map(addOne));
  };
  return {
    async begin(ctx, next) {
      await Promise.all([add(ctx.path), next()]);
    },
    async complete(ctx, next) {
      await add(ctx.path);
      await next();
    },
  };
}
