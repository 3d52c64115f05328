import * as z from 'zod';
import { endpoint } from './endpoint.ts';

export const getHealth = endpoint({
  method: 'GET',
  path: '/health',
  summary: 'Check that the service and its store respond',
  open: true,
  answer: z.object({ status: z.literal('ok'), store: z.literal('ok'), version: z.string() }),
  errors: [503],
});
