import { createFakeSpotify } from '../../lib/demo/fake-spotify.ts';
import { createFakeTmdb } from '../../lib/demo/fake-tmdb.ts';
import { createFakeTrakt } from '../fakes/fake-trakt.ts';
import { createFakeTvdb } from '../../lib/demo/fake-tvdb.ts';
import { createFakeYouTube } from '../../lib/demo/fake-youtube.ts';

/** The providers' keys in the secret; the fakes accept no others. */
export const PROVIDER_KEYS = {
  tvdb_api_key: 'tvdb-key',
  youtube_api_key: 'youtube-key',
  spotify_client_id: 'spotify-id',
  spotify_client_secret: 'spotify-secret',
  tmdb_api_key: 'tmdb-key',
  trakt_client_id: 'trakt-id',
  trakt_client_secret: 'trakt-secret',
  token_key: Buffer.alloc(32, 7).toString('base64'),
};

/** All fake providers. `settings` make functions use them. */
export async function startProviders() {
  const tvdb = await createFakeTvdb({
    apiKey: PROVIDER_KEYS.tvdb_api_key,
    series: [
      {
        id: 257_571,
        name: 'しろくまカフェ',
        englishName: "Polar Bear's Café",
        runtime: 24,
        year: '2012',
        seasons: { 1: 50 },
        image: 'https://art.example/1.jpg',
      },
      { id: 74_796, name: 'Bleach', runtime: null },
    ],
    movies: [{ id: 779, name: 'となりのトトロ', englishName: 'My Neighbor Totoro', runtime: 86, year: '1988' }],
  });
  const youtube = await createFakeYouTube({
    apiKey: PROVIDER_KEYS.youtube_api_key,
    videos: [
      { id: 'dQw4w9WgXcQ', title: 'Japanese in the kitchen', channelId: 'UCkitchen', duration: 'PT30M' },
      { id: 'abcdefghijk', title: 'Japanese in the garden', channelId: 'UCkitchen', duration: 'PT15M30S' },
    ],
    playlists: { PLkitchen: ['dQw4w9WgXcQ', 'abcdefghijk'] },
    channels: [{ id: 'UCkitchen', title: 'Yuko’s kitchen', thumbnails: { high: 'https://art.example/k.jpg' } }],
  });
  const spotify = await createFakeSpotify({
    clientId: PROVIDER_KEYS.spotify_client_id,
    clientSecret: PROVIDER_KEYS.spotify_client_secret,
    shows: [{ id: '4rOoJ6Egrf8K2IrywzwOMk', name: 'Nihongo con Teppei', image: 'https://art.example/t.jpg' }],
    episodes: [
      {
        id: '512ojhOuo1ktJprKbVcKyQ',
        name: '第1回',
        showId: '4rOoJ6Egrf8K2IrywzwOMk',
        durationMs: 600_000,
        releaseDate: '2020-01-01',
      },
    ],
  });
  const tmdb = await createFakeTmdb({
    apiKey: PROVIDER_KEYS.tmdb_api_key,
    movies: [
      {
        id: 8392,
        title: 'My Neighbor Totoro',
        originalTitle: 'となりのトトロ',
        runtime: 86,
        collectionId: 12,
        cast: [[34, 'Mei']],
      },
    ],
    series: [
      {
        id: 45_790,
        name: 'Polar Bear Cafe',
        tvdbId: 257_571,
        runtime: 24,
        seasons: { 1: ['2012-04-05', '2012-04-12'] },
      },
    ],
    people: [{ id: 34, name: 'Chika Sakamoto' }],
    collections: [{ id: 12, name: 'Forest films' }],
    images: { 'w342/totoro.jpg': Buffer.from('an image') },
  });
  const trakt = await createFakeTrakt({
    clientId: PROVIDER_KEYS.trakt_client_id,
    clientSecret: PROVIDER_KEYS.trakt_client_secret,
  });
  return {
    trakt,
    settings: {
      IMMERSION_TRACKER_TVDB_BASE_URL: tvdb.url,
      IMMERSION_TRACKER_TVMAZE_BASE_URL: 'http://127.0.0.1:9',
      IMMERSION_TRACKER_YOUTUBE_BASE_URL: youtube.url,
      IMMERSION_TRACKER_SPOTIFY_ACCOUNTS_BASE_URL: spotify.url,
      IMMERSION_TRACKER_SPOTIFY_API_BASE_URL: spotify.apiUrl,
      IMMERSION_TRACKER_TMDB_BASE_URL: tmdb.url,
      IMMERSION_TRACKER_TMDB_IMAGE_BASE_URL: tmdb.url.replace(/\/3$/, '/t/p'),
      IMMERSION_TRACKER_TRAKT_API_BASE_URL: trakt.url,
      IMMERSION_TRACKER_TRAKT_AUTH_BASE_URL: trakt.url,
    },
    close: () => Promise.all([tvdb, youtube, spotify, tmdb, trakt].map((provider) => provider.close())),
  };
}
