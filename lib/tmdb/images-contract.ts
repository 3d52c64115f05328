import * as z from 'zod';
import { endpoint } from '../core/contract/endpoint.ts';

export const getImage = endpoint({
  method: 'GET',
  path: '/images/:kind/:size/:basename',
  summary: 'Get an image from TMDB: a poster, a backdrop or a portrait',
  params: z.object({ kind: z.string(), size: z.string(), basename: z.string() }),
  answer: z.string().meta({ format: 'binary' }),
  contentType: 'image/*',
  errors: [400, 404, 502],
});
