import type { Edges } from './terminal.ts';
import { isTerminal } from './terminal.ts';

/** Work that takes a while, shown on standard error with what is done so far. */
export interface Activity {
  update(text: string): void;
  stop(): void;
}

/** A spinner on a terminal, nothing elsewhere. It appears only when the work takes longer than a moment. */
export function startActivity(text: string, { errorOutput }: Edges, quiet: boolean): Activity {
  if (quiet || !isTerminal(errorOutput)) return { update: () => {}, stop: () => {} };
  let current = text;
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
      current = next;
      if (spinner) spinner.text = next;
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
      spinner?.stop();
    },
  };
}
