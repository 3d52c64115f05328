import * as z from 'zod';
import { endpoint } from '../core/contract/endpoint.ts';
import { instantSchema } from '../core/contract/names.ts';

export const authorizeTrakt = endpoint({
  method: 'POST',
  path: '/trakt/authorize',
  summary: 'Begin a login at Trakt through its page',
  answer: z.object({ url: z.string(), state: z.string() }),
  errors: [400],
});

export const exchangeTrakt = endpoint({
  method: 'POST',
  path: '/trakt/exchange',
  summary: 'End it with the code that the page gave; a state works once, for ten minutes',
  body: z.object({ code: z.string().min(1).max(1000), state: z.string().max(1000).default('') }),
  answer: z.object({ connected: z.literal(true) }),
  errors: [400, 502],
});

export const startTraktDevice = endpoint({
  method: 'POST',
  path: '/trakt/device',
  summary: 'Begin a login at Trakt on another device',
  answer: z.object({
    device_id: z.string(),
    user_code: z.string(),
    verification_url: z.string(),
    expires_in: z.number(),
    interval: z.number(),
  }),
  errors: [400, 502],
});

export const pollTraktDevice = endpoint({
  method: 'POST',
  path: '/trakt/device/:device_id/poll',
  summary: 'Whether the login was confirmed; to be asked again after `interval` seconds',
  params: z.object({ device_id: z.string().max(100) }),
  answer: z.object({ status: z.enum(['pending', 'connected']), interval: z.number() }),
  errors: [400, 404, 409, 502],
});

export const traktStatusSchema = z
  .object({
    connected: z.boolean(),
    username: z.string().nullable(),
    expires_at: instantSchema.nullable(),
    needs_reconnect: z.boolean(),
    last_sync_at: instantSchema.nullable().describe('The start of the last sync in which all was good'),
    last_attempt_at: instantSchema.nullable(),
    cursors: z.record(z.enum(['movies', 'episodes', 'watchlist', 'ratings']), instantSchema.nullable()),
  })
  .meta({ id: 'TraktStatus' });

/** The answer of `GET /trakt/status`. */
export type TraktStatus = z.output<typeof traktStatusSchema>;

export const getTraktStatus = endpoint({
  method: 'GET',
  path: '/trakt/status',
  summary: 'The login at Trakt, and how far the syncs have come',
  answer: traktStatusSchema,
});

export const disconnectTrakt = endpoint({
  method: 'DELETE',
  path: '/trakt/connection',
  summary: 'Forget the login at Trakt; `revoked` says whether Trakt has taken it back as well',
  answer: z.object({ revoked: z.boolean() }),
});
