import * as z from 'zod';

const optionalText = z
  .string()
  .nullish()
  .transform((text) => (text?.trim() ? text : undefined));

/** The contract's secret, in a file or Secrets Manager. Blank values count as missing. */
export const secretSchema = z
  .looseObject({
    users: z
      .array(z.looseObject({ user: z.string().min(1), password: z.string().min(1), admin: z.boolean().optional() }))
      .default([]),
    tvdb_api_key: optionalText,
    tvdb_pin: optionalText,
    youtube_api_key: optionalText,
    spotify_client_id: optionalText,
    spotify_client_secret: optionalText,
    tmdb_api_key: optionalText,
    trakt_client_id: optionalText,
    trakt_client_secret: optionalText,
    token_key: optionalText,
  })
  .transform((secret) => ({
    users: secret.users.map(({ user, password, admin }) => ({ user, password, admin })),
    tvdbApiKey: secret.tvdb_api_key,
    tvdbPin: secret.tvdb_pin,
    youtubeApiKey: secret.youtube_api_key,
    spotifyClientId: secret.spotify_client_id,
    spotifyClientSecret: secret.spotify_client_secret,
    tmdbApiKey: secret.tmdb_api_key,
    traktClientId: secret.trakt_client_id,
    traktClientSecret: secret.trakt_client_secret,
    tokenKey: secret.token_key,
  }));
