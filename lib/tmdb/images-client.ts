import type { ImageFile, TmdbImages } from './ports.ts';
import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { contentTypeOf, type ImageName, imageUrl, parseImageName } from './image-rules.ts';
import { writeWhole } from '../core/files.ts';
import type { Clock } from '../core/ports.ts';
import { createProviderHttp, type ProviderHttp, providerError } from '../core/http/http.ts';
import { TMDB } from './request-client.ts';

const MAXIMUM_IMAGE_BYTES = 20 * 1024 * 1024;
/** Drafts are written right away, so older ones were left by a dead process. */
const DRAFT_MILLISECONDS = 60 * 60 * 1000;
const DRAFT = /^\..+\.(?:draft|part)$/;

export interface TmdbImagesOptions {
  /** Files are stored as `{kind}/{size}/{basename}`. */
  directory: string;
  /** `https://image.tmdb.org/t/p` */
  baseUrl: string;
  clock: Clock;
  http?: ProviderHttp;
}

/** Downloads images on first use and stores them atomically. */
export function createTmdbImages({
  directory,
  baseUrl,
  clock,
  http = createProviderHttp({ clock, maxBodyBytes: MAXIMUM_IMAGE_BYTES }),
}: TmdbImagesOptions): TmdbImages {
  const downloads = new Map<string, Promise<ImageFile | undefined>>();
  const swept = new Set<string>();

  /** Removes drafts left by dead processes, once per folder. */
  async function sweep(folder: string): Promise<void> {
    if (swept.has(folder)) return;
    swept.add(folder);
    for (const name of await readdir(folder)) {
      if (!DRAFT.test(name)) continue;
      const draft = path.join(folder, name);
      const { mtimeMs } = await stat(draft).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }));
      if (clock.now() - mtimeMs > DRAFT_MILLISECONDS) await rm(draft, { force: true });
    }
  }

  async function download(image: ImageName, file: string): Promise<ImageFile | undefined> {
    const request = { provider: TMDB, subject: `the image ${image.basename}` };
    const answer = await http.download({ ...request, url: imageUrl(baseUrl, image), headers: { accept: 'image/*' } });
    if (!answer) return undefined;
    const { headers, bytes } = answer;
    const type = String(headers['content-type']).split(';')[0]?.trim();
    const isImage = type?.startsWith('image/') && (type === 'image/svg+xml') === image.basename.endsWith('.svg');
    const length = headers['content-length'];
    const isWhole =
      bytes.length > 0 && (length === undefined || headers['content-encoding'] || Number(length) === bytes.length);
    if (!isImage) throw providerError(request, { what: 'bad_answer', reason: 'the response is not that image' });
    if (!isWhole) throw providerError(request, { what: 'bad_answer', reason: 'it arrived incomplete' });
    await writeWhole(file, bytes);
    await sweep(path.dirname(file));
    return describe(image, file);
  }

  return {
    async get(name) {
      const image = parseImageName(name);
      const file = path.join(directory, image.kind, image.size, image.basename);
      const known = await describe(image, file);
      if (known) return known;
      let pending = downloads.get(file);
      if (!pending) {
        pending = download(image, file).finally(() => downloads.delete(file));
        downloads.set(file, pending);
      }
      return pending;
    },
  };
}

async function describe(image: ImageName, file: string): Promise<ImageFile | undefined> {
  try {
    const { size, mtimeMs } = await stat(file);
    const etag = `"${size.toString(16)}-${Math.floor(mtimeMs).toString(16)}"`;
    return { file, contentType: contentTypeOf(image), bytes: size, etag };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
