import type { RouterContext } from '@koa/router';
import type { Endpoint } from '../lib/core/contract/endpoint.ts';
import type { Clock, Log } from '../lib/core/ports.ts';

/** Settings of routes besides their services. */
export interface RouteSettings {
  version: string;
  clock: Clock;
  log: Log;
  endpoints: () => Promise<readonly Endpoint[]>;
}

export type Route = (ctx: RouterContext) => Promise<void>;

/** Where routes are registered: Koa's router, or what calls them without it. */
export interface Routes {
  register(path: string, methods: string[], route: Route): unknown;
}
