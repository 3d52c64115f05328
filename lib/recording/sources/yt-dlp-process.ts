import { spawn } from 'node:child_process';

export interface YtDlpRun {
  /** As in `process.env`, whose `PATH` leads to the program; this process's own when left out. */
  environment?: Readonly<Record<string, string | undefined>> | undefined;
  /** The program is killed then. */
  deadlineMs: number;
  signal?: AbortSignal | undefined;
  onLine: (line: string) => void;
}

/** How it ended. What it printed on stderr may hold paths and addresses and is for reading alone. */
export interface YtDlpEnd {
  end: 'missing' | 'ended' | 'late' | 'aborted' | 'flooded';
  errors: string;
}

const LONGEST_LINE = 8 * 1024 * 1024;
const LONGEST_ERRORS = 1024 * 1024;

/** Runs the yt-dlp that is on the PATH, and hands on each line of its stdout. Never rejects. */
export async function runYtDlp(
  programArguments: readonly string[],
  { environment, deadlineMs, signal, onLine }: YtDlpRun,
): Promise<YtDlpEnd> {
  if (signal?.aborted) return { end: 'aborted', errors: '' };
  const child = spawn('yt-dlp', programArguments, {
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
    ...(environment && { env: { ...environment } }),
  });
  let end: YtDlpEnd['end'] = 'ended';
  let rest = '';
  let errors = '';
  const stop = (why: YtDlpEnd['end']) => {
    if (end !== 'ended') return;
    end = why;
    child.kill('SIGKILL');
    // What it started itself may live on and hold the pipes open.
    child.stdout.destroy();
    child.stderr.destroy();
  };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
    if (rest.length > LONGEST_LINE) stop('flooded');
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (errors.length < LONGEST_ERRORS) errors += text;
  });

  const timer = setTimeout(() => stop('late'), deadlineMs);
  const abort = () => stop('aborted');
  signal?.addEventListener('abort', abort, { once: true });
  const started = await new Promise<boolean>((resolve) => {
    child.once('error', () => resolve(child.pid !== undefined)).once('close', () => resolve(true));
  });
  clearTimeout(timer);
  signal?.removeEventListener('abort', abort);
  if (!started) return { end: 'missing', errors: '' };
  if (end === 'ended' && rest !== '') onLine(rest);
  return { end, errors };
}
