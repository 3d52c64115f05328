import type { Log, LogFields } from './ports.ts';

/** Log lines for people; `lib/telemetry.ts` writes those for machines. */
export function createLog({ write }: { write: (line: string) => void }): Log {
  const say = (level: string, message: string, fields: LogFields = {}, error?: unknown): void => {
    const stack = stackOf(error);
    const values = Object.entries(fields)
      .filter(([, value]) => value !== undefined && value !== null)
      .map(([name, value]) => `${name}=${quoted(String(value))}`);
    const time = new Date().toISOString();
    write([time, level.padEnd(5), message, ...values].join(' ') + (stack ? `\n${stack}` : ''));
  };
  return {
    info: (message, fields) => say('info', message, fields),
    warn: (message, fields) => say('warn', message, fields),
    error: (message, fields, error) => say('error', message, fields, error),
  };
}

/** Only the stack is logged: other properties may contain secrets. */
export const stackOf = (error: unknown): string | undefined =>
  error instanceof Error ? error.stack : typeof error === 'string' ? error : undefined;

/** Quotes ambiguous values. */
const quoted = (text: string): string => (/[\s"=]/.test(text) ? JSON.stringify(text) : text);
