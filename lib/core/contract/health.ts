import * as z from 'zod';
import { endpoint } from './endpoint.ts';

export const getHealth = endpoint({
  method: 'GET',
  path: '/health',
  summary: 'Whether the service and its store answer',
  open: true,
  answer: z.object({ status: z.literal('ok'), store: z.literal('ok'), version: z.string() }),
  errors: [503],
});
