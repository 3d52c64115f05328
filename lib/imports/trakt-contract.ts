import * as z from 'zod';
import { endpoint } from '../core/contract/endpoint.ts';
import { instantSchema } from '../core/contract/names.ts';

export const authorizeTrakt = endpoint({
  method: 'POST',
  path: '/trakt/authorize',
  summary: 'Start a Trakt login through its web page',
  answer: z.object({ url: z.string(), state: z.string() }),
  errors: [400],
});

export const exchangeTrakt = endpoint({
  method: 'POST',
  path: '/trakt/exchange',
  summary: 'Finish a Trakt login with the code from the page; a state works once, for ten minutes',
  body: z.object({ code: z.string().min(1).max(1000), state: z.string().max(1000).default('') }),
  answer: z.object({ connected: z.literal(true) }),
  errors: [400, 502],
});

export const startTraktDevice = endpoint({
  method: 'POST',
  path: '/trakt/device',
  summary: 'Start a Trakt login on another device',
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
  summary: 'Check whether the login was confirmed; ask again after `interval` seconds',
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
    last_sync_at: instantSchema.nullable().describe('Start of the last fully successful sync'),
    last_attempt_at: instantSchema.nullable(),
    cursors: z.record(z.enum(['movies', 'episodes', 'watchlist', 'ratings']), instantSchema.nullable()),
  })
  .meta({ id: 'TraktStatus' });

export type TraktStatus = z.output<typeof traktStatusSchema>;

export const getTraktStatus = endpoint({
  method: 'GET',
  path: '/trakt/status',
  summary: 'Get the Trakt login and the state of the syncs',
  answer: traktStatusSchema,
});

export const disconnectTrakt = endpoint({
  method: 'DELETE',
  path: '/trakt/connection',
  summary: 'Log out of Trakt; `revoked` shows whether Trakt revoked the login too',
  answer: z.object({ revoked: z.boolean() }),
});
