import type { Context } from '../core/context.ts';
import { createProviderHttp } from '../core/http/http.ts';
import { withPauses } from '../core/http/pauses.ts';
import { createTmdbMovies } from '../tmdb/movies-client.ts';
import { createTmdbRequest } from '../tmdb/request-client.ts';
import { createMovies, type Movies } from './movies-service.ts';
import type { Tvdb } from './ports.ts';
import { createShows, type Shows } from './shows-service.ts';
import { createSpotify } from './sources/spotify.ts';
import { createTvdb } from './sources/tvdb.ts';
import { createYouTube } from './sources/youtube.ts';
import { createSpotifyEpisodes, type SpotifyEpisodes } from './spotify-service.ts';
import { createYouTubeVideos, type YouTubeVideos } from './youtube-service.ts';

export interface LookupServices {
  movies: Movies;
  shows: Shows;
  spotify: SpotifyEpisodes;
  tvdb: Pick<Tvdb, 'searchSeries'>;
  youtube: YouTubeVideos;
}

/** What is recorded with what providers know of it. */
export function wire({ config, store, secret, clock, log, http: plainHttp, tmdbHttp }: Context): LookupServices {
  const http = withPauses(plainHttp, { store, clock });
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
      http: withPauses(createProviderHttp(tmdbHttp), { store, clock }),
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
