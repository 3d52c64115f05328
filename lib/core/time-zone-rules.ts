/** Whether this system knows a time zone of that name. */
export function isTimeZone(name: string | undefined): boolean {
  // Formatting takes as long as a third of Node's start, and is needed for other names of a zone only.
  if (name === 'UTC' || (name !== undefined && Intl.supportedValuesOf('timeZone').includes(name))) return true;
  try {
    return name !== undefined && new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
