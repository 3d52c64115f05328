import type { Runs } from '../viewings/run-service.ts';
import path from 'node:path';
import type { Context } from '../core/context.ts';
import type { SecretSource } from '../core/ports.ts';
import type { TitleServices } from '../titles/wiring.ts';
import type { TmdbServices } from '../tmdb/wiring.ts';
import type { ViewingServices } from '../viewings/wiring.ts';
import { createJobs, type Jobs } from './jobs-service.ts';
import { createTrakt } from './sources/trakt-account.ts';
import { createTraktOauth } from './sources/trakt-oauth.ts';
import { createTraktHttp } from './sources/trakt-request.ts';
import { createTitlePlanner } from './title-plan-service.ts';
import { createTokenCipher } from './token-cipher-service.ts';
import { createTraktConnection, type TraktConnection } from './trakt-connection-service.ts';

export interface ImportServices {
  jobs: Jobs;
  traktConnection: TraktConnection;
}

export async function wire(
  context: Context,
  features: {
    titles: () => Promise<TitleServices>;
    tmdb: () => Promise<TmdbServices>;
    viewings: () => Promise<ViewingServices>;
    runs: () => Promise<{ runs: Runs }>;
  },
): Promise<ImportServices> {
  const { store, clock, log, sleep, leases } = context;
  const { trakt, oauth } = createTraktClients(context);
  const keys = await tokenKeys(context);
  const cipher = createTokenCipher({ readKey: async () => (await keys.read()).tokenKey });
  const traktConnection = createTraktConnection({ store, oauth, trakt, cipher, clock, ...(sleep && { sleep }) });
  const { facts } = await features.titles();
  const { viewings } = await features.viewings();
  return {
    jobs: createJobs({
      store,
      clock,
      log,
      runs: (await features.runs()).runs,
      titles: createTitlePlanner({ facts, store, clock, daysOf: (user) => viewings.daysOf(user) }),
      trakt,
      withTokenOf: (user) => traktConnection.withTokenOf(user),
      cache: (await features.tmdb()).tmdbCache,
      ...leases,
    }),
    traktConnection,
  };
}

/** With a disk, a key for Trakt tokens is created and kept in `token.key`. */
async function tokenKeys({ config, secret }: Context): Promise<SecretSource> {
  if (config.images !== 'disk') return secret;
  const { withOwnTokenKey } = await import('../core/token-key.ts');
  return withOwnTokenKey(secret, path.join(config.dataDirectory, 'token.key'));
}

function createTraktClients({ config, secret, clock, sleep }: Context) {
  const urls = config.providerUrls;
  const readSecret = async () => {
    const { traktClientId, traktClientSecret } = await secret.read();
    return { clientId: traktClientId, clientSecret: traktClientSecret };
  };
  return {
    trakt: createTrakt({
      secret: readSecret,
      baseUrl: urls.traktApi,
      clock,
      http: createTraktHttp({ clock, ...(sleep && { sleep }) }),
    }),
    oauth: createTraktOauth({
      secret: readSecret,
      baseUrl: urls.traktAuth,
      redirectUri: config.traktRedirectUri,
      clock,
    }),
  };
}
