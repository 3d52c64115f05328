import * as z from 'zod';
import { endpoint } from '../core/contract/endpoint.ts';
import { IMAGE_BASENAME, IMAGE_SIZES, type ImageKind } from './image-rules.ts';

export const getImage = endpoint({
  method: 'GET',
  path: '/images/:kind/:size/:basename',
  summary: 'Get an image from TMDB: a poster, a backdrop or a portrait',
  params: z.object({
    kind: z.enum(Object.keys(IMAGE_SIZES) as ImageKind[]),
    size: z.enum(Object.values(IMAGE_SIZES).flat()).describe('A size that TMDB has for this kind'),
    basename: z.string().regex(IMAGE_BASENAME),
  }),
  answer: z.string().meta({ format: 'binary' }),
  contentType: 'image/*',
  errors: [400, 404, 502],
});
