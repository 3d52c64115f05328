import type { Io } from './terminal.ts';
import { isTerminal } from './terminal.ts';
import { cutToWidth } from './text.ts';

/** What stands before the text: the spinner and a blank; and the last column stays free. */
const COLUMNS_BESIDE = 3;

/** Work that takes a while, shown on standard error with what is done so far. */
export interface Activity {
  update(text: string): void;
  stop(): void;
}

/** A spinner on a terminal, nothing elsewhere. It appears only when the work takes longer than a moment. */
export function startActivity(text: string, { errorOutput }: Io, quiet: boolean): Activity {
  if (quiet || !isTerminal(errorOutput)) return { update: () => {}, stop: () => {} };
  // A line that is broken in two cannot be drawn over.
  const shown = (full: string) => cutToWidth(full, (errorOutput.columns || 80) - COLUMNS_BESIDE);
  let current = shown(text);
  let spinner: { text: string; stop(): unknown } | undefined;
  let stopped = false;
  const spin = async () => {
    const { default: ora } = await import('ora');
    if (!stopped) spinner = ora({ text: current, stream: errorOutput, discardStdin: false }).start();
  };
  const timer = setTimeout(() => {
    void spin();
  }, 300);
  return {
    update(next) {
      current = shown(next);
      if (spinner) spinner.text = current;
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
      spinner?.stop();
    },
  };
}
