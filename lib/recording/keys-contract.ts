import * as z from 'zod';
import { endpoint } from '../core/contract/endpoint.ts';

const providerKeySchema = z
  .object({
    provider: z.enum(['tvdb', 'tmdb', 'youtube', 'spotify', 'trakt']),
    state: z.enum(['works', 'missing', 'rejected', 'unproven']).describe('`unproven`: the provider failed'),
    message: z.string().nullable().describe('What the provider said, or what failed'),
  })
  .meta({ id: 'ProviderKey' });

export type ProviderKeyAnswer = z.output<typeof providerKeySchema>;

export const listKeys = endpoint({
  method: 'GET',
  path: '/keys',
  summary: 'Check the API’s keys with their providers, one request each',
  answer: z.object({ keys: z.array(providerKeySchema) }),
});
