/**
 * A CSV cell (RFC 4180). Spreadsheets evaluate cells that begin with these characters, and titles are untrusted: an
 * apostrophe prevents that. Nothing in a cell controls a terminal.
 */
export function csvCell(cell: string): string {
  const plain = cell.replaceAll(/(?![\t\r\n])\p{Cc}+/gu, ' ');
  const text = /^[=+\-@\t\r]/.test(plain) ? `'${plain}` : plain;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
