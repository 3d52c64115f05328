import { type LinkTarget, parseAddress } from './link-address-rules.ts';

export interface MediaLink {
  service: 'youtube' | 'spotify';
  id: string;
}

/** `message` follows the line's position: “watched.txt line 5: …”. */
export type LinkLine = { kind: 'blank' } | { kind: 'unreadable'; message: string } | LinkTarget;

const MAXIMUM_LINE_CHARACTERS = 4096;
/** Invisible characters: soft hyphens, zero-width characters, text directions, byte order marks. */
const INVISIBLE = /[\u00AD\u061C\u200B-\u200F\u202A-\u202E\u2060-\u2064\u2066-\u2069\uFEFF]/gu;
const MARKDOWN_LINK = /\[[^\]]*\]\(\s*([^\s()]+)[^()]*\)/gu;
/** A link may directly follow text: `Title:https://…`, `動画https://…`. */
const LINK_BEHIND_TEXT = /(?=https?:\/\/)(?<=(?:^|\s)\p{L}+:|\P{ASCII})/gu;
const DELIMITERS = /[\s<>()[\]{}"'`*|“”‘’「」『』【】（）《》、。：]+/u;
const ADDRESS =
  /^(?:[a-z][a-z\d+.-]*:\/\/|spotify:[a-z]+:|(?:[a-z\d-]+\.)*(?:youtube\.com|youtu\.be|youtube-nocookie\.com|spotify\.com|spotify\.link)[/?])/iu;

/** Reads a line: blank or a comment, one link with any text around it, or unreadable. */
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

/** The link in a line, in any form; undefined if there is none. */
export function parseLink(line: string): MediaLink | undefined {
  const found = readLinkLine(line);
  return found.kind === 'video' || found.kind === 'episode' ? { service: found.service, id: found.id } : undefined;
}

/** `youtube:dQw4w9WgXcQ` */
export const linkKey = ({ service, id }: MediaLink): string => `${service}:${id}`;

export const isBlankOrComment = (line: string): boolean => /^\s*(?:#|$)/u.test(line);
