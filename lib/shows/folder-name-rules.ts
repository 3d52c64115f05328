/** What a show folder's name says of the show. */
export interface FolderTitle {
  title: string;
  year: number | null;
}

/** What tells of a file, not of its show: season, picture, source, sound. The title ends where the first of these begins. */
const TAGS = new RegExp(
  [
    /\b(?:s(?:eason ?)?\d{1,2}(?:[ -]*s?\d{1,2})?|\d(?:st|nd|rd|th) season|(?:the )?final season|cour \d)\b/,
    /\b(?:\d{3,4}[pi]|4k|uhd|hdr(?:10)?|(?:8|10)-?bit|x26[45]|h[ .]?26[45]|hevc|avc|av1)\b/,
    /\b(?:bd(?:rip|remux)?|blu-?ray|dvd(?:rip)?|web-?(?:dl|rip)|hdtv|remux|repack)\b/,
    /\b(?:aac|flac|e?ac3|dts)[\d.]*|\bmulti-?subs?\b|\bdual[ -]?audio\b/,
    /第\s*[\d０-９一二三四五六七八九十]+\s*(?:期|シーズン|クール)|シーズン\s*[\d０-９]+|(?<=\s)\d+期|全\s*\d+\s*話/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'giu',
);
/** Words that mean nothing at the end of a name, but may belong to a title elsewhere. */
const ENDINGS =
  /[\s\-–~]+(?:complete(?: (?:series|collection))?|batch|subbed|dubbed|proper|uncut|uncensored|part \d|\d{2,3}\s*[-~]\s*\d{2,3})$/iu;
const SHOUTED_ENDINGS = /\s+(?:WEB|TV|BOX)$/u;
const BRACKETED = /\[[^\]]*\]|【[^】]*】|\((?!(?:19|20)\d\d(?:\s*[-–]\s*(?:(?:19|20)\d\d)?)?\))[^)]*\)|\{[^}]*\}/gu;
const YEAR =
  /\((?<bracketed>(?:19|20)\d\d)(?:\s*[-–][\s\d]*)?\)|(?<=\s)(?<bare>(?:19|20)\d\d)(?=\s*$|\s+s\d|\s+\d{3,4}p)/iu;

/** The title in a folder's name, without release groups, qualities and seasons, and the year it names. */
export function titleOfFolder(folderName: string): FolderTitle {
  const half = folderName.replaceAll('（', '(').replaceAll('）', ')').replaceAll('［', '[').replaceAll('］', ']');
  const spaced = half.includes(' ') ? half.replaceAll('_', ' ') : half.replaceAll(/[._]+/g, ' ');
  const unbracketed = spaced.replaceAll(BRACKETED, ' ').trim();
  const found = YEAR.exec(unbracketed);
  const year = found ? Number(found.groups?.['bracketed'] ?? found.groups?.['bare']) : null;
  const before = found ? unbracketed.slice(0, found.index) : unbracketed;
  const behind = found ? unbracketed.slice(found.index + found[0].length) : '';
  const title = withoutTags(before) || withoutTags(behind);
  // A name that is all brackets: 【推しの子】 is a title.
  return { title: title || withoutTags(spaced.replaceAll(/[[\](){}【】]/gu, ' ')) || tidy(spaced) || folderName, year };
}

function withoutTags(text: string): string {
  const first = [...text.matchAll(TAGS)].find((tag) => tidy(text.slice(0, tag.index).replaceAll(TAGS, ' ')) !== '');
  let title = tidy(text.slice(0, first?.index).replaceAll(TAGS, ' '));
  for (;;) {
    const shorter = tidy(title.replace(ENDINGS, '').replace(SHOUTED_ENDINGS, ''));
    if (shorter === title) return title;
    title = shorter;
  }
}

const tidy = (text: string): string =>
  text
    .replaceAll(/\s+/gu, ' ')
    .replaceAll(/^[\s\-–—_.,]+|[\s\-–—_.,]+$/gu, '')
    .trim();
