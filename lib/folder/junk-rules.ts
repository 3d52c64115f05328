import { isJunk, stemOf } from './file-rules.ts';

/** System folders, junk with all their contents. */
const JUNK_FOLDERS = new Set(['@eadir']);
const SUBTITLE = /\.(?:srt|ass|ssa|sub|idx|vtt|sup|smi)$/iu;
const DESCRIPTION = /\.nfo$/iu;
/** `.ja.forced.cc` after a video's name. */
const MAXIMUM_MARKS = 3;

/** `segments` are relative to the folder. */
export const isJunkBelow = (segments: readonly string[]): boolean =>
  segments.slice(0, -1).some((folder) => JUNK_FOLDERS.has(folder.toLowerCase())) || isJunk(segments.at(-1) ?? '');

export const isSubtitle = (name: string): boolean => SUBTITLE.test(name);

/** Names of videos that a subtitle may belong to, judged by its name and folders. */
export function videosOfSubtitle(segments: readonly string[]): string[] {
  const stems = [stemOf(segments.at(-1) ?? '')];
  while (stems.length <= MAXIMUM_MARKS) {
    const shorter = stemOf(stems.at(-1) ?? '');
    if (shorter === '' || shorter === stems.at(-1)) break;
    stems.push(shorter);
  }
  return [...stems, ...segments.slice(0, -1)];
}

/**
 * Subtitles and info files of a film: `Film.srt`, `Film.ja.srt`, `Film.nfo`. Excludes those of videos with a longer
 * name.
 */
export function filesBeside(stem: string, names: readonly string[], videoStems: readonly string[]): string[] {
  const belongsTo = (name: string) =>
    videoStems
      .filter((video) => name.startsWith(`${video}.`))
      .reduce<string | undefined>(
        (longest, video) => (video.length > (longest?.length ?? 0) ? video : longest),
        undefined,
      );
  return names.filter((name) => (SUBTITLE.test(name) || DESCRIPTION.test(name)) && belongsTo(name) === stem);
}
