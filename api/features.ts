import type { Context, FeatureTask, OpenFeatures } from '../lib/core/context.ts';
import type { Endpoint } from '../lib/core/contract/endpoint.ts';
import { once } from '../lib/core/once.ts';
import type { Routes, RouteSettings } from './route-settings.ts';

/** Creates a feature's services from the context and other features. */
type Wire<Services> = (context: Context, features: Features) => Services | Promise<Services>;

interface Feature<Services, Wiring = Wire<Services>> {
  /** Prefixes of its endpoints' paths. */
  paths?: readonly string[];
  contracts?: readonly (() => Promise<object>)[];
  /** Its `GET`s depend on stored items and `kept` values only: never on the clock or other settings. */
  isKept?: boolean;
  /** Omitted if only other features use its services. */
  routes?: () => Promise<{ addRoutes: (router: Routes, services: Services, settings: RouteSettings) => void }>;
  services: () => Promise<{ wire: Wiring }>;
  task?: FeatureTask<Services>;
  stop?: (services: Services) => Promise<void>;
}

/** The features that a wiring needs are type-checked below. */
type AnyWire = (context: Context, features: never) => unknown;
type Made<Wiring extends AnyWire> = Awaited<ReturnType<Wiring>>;

const feature = <Wiring extends AnyWire>(one: Feature<Made<Wiring>, Wiring>): Feature<Made<Wiring>, Wiring> => one;

/** The API's features. Adding one takes a row here; adding an endpoint takes none. */
export const FEATURES = {
  progress: feature({
    paths: ['/progress'],
    isKept: true,
    contracts: [() => import('../lib/progress/progress-contract.ts')],
    routes: () => import('./routes/progress.ts'),
    services: () => import('../lib/progress/wiring.ts'),
  }),
  stats: feature({
    paths: ['/stats'],
    isKept: true,
    contracts: [() => import('../lib/stats/stats-contract.ts')],
    routes: () => import('./routes/stats.ts'),
    services: () => import('../lib/stats/wiring.ts'),
  }),
  goals: feature({
    paths: ['/goals'],
    isKept: true,
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
    paths: ['/shows', '/show', '/movies', '/movie', '/syncyoutube', '/syncspotify', '/syncmovies', '/search', '/keys'],
    contracts: [
      () => import('../lib/recording/keys-contract.ts'),
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
type Services = {
  [Name in FeatureName]: (typeof FEATURES)[Name] extends Feature<infer Made, infer _> ? Made : never;
};

/** Services are created on first use, so that a cold start loads no others. */
export type Features = { [Name in FeatureName]: () => Promise<Services[Name]> };

const ROWS: { [Name in FeatureName]: Feature<Services[Name]> } = FEATURES;
const NAMES = Object.keys(ROWS) as FeatureName[];

/** Pairs a feature with its services, whose types belong together. */
const pairOf = <Name extends FeatureName>(
  name: Name,
  features: Features,
): { feature: Feature<Services[Name]>; services: () => Promise<Services[Name]> } => ({
  feature: ROWS[name],
  services: features[name],
});

export function openFeatures(context: Context): OpenFeatures<Features> {
  const opened = new Set<FeatureName>();
  const open = async <Name extends FeatureName>(name: Name): Promise<Services[Name]> => {
    const services = await (await ROWS[name].services()).wire(context, features);
    opened.add(name);
    return services;
  };
  const features = Object.fromEntries(NAMES.map((name) => [name, once(() => open(name))])) as Features;
  return {
    features,
    tasks: NAMES.flatMap((name) => {
      const {
        feature: { task },
        services,
      } = pairOf(name, features);
      return task ? [{ ...task, run: async (limits) => task.run(await services(), limits) }] : [];
    }),
    async stop() {
      for (const { feature: one, services } of [...opened].map((name) => pairOf(name, features))) {
        await one.stop?.(await services());
      }
    },
  };
}

/** In the order of features and paths. */
export async function allEndpoints(): Promise<Endpoint[]> {
  const contracts = await Promise.all(NAMES.flatMap((name) => (ROWS[name].contracts ?? []).map((load) => load())));
  return contracts.flatMap((contract) =>
    Object.values(contract)
      .filter(isEndpoint)
      .sort((a, b) => (a.path < b.path ? -1 : 1)),
  );
}

const isEndpoint = (value: unknown): value is Endpoint =>
  typeof value === 'object' && value !== null && 'method' in value && 'path' in value && 'answer' in value;

const firstPart = (path: string): string => path.slice(0, path.indexOf('/', 1));

/** Features by the first part of their paths. */
const BY_FIRST_PART = Map.groupBy(
  NAMES.flatMap((name) => (ROWS[name].paths ?? []).map((start) => ({ name, start: `${start}/` }))),
  ({ start }) => firstPart(start),
);

/** Features with endpoints at a path. The router ignores case and a trailing slash. */
export function featuresAt(path: string): FeatureName[] {
  const asked = `${path.toLowerCase()}/`;
  const found = BY_FIRST_PART.get(firstPart(asked))?.filter(({ start }) => asked.startsWith(start)) ?? [];
  return [...new Set(found.map(({ name }) => name))];
}

/** Whether the answer to a `GET` may be kept until a write. */
export const isKeptAt = (path: string): boolean => {
  const names = featuresAt(path);
  return names.length > 0 && names.every((name) => ROWS[name].isKept === true);
};

/**
 * Adds the routes of a path's features to `router`, each feature's once and again after a failure, so that a start loads
 * no other schemas.
 */
export function addOnDemand(added: { router: Routes; features: Features; settings: RouteSettings }) {
  const adding = new Map<FeatureName, () => Promise<void>>();
  const add = (name: FeatureName): Promise<void> => {
    const one = adding.get(name) ?? once(() => addFeature(name, added));
    adding.set(name, one);
    return one();
  };
  return (path: string): Promise<unknown> => Promise.all(featuresAt(path).map(add));
}

export async function addFeature(
  name: FeatureName,
  { router, features, settings }: { router: Routes; features: Features; settings: RouteSettings },
): Promise<void> {
  const { feature: one, services } = pairOf(name, features);
  const [routes, made] = await Promise.all([one.routes?.(), services()]);
  routes?.addRoutes(router, made, settings);
}
