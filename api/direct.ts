import { parse } from 'node:querystring';
import type { RouterContext } from '@koa/router';
import type { Account } from '../lib/users/accounts-service.ts';
import { addOnDemand, isKeptAt, type Features } from './features.ts';
import type { AppRequest, AppResponse } from './in-process.ts';
import type { Route, Routes, RouteSettings } from './route-settings.ts';

/**
 * Answers a `GET` whose answer may be kept, by the app's routes but without the app: loading Koa and `node:http` takes
 * longer than a small answer. Undefined for other requests, and for those that fail, which are left to the app.
 */
export function createDirect(
  features: Features,
  { account, settings }: { account: Account; settings: RouteSettings },
): (asked: AppRequest) => Promise<AppResponse | undefined> {
  const routes = new Map<string, Route>();
  const router: Routes = {
    register(path, methods, route) {
      if (methods.includes('GET')) routes.set(path, route);
    },
  };
  const add = addOnDemand({ router, features, settings });
  return async ({ method, path: asked }) => {
    const [path = '', query = ''] = asked.split(/\?(.*)/s);
    if (method !== 'GET' || !isKeptAt(path)) return undefined;
    const ctx = {
      state: { account },
      request: {},
      query: parse(query),
      params: {},
      status: 0,
      body: '' as string | Buffer,
    };
    try {
      await add(path);
      const route = routes.get(path);
      if (!route) return undefined;
      await route(ctx as unknown as RouterContext);
    } catch {
      return undefined;
    }
    return { status: ctx.status, header: () => undefined, text: ctx.body.toString() };
  };
}
