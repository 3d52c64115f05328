import type Router from '@koa/router';
import type { Context, FeatureTask, OpenFeatures } from '../lib/core/context.ts';
import type { Endpoint } from '../lib/core/contract/endpoint.ts';
import { once } from '../lib/core/once.ts';
import type { RouteSettings } from './route-settings.ts';

/** A part of the product: where its endpoints are, and how its contract, its routes and its services are loaded. */
interface Feature<Services> {
  /** How the paths of its endpoints begin. */
  paths?: readonly string[];
  contracts?: readonly (() => Promise<object>)[];
  /** Left out where only other features use its services. */
  routes?: () => Promise<{ addRoutes: (router: Router, services: Services, settings: RouteSettings) => void }>;
  services: () => Promise<{ wire(context: Context, rooms: never): Services | Promise<Services> }>;
  /** What its services do again and again. */
  task?: FeatureTask<Services>;
  /** Lets go of what its services have under way. */
  stop?: (services: Services) => Promise<void>;
}

/** Keeps a feature's types together. */
const feature = <Services>(one: Feature<Services>): Feature<Services> => one;

/** Everything that the API does. A further feature is a further row; a further endpoint needs none. */
export const FEATURES = {
  progress: feature({
    paths: ['/progress'],
    contracts: [() => import('../lib/progress/progress-contract.ts')],
    routes: () => import('./routes/progress.ts'),
    services: () => import('../lib/progress/wiring.ts'),
  }),
  stats: feature({
    paths: ['/stats'],
    contracts: [() => import('../lib/stats/stats-contract.ts')],
    routes: () => import('./routes/stats.ts'),
    services: () => import('../lib/stats/wiring.ts'),
  }),
  goals: feature({
    paths: ['/goals'],
    contracts: [() => import('../lib/goals/goals-contract.ts')],
    routes: () => import('./routes/goals.ts'),
    services: () => import('../lib/goals/wiring.ts'),
  }),
  recording: feature({
    paths: ['/sync'],
    contracts: [() => import('../lib/recording/sync-contract.ts')],
    routes: () => import('./routes/recording.ts'),
    services: () => import('../lib/recording/wiring.ts'),
  }),
  lookups: feature({
    paths: ['/shows', '/show', '/movies', '/movie', '/syncyoutube', '/syncspotify', '/syncmovies', '/search'],
    contracts: [
      () => import('../lib/recording/shows-contract.ts'),
      () => import('../lib/recording/search-contract.ts'),
    ],
    routes: () => import('./routes/lookups.ts'),
    services: () => import('../lib/recording/lookups-wiring.ts'),
  }),
  viewings: feature({
    paths: ['/viewings', '/history', '/batches'],
    contracts: [() => import('../lib/viewings/held-contract.ts'), () => import('../lib/viewings/history-contract.ts')],
    routes: () => import('./routes/viewings.ts'),
    services: () => import('../lib/viewings/wiring.ts'),
  }),
  entries: feature({
    paths: ['/viewings', '/rules', '/settings'],
    contracts: [
      () => import('../lib/viewings/entries-contract.ts'),
      () => import('../lib/viewings/rules-contract.ts'),
      () => import('../lib/viewings/settings-contract.ts'),
    ],
    routes: () => import('./routes/entries.ts'),
    services: () => import('../lib/viewings/entries-wiring.ts'),
  }),
  runs: feature({ services: () => import('../lib/viewings/runs-wiring.ts') }),
  titleFacts: feature({ services: () => import('../lib/titles/facts-wiring.ts') }),
  showFacts: feature({ services: () => import('../lib/shows/facts-wiring.ts') }),
  exchange: feature({
    paths: ['/export', '/import'],
    contracts: [() => import('../lib/exchange/exchange-contract.ts')],
    routes: () => import('./routes/exchange.ts'),
    services: () => import('../lib/exchange/wiring.ts'),
  }),
  positions: feature({
    paths: ['/api/update_episode', '/api/show_episode', '/api/show_user', '/api/show_all'],
    contracts: [() => import('../lib/positions/positions-contract.ts')],
    routes: () => import('./routes/positions.ts'),
    services: () => import('../lib/positions/wiring.ts'),
  }),
  titles: feature({
    paths: ['/titles'],
    contracts: [() => import('../lib/titles/titles-contract.ts')],
    routes: () => import('./routes/titles.ts'),
    services: () => import('../lib/titles/wiring.ts'),
  }),
  imports: feature({
    paths: ['/trakt', '/runs'],
    contracts: [() => import('../lib/imports/trakt-contract.ts'), () => import('../lib/imports/jobs-contract.ts')],
    routes: () => import('./routes/imports.ts'),
    services: () => import('../lib/imports/wiring.ts'),
    task: { name: 'imports', intervalMs: 5000, run: ({ jobs }, { milliseconds }) => jobs.advanceOpen(milliseconds) },
    stop: ({ jobs }) => jobs.stop(),
  }),
  tmdb: feature({
    paths: ['/tmdb'],
    contracts: [() => import('../lib/tmdb/tmdb-contract.ts')],
    routes: () => import('./routes/tmdb.ts'),
    services: () => import('../lib/tmdb/wiring.ts'),
  }),
  images: feature({
    paths: ['/images'],
    contracts: [() => import('../lib/tmdb/images-contract.ts')],
    routes: () => import('./routes/images.ts'),
    services: () => import('../lib/tmdb/images-wiring.ts'),
  }),
  shows: feature({
    paths: ['/api/shows', '/api/upcoming', '/api/folders', '/api/sync'],
    contracts: [() => import('../lib/shows/catalog-contract.ts')],
    routes: () => import('./routes/shows.ts'),
    services: () => import('../lib/shows/wiring.ts'),
    task: { name: 'episodes', intervalMs: 1000, run: ({ episodeSync }, { signal }) => episodeSync.tick(signal) },
  }),
  health: feature({
    paths: ['/health', '/openapi.json', '/docs'],
    contracts: [() => import('../lib/core/contract/health.ts')],
    routes: () => import('./routes/health.ts'),
    services: () => import('../lib/core/health-wiring.ts'),
  }),
};

export type FeatureName = keyof typeof FEATURES;
type ServicesOf<One> = One extends Feature<infer Services> ? Services : never;

/** The services of each feature, made when they are first asked for: a cold start pays for no other's. */
export type Rooms = { [Name in FeatureName]: () => Promise<ServicesOf<(typeof FEATURES)[Name]>> };

const NAMES = Object.keys(FEATURES) as FeatureName[];
/** One row with its types set aside: what goes into a row comes from the same row. */
const row = (name: FeatureName) => FEATURES[name] as unknown as Feature<unknown>;

/** The services of all features over what they stand on. */
export function openFeatures(context: Context): OpenFeatures<Rooms> {
  const opened = new Set<FeatureName>();
  const open = async (name: FeatureName): Promise<unknown> => {
    opened.add(name);
    return (await row(name).services()).wire(context, rooms as never);
  };
  const rooms = Object.fromEntries(NAMES.map((name) => [name, once(() => open(name))])) as unknown as Rooms;
  return {
    rooms,
    tasks: NAMES.flatMap((name) => {
      const { task } = row(name);
      return task ? [{ ...task, run: async (limits) => task.run(await rooms[name](), limits) }] : [];
    }),
    async stop() {
      for (const name of opened) await row(name).stop?.(await rooms[name]());
    },
  };
}

/** Every endpoint of the API, feature by feature, in the order of their paths. */
export async function allEndpoints(): Promise<Endpoint[]> {
  const contracts = await Promise.all(NAMES.flatMap((name) => (row(name).contracts ?? []).map((load) => load())));
  return contracts.flatMap((contract) =>
    Object.values(contract)
      .filter(isEndpoint)
      .sort((a, b) => (a.path < b.path ? -1 : 1)),
  );
}

const isEndpoint = (value: unknown): value is Endpoint =>
  typeof value === 'object' && value !== null && 'method' in value && 'path' in value && 'answer' in value;

/** The features that have endpoints at a path. The router heeds neither case nor a slash at the end. */
export function featuresAt(path: string): FeatureName[] {
  const asked = `${path.toLowerCase()}/`;
  return NAMES.filter((name) => row(name).paths?.some((start) => asked.startsWith(`${start}/`)));
}

/** Adds the routes of a feature, with its services. */
export async function addFeature(
  name: FeatureName,
  { router, rooms, settings }: { router: Router; rooms: Rooms; settings: RouteSettings },
): Promise<void> {
  const [routes, services] = await Promise.all([row(name).routes?.(), rooms[name]()]);
  routes?.addRoutes(router, services, settings);
}
