import type { Log, LogFields } from './services/ports.ts';

/** How log lines look: JSON for machines, one human line, or nothing. */
export type LogFormat = 'json' | 'human' | 'none';

export function createLog({ format, write }: { format: LogFormat; write: (line: string) => void }): Log {
  const say = (level: string, message: string, fields: LogFields = {}, error?: unknown): void => {
    if (format === 'none') return;
    const time = new Date().toISOString();
    const stack = error instanceof Error ? error.stack : typeof error === 'string' ? error : undefined;
    if (format === 'json') return write(JSON.stringify({ time, level, message, ...fields, stack }));
    const values = Object.entries(fields)
      .filter(([, value]) => value !== undefined && value !== null)
      .map(([name, value]) => `${name}=${String(value)}`);
    write([time, level.padEnd(5), message, ...values].join(' ') + (stack ? `\n${stack}` : ''));
  };
  return {
    info: (message, fields) => say('info', message, fields),
    warn: (message, fields) => say('warn', message, fields),
    error: (message, fields, error) => say('error', message, fields, error),
  };
}
