const CLOCK = /^(\d{1,6}):([0-5]\d)$/;
const UNITS = /^(?:(\d+(?:\.\d+)?) ?h(?:ours?|rs?)?)? ?(?:(\d+) ?m(?:in(?:ute)?s?)?)?$/;

/**
 * Seconds of a length as users type it: `45m`, `1h20m`, `1.5h`, `1:20`. Undefined for anything else, including bare
 * numbers.
 */
export function parseLength(text: string): number | undefined {
  const phrase = text.trim().toLowerCase();
  const [, clockHours, clockMinutes] = CLOCK.exec(phrase) ?? [];
  if (clockHours !== undefined) return Number(clockHours) * 3600 + Number(clockMinutes) * 60;
  const [, hours, minutes] = UNITS.exec(phrase) ?? [];
  if (hours === undefined && minutes === undefined) return undefined;
  return Math.round(Number(hours ?? 0) * 3600) + Number(minutes ?? 0) * 60;
}
