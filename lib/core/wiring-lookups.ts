import type { Config } from './config.ts';
import { createProviderHttp, type ProviderHttp, type ProviderHttpOptions } from './http/http.ts';
import { createSpotify } from '../recording/sources/spotify.ts';
import { createTmdbMovies } from '../tmdb/movies-client.ts';
import { createTmdbRequest } from '../tmdb/request-client.ts';
import { createTvdb } from '../recording/sources/tvdb.ts';
import { createYouTube } from '../recording/sources/youtube.ts';
import { createMovies } from '../recording/movies-service.ts';
import type { Clock, Log, SecretSource } from './ports.ts';
import type { Services } from './services.ts';
import { createShows } from '../recording/shows-service.ts';
import { createSpotifyEpisodes } from '../recording/spotify-service.ts';
import { createYouTubeVideos } from '../recording/youtube-service.ts';
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
