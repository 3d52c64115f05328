import { parse } from 'node:querystring';
import type { Router, RouterContext } from '@koa/router';
import { once } from '../lib/core/once.ts';
import type { Account } from '../lib/users/accounts-service.ts';
import { addFeature, featuresAt, isKeptAt, type FeatureName, type Features } from './features.ts';
import type { AppRequest, AppResponse } from './in-process.ts';
import type { RouteSettings } from './route-settings.ts';

type Route = (ctx: RouterContext) => Promise<void>;

/**
 * Answers a `GET` whose answer may be kept, by the app's routes but without the app: loading Koa and `node:http` takes
 * longer than a small answer. Undefined for other requests, and for those that fail, which are left to the app.
 */
export function createDirect(
  features: Features,
  { account, settings }: { account: Account; settings: RouteSettings },
): (asked: AppRequest) => Promise<AppResponse | undefined> {
  const routes = new Map<string, Route>();
  const router = {
    register(path: string, methods: readonly string[], route: Route) {
      if (methods.includes('GET')) routes.set(path, route);
    },
  } as unknown as Router;
  const added = new Map<FeatureName, () => Promise<void>>();
  const add = (name: FeatureName): Promise<void> => {
    const adding = added.get(name) ?? once(() => addFeature(name, { router, features, settings }));
    added.set(name, adding);
    return adding();
  };
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
      await Promise.all(featuresAt(path).map(add));
      const route = routes.get(path);
      if (!route) return undefined;
      await route(ctx as unknown as RouterContext);
    } catch {
      return undefined;
    }
    return { status: ctx.status, header: () => undefined, text: ctx.body.toString() };
  };
}
