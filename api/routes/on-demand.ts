import type Router from '@koa/router';
import type { Middleware } from 'koa';
import type { Clock } from '../../lib/core/ports.ts';
import type { Services } from '../../lib/core/services.ts';

interface RouteSettings {
  version: string;
  clock: Clock;
}

/** Routes, and how the paths begin at which they are. */
interface Feature {
  paths: readonly string[];
  add(router: Router, services: Services, settings: RouteSettings): Promise<void>;
}

export const FEATURES: readonly Feature[] = [
  {
    paths: ['/progress'],
    add: async (router, services) => (await import('./progress.ts')).progressRoutes(router, services),
  },
  {
    paths: ['/shows', '/show'],
    add: async (router, services) => (await import('./folders.ts')).showRoutes(router, services),
  },
  {
    paths: ['/sync', '/syncyoutube', '/syncspotify', '/syncmovies'],
    add: async (router, services) => (await import('./sync.ts')).syncRoutes(router, services),
  },
  {
    paths: ['/search'],
    add: async (router, services) => (await import('./search.ts')).searchRoutes(router, services),
  },
  {
    paths: ['/history', '/batches'],
    add: async (router, services) => (await import('./history.ts')).historyRoutes(router, services),
  },
  {
    paths: ['/export', '/import'],
    add: async (router, services) => (await import('./exchange.ts')).exchangeRoutes(router, services),
  },
  {
    paths: ['/api/update_episode', '/api/show_episode', '/api/show_user', '/api/show_all'],
    add: async (router, services) => (await import('./positions.ts')).positionRoutes(router, services),
  },
  {
    paths: ['/titles'],
    add: async (router, services) => (await import('./titles.ts')).titleRoutes(router, services),
  },
  {
    paths: ['/trakt'],
    add: async (router, services) => (await import('./trakt.ts')).traktRoutes(router, services),
  },
  {
    paths: ['/runs'],
    add: async (router, services) => (await import('./imports.ts')).jobRoutes(router, services),
  },
  {
    paths: ['/tmdb'],
    add: async (router, services) => (await import('./tmdb.ts')).tmdbRoutes(router, services),
  },
  {
    paths: ['/images'],
    add: async (router, services) => (await import('./images.ts')).imageRoutes(router, services),
  },
  {
    paths: ['/api/shows', '/api/upcoming', '/api/folders', '/api/sync'],
    add: async (router, services, settings) => (await import('./catalog.ts')).catalogRoutes(router, services, settings),
  },
  {
    paths: ['/health'],
    add: async (router, services, settings) => (await import('./health.ts')).healthRoutes(router, services, settings),
  },
  {
    paths: ['/openapi.json', '/docs'],
    add: async (router, _, settings) => (await import('./docs.ts')).docsRoutes(router, settings),
  },
];

/**
 * Adds a feature's routes with the first request to one of its paths: a cold start pays for no other's schemas.
 * `begin` comes first, and lets no request end before its route is known; `complete` stands before the router. In
 * between, the body is read: on Lambda it can only be read at once.
 */
export function routesOnDemand(
  router: Router,
  services: Services,
  settings: RouteSettings,
): { begin: Middleware; complete: Middleware } {
  const added = new Map<Feature, Promise<void>>();
  const add = async (path: string): Promise<void> => {
    const feature = featureAt(path);
    if (!feature) return;
    const adding = added.get(feature) ?? feature.add(router, services, settings);
    added.set(feature, adding);
    await adding;
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

/** The feature that a path belongs to. The router heeds neither case nor a slash at the end. */
export function featureAt(path: string): Feature | undefined {
  const asked = `${path.toLowerCase()}/`;
  return FEATURES.find(({ paths }) => paths.some((start) => asked.startsWith(`${start}/`)));
}
