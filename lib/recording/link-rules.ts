import { type LinkTarget, parseAddress } from './link-address-rules.ts';

/** Something watched or listened to, as a link names it. */
export interface MediaLink {
  service: 'youtube' | 'spotify';
  id: string;
}

/** What a line of a list of links holds. A `message` stands behind the line's place: “watched.txt line 5: …”. */
export type LinkLine = { kind: 'blank' } | { kind: 'unreadable'; message: string } | LinkTarget;

const MAXIMUM_LINE_CHARACTERS = 4096;
/** Invisible marks: soft hyphens, zero-width characters, directions of writing, byte order marks. */
const INVISIBLE = /[\u00AD\u061C\u200B-\u200F\u202A-\u202E\u2060-\u2064\u2066-\u2069\uFEFF]/gu;
const MARKDOWN_LINK = /\[[^\]]*\]\(\s*([^\s()]+)[^()]*\)/gu;
/** A link may stand directly behind what it is called: `Title:https://…`, `動画https://…`. */
const LINK_BEHIND_TEXT = /(?=https?:\/\/)(?<=(?:^|\s)\p{L}+:|\P{ASCII})/gu;
const DELIMITERS = /[\s<>()[\]{}"'`*|“”‘’「」『』【】（）《》、。：]+/u;
const ADDRESS =
  /^(?:[a-z][a-z\d+.-]*:\/\/|spotify:[a-z]+:|(?:[a-z\d-]+\.)*(?:youtube\.com|youtu\.be|youtube-nocookie\.com|spotify\.com|spotify\.link)[/?])/iu;

/** What a line holds: blank or a comment, one link (whatever text stands around it), or nothing that can be read. */
export function readLinkLine(line: string): LinkLine {
  const text = line.replaceAll(INVISIBLE, '').trim();
  if (isBlankOrComment(text)) return { kind: 'blank' };
  if (text.length > MAXIMUM_LINE_CHARACTERS) return { kind: 'unreadable', message: 'longer than a line with a link' };
  const addresses = text
    .replaceAll(MARKDOWN_LINK, ' $1 ')
    .replaceAll(LINK_BEHIND_TEXT, ' ')
    .split(DELIMITERS)
    .map((word) => word.replace(/[.,;:!]+$/u, ''))
    .filter((word) => ADDRESS.test(word));
  if (addresses.length > 1) return { kind: 'unreadable', message: 'more than one link: put each on its own line' };
  const target = addresses[0] === undefined ? undefined : parseAddress(addresses[0]);
  return target ?? { kind: 'unreadable', message: 'not a YouTube or Spotify link' };
}

/** The YouTube video or Spotify episode that a line names, in any form of link; undefined when it names neither. */
export function parseLink(line: string): MediaLink | undefined {
  const found = readLinkLine(line);
  return found.kind === 'video' || found.kind === 'episode' ? { service: found.service, id: found.id } : undefined;
}

/** A link's name in one word, for journals: `youtube:dQw4w9WgXcQ`. */
export const linkKey = ({ service, id }: MediaLink): string => `${service}:${id}`;

/** Whether a line of a list of links says nothing: blank, or a comment. */
export const isBlankOrComment = (line: string): boolean => /^\s*(?:#|$)/u.test(line);
