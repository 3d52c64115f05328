const MEDIA_EXTENSIONS = new Set(
  '.mkv .mp4 .webm .m4v .mov .avi .ts .m2ts .wmv .flv .mpg .mpeg .ogm .rmvb .mp3 .m4a .m4b .ogg .opus .flac .aac'.split(
    ' ',
  ),
);
/** How browsers, torrent clients and downloaders call what is not complete yet. */
const UNFINISHED = /\.(?:part|partial|crdownload|download|opdownload|!qb|!ut|bc!|aria2|ytdl)$/iu;
/** What may go with a finished show's folder: subtitles, images, descriptions and what systems leave behind. */
const JUNK_EXTENSIONS = new Set(
  '.srt .ass .ssa .sub .idx .vtt .sup .smi .jpg .jpeg .png .gif .webp .bmp .tbn .nfo'.split(' '),
);
const JUNK_NAMES = new Set(['.ds_store', 'thumbs.db', 'desktop.ini', '.directory', '@eadir']);
/** Trash of desktops and network drives, versions of Syncthing, what a file system check found. */
const KEPT_ASIDE =
  /^(?:[#@]recycle|\$recycle\.bin|\.?recycler?|\.?trash(?:es|-\d+)?|\.stversions|\.stfolder|\.sync|\.snapshots?|#snapshot|lost\+found|system volume information|@eadir)$/iu;
/** Every kind of file that may be a video, hidden or not: such a file keeps its folder. */
const ANY_VIDEO =
  /\.(?:mkv|mp4|m4v|avi|mov|wmv|flv|webm|ts|m2ts|mts|mpg|mpeg|ogm|ogv|rmvb|3gp|vob|divx|part|crdownload)$/iu;
/** Kinds of video and audio that nothing here counts. */
const ANY_MEDIA =
  /\.(?:mts|ogv|3gp|3g2|vob|divx|asf|rm|f4v|wtv|dvr-ms|iso|mpe|m2v|mka|wav|wma|aiff?|ape|alac|oga|spx|amr|ac3|dts|mp2)$/iu;

/** Whether a file in a `watched` folder stands for something watched: a video, or audio. */
export const isWatchedVideo = (name: string): boolean =>
  !name.startsWith('.') && MEDIA_EXTENSIONS.has(extensionOf(name).toLowerCase()) && stemOf(name) !== '';

/** Whether a download is still under way, by its name. */
export const isUnfinished = (name: string): boolean => UNFINISHED.test(name);

/** Whether a name is one that systems keep for themselves. */
export const isOfSystem = (name: string): boolean =>
  name.startsWith('.') || JUNK_NAMES.has(name.toLowerCase()) || isKeptAside(name);

/** Whether a folder is where systems put what was deleted, replaced or lost: nothing in it is part of the library. */
export const isKeptAside = (name: string): boolean => KEPT_ASIDE.test(name);

/** Why a file in a `watched` folder does not count. */
export const faultOfKind = (name: string): string =>
  ANY_MEDIA.test(name)
    ? 'not a kind of video or audio that counts: convert it, such as to .mkv'
    : 'neither video nor audio';

const isWatchedFolder = (name: string): boolean => name.toLowerCase() === 'watched';

/** A file's place by the folders above it, from the show's folder or from `movies` down. */
export type WatchedPlace =
  | { kind: 'unwatched' }
  /** Below a `watched` folder, but not where files of it count. */
  | { kind: 'misplaced' }
  /** `seasons` are the folders beside `watched`, above or below it. */
  | { kind: 'counts'; seasons: string[] };

/** Whether files count in these folders: in `watched`, with at most `levels` folders of seasons around it. */
export function watchedPlace(folders: readonly string[], levels: number): WatchedPlace {
  const seasons = folders.filter((folder) => !isWatchedFolder(folder));
  const watched = folders.length - seasons.length;
  if (watched === 0) return { kind: 'unwatched' };
  return watched === 1 && seasons.length <= levels ? { kind: 'counts', seasons } : { kind: 'misplaced' };
}

/** The name without its extension: what the API knows a file by. */
export const stemOf = (name: string): string => name.slice(0, name.length - extensionOf(name).length);

/** Whether a file may go with its folder. A hidden video may not. */
export function isJunk(name: string): boolean {
  const lower = name.toLowerCase();
  if (lower.startsWith('._') || JUNK_NAMES.has(lower)) return true;
  return !ANY_VIDEO.test(lower) && JUNK_EXTENSIONS.has(extensionOf(lower));
}

const extensionOf = (name: string): string => /\.[^.]+$/u.exec(name)?.[0] ?? '';
