/**
 * A cell of a CSV file (RFC 4180). Spreadsheets compute what begins with one of these signs, and titles come from anybody:
 * an apostrophe keeps it a text.
 */
export function csvCell(cell: string): string {
  const text = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
