/** What a show folder's name says of the show. */
export interface FolderTitle {
  title: string;
  year: number | null;
}

const NOISE =
  /\b(?:s(?:eason)?[ .]?\d{1,2}(?:[ .-]*s?\d{1,2})?|\d{3,4}[pi]|4k|uhd|hdr(?:10)?|bd(?:rip)?|blu-?ray|dvd(?:rip)?|web(?:-?(?:dl|rip))?|hdtv|x26[45]|h[ .]?26[45]|hevc|avc|av1|10-?bit|aac|flac|ac3|dts|multi-?subs?|dual[ -]?audio|batch|complete|remux|repack|proper|subbed|dubbed|raw)\b/giu;
const JAPANESE_SEASON = /第\s*\d+\s*(?:期|シーズン)|シーズン\s*\d+/gu;
const BRACKETED = /\[[^\]]*\]|【[^】]*】|\((?!(?:19|20)\d\d\))[^)]*\)|\{[^}]*\}/gu;

/** The title in a folder's name, without release groups, qualities and seasons, and the year it names. */
export function titleOfFolder(folderName: string): FolderTitle {
  const spaced = folderName.includes(' ') ? folderName.replaceAll('_', ' ') : folderName.replaceAll(/[._]+/g, ' ');
  const unbracketed = spaced.replaceAll(BRACKETED, ' ');
  const year = /\((?<bracketed>(?:19|20)\d\d)\)|(?:^|\s)(?<bare>(?:19|20)\d\d)(?=\s*$|\s+s\d|\s+\d{3,4}p)/iu.exec(
    unbracketed,
  );
  const beforeYear = year && year.index > 0 ? unbracketed.slice(0, year.index) : unbracketed;
  const title = tidy(beforeYear.replaceAll(JAPANESE_SEASON, ' ').replaceAll(NOISE, ' '));
  return {
    title: title || tidy(spaced) || folderName,
    year: year && year.index > 0 ? Number(year.groups?.['bracketed'] ?? year.groups?.['bare']) : null,
  };
}

const tidy = (text: string): string =>
  text
    .replaceAll(/\s+/gu, ' ')
    .replaceAll(/^[\s\-–—_.,]+|[\s\-–—_.,]+$/gu, '')
    .trim();
