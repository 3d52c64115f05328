import measure from 'fast-string-truncated-width';

/** Width in terminal columns: two for Japanese characters and emoji, zero for colors. */
export const widthOf = (text: string): number => measure(text).width;

const ESCAPE = '\u001B';
const COLORS_AND_CONTROLS = new RegExp(`(${ESCAPE}\\[[\\d;]*m)|(?:(?!\\r?\\n)[\\p{Cc}\\p{Zl}\\p{Zp}])+`, 'gu');

/** Replaces line breaks and control characters: names from files and providers must not control the terminal. */
export const asLine = (text: string): string => text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');

/** The same for several lines, which may have colors if they are shown in color. */
export const asLines = (text: string, { color = false } = {}): string =>
  text.replaceAll(COLORS_AND_CONTROLS, (_, style?: string) => (color && style ? style : ' '));

/** Truncates to a width in terminal columns, with `…`. */
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

/** Wraps between words. */
export function wrapToWidth(text: string, columns: number): string {
  const whole = asLine(text);
  // Splitting into words takes 2 ms the first time.
  if (widthOf(whole) <= columns - ROOM_FOR_PUNCTUATION) return whole.trimEnd();
  const lines: string[] = [];
  let line = '';
  for (const { segment, isWordLike } of new Intl.Segmenter('und', { granularity: 'word' }).segment(whole)) {
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

export const padToWidth = (text: string, columns: number): string =>
  text + ' '.repeat(Math.max(0, columns - widthOf(text)));

export const padStartToWidth = (text: string, columns: number): string =>
  ' '.repeat(Math.max(0, columns - widthOf(text))) + text;

/** `1 episode`, `12,345 episodes`. */
export const counted = (count: number, singular: string, plural = `${singular}s`): string =>
  `${thousands(count)} ${count === 1 ? singular : plural}`;

/** `45m`, `2h`, `1h 36m`, `1,500h`. */
export function formatMinutes(minutes: number): string {
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  if (hours === 0) return `${rest}m`;
  const hoursText = `${thousands(hours)}h`;
  return rest === 0 ? hoursText : `${hoursText} ${rest}m`;
}

export const formatSeconds = (seconds: number): string => formatMinutes(Math.floor(seconds / 60));

/** `Japanese` for `ja`. */
export const languageName = (code: string): string =>
  new Intl.DisplayNames(['en'], { type: 'language' }).of(code) ?? code;

/** `512 B`, `4.2 GB`. */
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

const ELLIPSIS = '…';
/** Space for punctuation, which is two columns wide in Japanese and stays with its word. */
const ROOM_FOR_PUNCTUATION = 2;

/** `S02E05` */
export const seasonAndEpisode = ({ season, episode }: { season: number; episode: number }): string =>
  `S${String(season).padStart(2, '0')}E${String(episode).padStart(2, '0')}`;

/** `2026-10-01 18:30` in the computer's time zone. */
export function localTime(instant: string): string {
  const date = new Date(instant);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** `1,234`. The first use of `Intl` would take 3 ms. */
export const thousands = (count: number): string => String(count).replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
