import measure from 'fast-string-truncated-width';

/** The columns that a text takes on the terminal: two for Japanese characters and emoji, none for colours. */
export const widthOf = (text: string): number => measure(text).width;

/** A text without line breaks and escape sequences: names come from files and providers, and must not steer the terminal. */
export const asLine = (text: string): string => text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');

/** Cuts a text to columns of the terminal, with `…` where something is missing. Japanese characters take two columns. */
export function cutToWidth(text: string, columns: number): string {
  const line = asLine(text);
  if (widthOf(line) <= columns) return line;
  let kept = '';
  let width = widthOf(ELLIPSIS);
  for (const { segment } of new Intl.Segmenter().segment(line)) {
    width += widthOf(segment);
    if (width > columns) break;
    kept += segment;
  }
  return kept + ELLIPSIS;
}

/** A text in lines that are no wider than the terminal, broken between words where it has blanks. */
export function wrapToWidth(text: string, columns: number): string {
  const lines: string[] = [];
  let line = '';
  for (const { segment, isWordLike } of new Intl.Segmenter('und', { granularity: 'word' }).segment(asLine(text))) {
    const fits = widthOf(line + segment) <= columns - ROOM_FOR_PUNCTUATION;
    if (fits || line === '' || (!isWordLike && widthOf(line + segment) <= columns)) {
      line += segment;
      continue;
    }
    lines.push(line.trimEnd());
    line = segment.trimStart();
  }
  return [...lines, line.trimEnd()].join('\n');
}

/** Fills a text with blanks up to a width in columns. */
export const padToWidth = (text: string, columns: number): string =>
  text + ' '.repeat(Math.max(0, columns - widthOf(text)));

/** `1 episode`, `12,345 episodes`. */
export const counted = (count: number, singular: string, plural = `${singular}s`): string =>
  `${count.toLocaleString('en-US')} ${count === 1 ? singular : plural}`;

/** Minutes as `45m`, `2h`, `1h 36m`, `1,500h`. */
export function formatMinutes(minutes: number): string {
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  if (hours === 0) return `${rest}m`;
  const said = `${hours.toLocaleString('en-US')}h`;
  return rest === 0 ? said : `${said} ${rest}m`;
}

/** Seconds as whole minutes, as `formatMinutes`. */
export const formatSeconds = (seconds: number): string => formatMinutes(Math.floor(seconds / 60));

/** `Mar 1, 2028`, of `2028-03-01`. */
export function formatDay(day: string): string {
  const [year, month = '', date] = day.split('-');
  return `${MONTHS[Number(month) - 1]} ${Number(date)}, ${year}`;
}

/** `Japanese`, of `ja`. */
export const languageName = (code: string): string =>
  new Intl.DisplayNames(['en'], { type: 'language' }).of(code) ?? code;

/** Bytes as `512 B`, `4.2 GB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (Math.round(value) >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 99.95 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const ELLIPSIS = '…';
/** A full stop, of two columns in Japanese, stays on the line of its word. */
const ROOM_FOR_PUNCTUATION = 2;

/** `S02E05`. */
export const seasonAndEpisode = ({ season, episode }: { season: number; episode: number }): string =>
  `S${String(season).padStart(2, '0')}E${String(episode).padStart(2, '0')}`;

/** `2026-10-01 18:30`, in the computer's zone. */
export function localTime(instant: string): string {
  const date = new Date(instant);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`;
}
