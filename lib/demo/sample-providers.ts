import type { Environment } from '../core/config.ts';
import { createFakeSpotify } from './fake-spotify.ts';
import { createFakeTmdb } from './fake-tmdb.ts';
import { createFakeTvdb } from './fake-tvdb.ts';
import { createFakeYouTube } from './fake-youtube.ts';
import {
  SAMPLE_CHANNELS,
  SAMPLE_FILMS,
  SAMPLE_PODCAST_EPISODES,
  SAMPLE_PODCASTS,
  SAMPLE_SERIES,
  SAMPLE_VIDEOS,
  sampleCatalogue,
} from './sample-library.ts';

/** Fake providers for the sample library, and settings that use them. */
export interface SampleProviders {
  environment: Environment;
  close(): Promise<void>;
}

export async function startSampleProviders(): Promise<SampleProviders> {
  const tvdb = await createFakeTvdb({ series: SAMPLE_SERIES, movies: SAMPLE_FILMS });
  const tmdb = await createFakeTmdb({ series: sampleCatalogue(Date.now()) });
  const youtube = await createFakeYouTube({ videos: SAMPLE_VIDEOS, channels: SAMPLE_CHANNELS });
  const spotify = await createFakeSpotify({ shows: SAMPLE_PODCASTS, episodes: SAMPLE_PODCAST_EPISODES });
  return {
    environment: {
      IMMERSION_TRACKER_TVDB_BASE_URL: tvdb.url,
      IMMERSION_TRACKER_TMDB_BASE_URL: tmdb.url,
      IMMERSION_TRACKER_YOUTUBE_BASE_URL: youtube.url,
      IMMERSION_TRACKER_SPOTIFY_ACCOUNTS_BASE_URL: spotify.url,
      IMMERSION_TRACKER_SPOTIFY_API_BASE_URL: spotify.apiUrl,
      TVDB_API_KEY: 'demo',
      TMDB_API_KEY: 'demo',
      YOUTUBE_API_KEY: 'demo',
      SPOTIFY_CLIENT_ID: 'demo',
      SPOTIFY_CLIENT_SECRET: 'demo',
    },
    async close() {
      await Promise.all([tvdb.close(), tmdb.close(), youtube.close(), spotify.close()]);
    },
  };
}
