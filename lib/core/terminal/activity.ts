import { createEstimate, type Count } from '../estimate-rules.ts';
import type { Io } from './terminal.ts';
import { isTerminal } from './terminal.ts';
import { cutToWidth } from './text.ts';

/** The spinner and a space, and the last column. */
const COLUMNS_BESIDE = 3;

/** Progress of slow work, on standard error. */
export interface Activity {
  /** For counted work, also shows the remaining time once known, and the current `item`. */
  update(text: string, count?: Count & { item?: string }): void;
  stop(): void;
}

/** A spinner on terminals only, after a short delay. */
export function startActivity(text: string, { errorOutput }: Io, quiet: boolean): Activity {
  if (quiet || !isTerminal(errorOutput)) return { update: () => {}, stop: () => {} };
  // A wrapped line can't be redrawn.
  const shown = (full: string) => cutToWidth(full, (errorOutput.columns || 80) - COLUMNS_BESIDE);
  let current = shown(text);
  let spinner: { text: string; stop(): unknown } | undefined;
  let stopped = false;
  const spin = async () => {
    const { default: ora } = await import('ora');
    if (!stopped) spinner = ora({ text: current, stream: errorOutput, discardStdin: false }).start();
  };
  const remaining = createEstimate(() => performance.now());
  const timer = setTimeout(() => {
    void spin();
  }, 300);
  return {
    update(next, count) {
      const rest = count && remaining(count);
      const item = count?.item ? `  ${count.item}` : '';
      current = shown((rest ? `${next}, ${rest}` : next) + item);
      if (spinner) spinner.text = current;
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
      spinner?.stop();
    },
  };
}
