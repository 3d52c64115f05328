import { spawn } from 'node:child_process';

export interface YtDlpRun {
  /** This process's environment by default; `PATH` locates the program. */
  environment?: Readonly<Record<string, string | undefined>> | undefined;
  /** The program is killed after this. */
  deadlineMs: number;
  signal?: AbortSignal | undefined;
  onLine: (line: string) => void;
}

/** stderr may contain paths and URLs, so it is only for parsing. */
export interface YtDlpEnd {
  end: 'missing' | 'ended' | 'late' | 'aborted' | 'flooded';
  errors: string;
}

const LONGEST_LINE = 8 * 1024 * 1024;
const LONGEST_ERRORS = 1024 * 1024;

/** Runs yt-dlp from the PATH, calling back with each line of stdout. Never rejects. */
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
    // Its child processes may survive and keep the pipes open.
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
