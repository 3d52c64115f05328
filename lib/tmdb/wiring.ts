import type { Context } from '../core/context.ts';
import type { ProviderHttpOptions } from '../core/http/http.ts';
import { withPauses } from '../core/http/pauses.ts';
import { createTmdbCache, type TmdbCache } from './cache-service.ts';
import { createTmdbCatalog, type TmdbCatalog } from './catalog-service.ts';
import { createTmdbHttp, createTmdbRequest } from './request-client.ts';
import { createTmdb } from './tmdb-client.ts';

export interface TmdbServices {
  tmdb: TmdbCatalog;
  /** Ends a pass instead of waiting for TMDB's rate limit. */
  failFastTmdb: TmdbCatalog;
  tmdbCache: TmdbCache;
}

export function wire({ config, store, secret, clock, tmdbHttp }: Context): TmdbServices {
  const sourceOver = (options: ProviderHttpOptions) =>
    createTmdb({
      request: createTmdbRequest({
        secret: async () => ({ apiKey: (await secret.read()).tmdbApiKey }),
        baseUrl: config.providerUrls.tmdb,
        clock,
        http: withPauses(createTmdbHttp({ ...tmdbHttp, ...options, intervalMs: config.tmdbIntervalMs }), {
          store,
          clock,
        }),
      }),
    });
  const tmdbCache = createTmdbCache({ store, clock });
  return {
    tmdb: createTmdbCatalog({ tmdb: sourceOver({}), cache: tmdbCache }),
    failFastTmdb: createTmdbCatalog({ tmdb: sourceOver({ retries: 0 }), cache: tmdbCache }),
    tmdbCache,
  };
}
