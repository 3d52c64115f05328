const MEDIA_EXTENSIONS = new Set(
  '.mkv .mp4 .webm .m4v .mov .avi .ts .m2ts .wmv .flv .mpg .mpeg .ogm .rmvb .mp3 .m4a .m4b .ogg .opus .flac .aac'.split(
    ' ',
  ),
);
/** Extensions of unfinished downloads in browsers, torrent clients and downloaders. */
const UNFINISHED = /\.(?:part|partial|crdownload|download|opdownload|!qb|!ut|bc!|aria2|ytdl)$/iu;
/** Removed with a finished show's folder: subtitles, images, info and system files. */
const JUNK_EXTENSIONS = new Set(
  '.srt .ass .ssa .sub .idx .vtt .sup .smi .jpg .jpeg .png .gif .webp .bmp .tbn .nfo'.split(' '),
);
const JUNK_NAMES = new Set(['.ds_store', 'thumbs.db', 'desktop.ini', '.directory', '@eadir']);
/** Trash folders of desktops and network drives, Syncthing versions, lost+found. */
const KEPT_ASIDE =
  /^(?:[#@]recycle|\$recycle\.bin|\.?recycler?|\.?trash(?:es|-\d+)?|\.stversions|\.stfolder|\.sync|\.snapshots?|#snapshot|lost\+found|system volume information|@eadir)$/iu;
/** All video extensions, hidden files included: a video keeps its folder. */
const ANY_VIDEO =
  /\.(?:mkv|mp4|m4v|avi|mov|wmv|flv|webm|ts|m2ts|mts|mpg|mpeg|ogm|ogv|rmvb|3gp|vob|divx|part|crdownload)$/iu;
/** Video and audio that isn't supported. */
const ANY_MEDIA =
  /\.(?:mts|ogv|3gp|3g2|vob|divx|asf|rm|f4v|wtv|dvr-ms|iso|mpe|m2v|mka|wav|wma|aiff?|ape|alac|oga|spx|amr|ac3|dts|mp2)$/iu;

export const isWatchedVideo = (name: string): boolean =>
  !name.startsWith('.') && MEDIA_EXTENSIONS.has(extensionOf(name).toLowerCase()) && stemOf(name) !== '';

export const isUnfinished = (name: string): boolean => UNFINISHED.test(name);

export const isOfSystem = (name: string): boolean =>
  name.startsWith('.') || JUNK_NAMES.has(name.toLowerCase()) || isSystemTrash(name);

/** System folders for deleted, replaced or lost files, which aren't part of the library. */
export const isSystemTrash = (name: string): boolean => KEPT_ASIDE.test(name);

/** Why a file in a `watched` folder doesn't count. */
export const unsupportedReason = (name: string): string =>
  ANY_MEDIA.test(name)
    ? 'not a supported video or audio format: convert it, for example to .mkv'
    : 'neither video nor audio';

/** In any case, and with a space that is easily overlooked: ` watched`. */
export const isWatchedFolder = (name: string): boolean => name.trim().toLowerCase() === 'watched';

/** How the folders above a file, below the show's folder or `movies`, affect it. */
export type WatchedPlace =
  | { kind: 'unwatched' }
  /** In a `watched` folder, but at the wrong level. */
  | { kind: 'misplaced' }
  /** `seasons` are the folders other than `watched`. */
  | { kind: 'counts'; seasons: string[] };

/** Files count in `watched`, with at most `levels` season folders around it. */
export function watchedPlace(folders: readonly string[], levels: number): WatchedPlace {
  const seasons = folders.filter((folder) => !isWatchedFolder(folder));
  const watched = folders.length - seasons.length;
  if (watched === 0) return { kind: 'unwatched' };
  return watched === 1 && seasons.length <= levels ? { kind: 'counts', seasons } : { kind: 'misplaced' };
}

/** The file name without extension, which identifies it in the API. */
export const stemOf = (name: string): string => name.slice(0, name.length - extensionOf(name).length);

/** Whether a file may be removed with its folder. Hidden videos may not. */
export function isJunk(name: string): boolean {
  const lower = name.toLowerCase();
  if (lower.startsWith('._') || JUNK_NAMES.has(lower)) return true;
  return !ANY_VIDEO.test(lower) && JUNK_EXTENSIONS.has(extensionOf(lower));
}

const extensionOf = (name: string): string => /\.[^.]+$/u.exec(name)?.[0] ?? '';
