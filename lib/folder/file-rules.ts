const VIDEO_EXTENSIONS = new Set(['.mkv', '.mp4']);
/** What may go with a finished show's folder: subtitles, images, descriptions and what systems leave behind. */
const JUNK_EXTENSIONS = new Set(
  '.srt .ass .ssa .sub .idx .vtt .sup .smi .jpg .jpeg .png .gif .webp .bmp .tbn .nfo'.split(' '),
);
const JUNK_NAMES = new Set(['.ds_store', 'thumbs.db', 'desktop.ini', '.directory', '@eadir']);
/** Every kind of file that may be a video, hidden or not: such a file keeps its folder. */
const ANY_VIDEO =
  /\.(?:mkv|mp4|m4v|avi|mov|wmv|flv|webm|ts|m2ts|mts|mpg|mpeg|ogm|ogv|rmvb|3gp|vob|divx|part|crdownload)$/iu;

/** Whether a file in a `watched` folder stands for something watched. */
export const isWatchedVideo = (name: string): boolean =>
  !name.startsWith('.') && VIDEO_EXTENSIONS.has(extensionOf(name).toLowerCase()) && stemOf(name) !== '';

/** The name without its extension: what the API knows a file by. */
export const stemOf = (name: string): string => name.slice(0, name.length - extensionOf(name).length);

/** Whether a file may go with its folder. A hidden video may not. */
export function isJunk(name: string): boolean {
  const lower = name.toLowerCase();
  if (lower.startsWith('._') || JUNK_NAMES.has(lower)) return true;
  return !ANY_VIDEO.test(lower) && JUNK_EXTENSIONS.has(extensionOf(lower));
}

const extensionOf = (name: string): string => /\.[^.]+$/u.exec(name)?.[0] ?? '';
