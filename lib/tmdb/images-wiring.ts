import path from 'node:path';
import type { Context } from '../core/context.ts';
import { once } from '../core/once.ts';
import { createImages, type Images } from './images-service.ts';
import type { TmdbImages } from './ports.ts';

export interface ImageServices {
  images: Images;
}

/** With a persistent disk, images are kept. */
export function wire({ config, clock }: Context): ImageServices {
  const baseUrl = config.providerUrls.tmdbImage;
  const directory = path.join(config.dataDirectory, 'images');
  const onDisk = once(async () => {
    const { createTmdbImages } = await import('./images-client.ts');
    return createTmdbImages({ directory, baseUrl, clock });
  });
  const images: TmdbImages = { get: async (image) => (await onDisk()).get(image) };
  return { images: createImages({ images: config.images === 'disk' ? images : undefined, baseUrl }) };
}
