import type { Context } from '../core/context.ts';
import { createProviderHttp } from '../core/http/http.ts';
import { once } from '../core/once.ts';
import { withPauses } from '../core/http/pauses.ts';
import { createTmdb } from '../tmdb/tmdb-client.ts';
import { createTmdbIds } from '../tmdb/ids-client.ts';
import { createTmdbRequest } from '../tmdb/request-client.ts';
import { createCatalogIds, type CatalogIds } from './catalog-ids-service.ts';
import { createKeys, type Keys } from './keys-service.ts';
import { createMovies, type Movies } from './movies-service.ts';
import type { AnySeriesSource, YouTube } from './ports.ts';
import { createSettings } from '../viewings/settings-service.ts';
import { createWatchDates } from '../viewings/watch-dates-service.ts';
import { createShows, type Shows } from './shows-service.ts';
import { createSpotify } from './sources/spotify.ts';
import { createTraktKeyProbe } from './sources/trakt-key.ts';
import { createTvdb } from './sources/tvdb.ts';
import { createTvmaze, createTvmazeHttp } from './sources/tvmaze.ts';
import { createSeriesSource, createVideoSource } from './sources/without-key.ts';
import { createYouTube } from './sources/youtube.ts';
import { createSpotifyEpisodes, type SpotifyEpisodes } from './spotify-service.ts';
import { createYouTubeVideos, type YouTubeVideos } from './youtube-service.ts';

/** Known ids, each looked up with one request. */
const KNOWN = { film: 603, video: 'dQw4w9WgXcQ', podcastEpisode: '512ojhOuo1ktJprKbVcKyQ' };

export interface LookupServices {
  keys: Keys;
  movies: Movies;
  shows: Shows;
  spotify: SpotifyEpisodes;
  series: Pick<AnySeriesSource, 'searchSeries' | 'seasons' | 'provider'>;
  titleIds: CatalogIds;
  youtube: YouTubeVideos;
}

/** Services that need providers. */
export function wire({ config, store, secret, clock, log, http: plainHttp, tmdbHttp, sleep }: Context): LookupServices {
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
  const tmdbRequest = createTmdbRequest({
    secret: async () => ({ apiKey: (await secret.read()).tmdbApiKey }),
    baseUrl: urls.tmdb,
    clock,
    http: withPauses(createProviderHttp(tmdbHttp), { store, clock }),
  });
  const tmdb = createTmdb({ request: tmdbRequest });
  const tvmaze = createTvmaze({
    baseUrl: urls.tvmaze,
    clock,
    http: createTvmazeHttp({ clock, store, ...(sleep && { sleep }) }),
  });
  const series = createSeriesSource([
    { provider: 'tvdb', source: tvdb, hasKey: async () => Boolean((await secret.read()).tvdbApiKey?.trim()) },
    { provider: 'tvmaze', source: tvmaze },
  ]);
  const videos = createVideoSource({
    youtube,
    ytDlp: programOnDemand(),
    hasKey: async () => !config.mayRunPrograms || Boolean((await secret.read()).youtubeApiKey?.trim()),
  });
  const dates = createWatchDates({ settings: createSettings({ store, zone: config.timeZone }), clock });
  return {
    keys: createKeys({
      tvdb: () => tvdb.movie(KNOWN.film),
      tmdb: () => tmdb.movie(KNOWN.film),
      youtube: () => youtube.videos([KNOWN.video]),
      spotify: () => spotify.episode(KNOWN.podcastEpisode),
      trakt: createTraktKeyProbe({ secret: () => secret.read(), baseUrl: urls.traktApi, http }),
    }),
    movies: createMovies({ store, tvdb, tmdb, tmdbImageUrl: urls.tmdbImage, dates }),
    shows: createShows({ store, series }),
    spotify: createSpotifyEpisodes({ store, spotify, dates }),
    series,
    titleIds: createCatalogIds({ tvdb, series, tmdb: createTmdbIds({ request: tmdbRequest }) }),
    youtube: createYouTubeVideos({ store, youtube: videos, playlists: youtube, dates, log }),
  };
}

/** Loaded lazily, since AWS Lambda can't run programs and its bundle excludes it. */
function programOnDemand(): YouTube {
  const ytDlp = once(async () => (await import('./sources/yt-dlp.ts')).createYtDlp());
  return {
    videos: async (videoIds, onMissing) => (await ytDlp()).videos(videoIds, onMissing),
    channels: async (channelIds) => (await ytDlp()).channels(channelIds),
  };
}
