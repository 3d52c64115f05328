import type { ImageFile, TmdbImages } from './ports.ts';
import { imageUrl, parseImageName } from './image-rules.ts';

/** An image to be sent, or where else it is. */
export type ServedImage = ({ kind: 'file' } & ImageFile) | { kind: 'elsewhere'; url: string };

/** Images of TMDB: from the disk, or without a persistent one by their address at TMDB. */
export interface Images {
  /** Undefined when TMDB has no such image. Throws `InvalidInputError` for what is not an image name. */
  get(name: { kind: string; size: string; basename: string }): Promise<ServedImage | undefined>;
  /** The address of a poster for clients without credentials; null where none is known. */
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
