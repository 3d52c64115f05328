import type { Config } from './config.ts';
import { createProviderHttp, type ProviderHttp, type ProviderHttpOptions } from './providers/http.ts';
import { createSpotify } from './providers/spotify.ts';
import { createTmdbMovies } from './providers/tmdb-movies.ts';
import { createTmdbRequest } from './providers/tmdb-request.ts';
import { createTvdb } from './providers/tvdb.ts';
import { createYouTube } from './providers/youtube.ts';
import { createMovies } from './services/movies.ts';
import type { Clock, Log, SecretSource } from './services/ports.ts';
import type { Services } from './services/services.ts';
import { createShows } from './services/shows.ts';
import { createSpotifyEpisodes } from './services/spotify.ts';
import { createYouTubeVideos } from './services/youtube.ts';
import type { Store } from './store/store.ts';

export interface LookupEdges {
  store: Store;
  secret: SecretSource;
  clock: Clock;
  log: Log;
  http: ProviderHttp;
  /** For films at TMDB, where a person waits at a prompt. */
  tmdbHttp: ProviderHttpOptions;
}

/** The services that look up at providers what was watched. */
export function wireLookups(
  config: Config,
  { store, secret, clock, log, http, tmdbHttp }: LookupEdges,
): Pick<Services, 'movies' | 'shows' | 'spotify' | 'tvdb' | 'youtube'> {
  const urls = config.providerUrls;
  const tvdb = createTvdb({
    secret: async () => {
      const { tvdbApiKey, tvdbPin } = await secret.read();
      return { apiKey: tvdbApiKey, pin: tvdbPin };
    },
    baseUrl: urls.tvdb,
    clock,
    http,
  });
  const youtube = createYouTube({
    secret: async () => ({ apiKey: (await secret.read()).youtubeApiKey }),
    baseUrl: urls.youtube,
    clock,
    http,
  });
  const spotify = createSpotify({
    secret: async () => {
      const { spotifyClientId, spotifyClientSecret } = await secret.read();
      return { clientId: spotifyClientId, clientSecret: spotifyClientSecret };
    },
    accountsBaseUrl: urls.spotifyAccounts,
    apiBaseUrl: urls.spotifyApi,
    market: config.spotifyMarket,
    clock,
    http,
  });
  const tmdb = createTmdbMovies({
    request: createTmdbRequest({
      secret: async () => ({ apiKey: (await secret.read()).tmdbApiKey }),
      baseUrl: urls.tmdb,
      clock,
      http: createProviderHttp(tmdbHttp),
    }),
    imageBaseUrl: urls.tmdbImage,
  });
  return {
    movies: createMovies({ store, tvdb, tmdb, clock }),
    shows: createShows({ store, tvdb }),
    spotify: createSpotifyEpisodes({ store, spotify, clock }),
    tvdb,
    youtube: createYouTubeVideos({ store, youtube, clock, log }),
  };
}
