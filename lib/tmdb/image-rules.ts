import { InvalidInputError } from '../core/errors.ts';

export const IMAGE_SIZES = {
  posters: ['w185', 'w342', 'w500', 'original'],
  backdrops: ['w300', 'w780', 'w1280', 'original'],
  profiles: ['w45', 'w185', 'h632', 'original'],
} as const;

export type ImageKind = keyof typeof IMAGE_SIZES;

/** All parts are safe in URLs and file names. */
export interface ImageName {
  kind: ImageKind;
  size: string;
  basename: string;
}

export const IMAGE_BASENAME = /^[A-Za-z0-9_-]{1,128}\.(jpg|jpeg|png|svg|webp)$/;
const CONTENT_TYPES: Record<string, string> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  svg: 'image/svg+xml',
  webp: 'image/webp',
};

/** Throws `InvalidInputError` unless all parts are valid. */
export function parseImageName({ kind, size, basename }: { kind: string; size: string; basename: string }): ImageName {
  const known = Object.keys(IMAGE_SIZES).find((one): one is ImageKind => one === kind);
  if (known === undefined) throw invalid(`Unknown kind of image`, Object.keys(IMAGE_SIZES));
  const sizes: readonly string[] = IMAGE_SIZES[known];
  if (!sizes.includes(size)) throw invalid(`Unknown size of ${known}`, sizes);
  if (!IMAGE_BASENAME.test(basename)) throw invalid('Invalid image name', ['names such as abc123.jpg']);
  return { kind: known, size, basename };
}

export const contentTypeOf = ({ basename }: ImageName): string =>
  CONTENT_TYPES[IMAGE_BASENAME.exec(basename)?.[1] ?? ''] ?? 'application/octet-stream';

/** `baseUrl` is `https://image.tmdb.org/t/p`. */
export const imageUrl = (baseUrl: string, { size, basename }: ImageName): string => `${baseUrl}/${size}/${basename}`;

const invalid = (message: string, allowed: readonly string[]): InvalidInputError =>
  new InvalidInputError(`${message}.`, { code: 'invalid_image', suggestions: [`Use ${allowed.join(', ')}.`] });
