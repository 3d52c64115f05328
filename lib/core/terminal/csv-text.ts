/**
 * A CSV cell (RFC 4180). Spreadsheets evaluate cells that begin with these characters, and titles are untrusted: an
 * apostrophe prevents that.
 */
export function csvCell(cell: string): string {
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
