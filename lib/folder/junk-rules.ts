import { isJunk, stemOf } from './file-rules.ts';

/** Folders that systems keep beside files, with whatever is in them. */
const JUNK_FOLDERS = new Set(['@eadir']);
const SUBTITLE = /\.(?:srt|ass|ssa|sub|idx|vtt|sup|smi)$/iu;
const DESCRIPTION = /\.nfo$/iu;
/** `.ja.forced.cc` behind the name of a video. */
const MAXIMUM_MARKS = 3;

/** Whether a file may go with the folder that its path is relative to. */
export const isJunkBelow = (segments: readonly string[]): boolean =>
  segments.slice(0, -1).some((folder) => JUNK_FOLDERS.has(folder.toLowerCase())) || isJunk(segments.at(-1) ?? '');

export const isSubtitle = (name: string): boolean => SUBTITLE.test(name);

/** The names of videos that a subtitle may belong to, by its own name and those of the folders that it lies in. */
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
 * The subtitles and descriptions in a folder that go with a film of this name: `Film.srt`, `Film.ja.srt`, `Film.nfo`.
 * What belongs to another video, also one with a longer name, is not among them.
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
