import type { ImageFile, TmdbImages } from './ports.ts';
import { imageUrl, parseImageName } from './image-rules.ts';

export type ServedImage = ({ kind: 'file' } & ImageFile) | { kind: 'elsewhere'; url: string };

/** Images from disk, or without persistent storage by their TMDB address. */
export interface Images {
  /** Undefined if it doesn't exist. Throws `InvalidInputError` for an invalid name. */
  get(name: { kind: string; size: string; basename: string }): Promise<ServedImage | undefined>;
  /** For clients without credentials; null if unknown. */
  posterUrl(path: string | null): string | null;
}

const POSTER_SIZE = 'w342';

export function createImages({
  images,
  baseUrl,
}: {
  /** Undefined without a persistent disk. */
  images: TmdbImages | undefined;
  /** `https://image.tmdb.org/t/p` */
  baseUrl: string;
}): Images {
  return {
    async get(name) {
      const image = parseImageName(name);
      if (!images) return { kind: 'elsewhere', url: imageUrl(baseUrl, image) };
      const file = await images.get(image);
      return file && { kind: 'file', ...file };
    },
    posterUrl: (path) => (path === null ? null : `${baseUrl}/${POSTER_SIZE}${path}`),
  };
}
