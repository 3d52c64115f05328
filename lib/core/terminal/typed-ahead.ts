import { setTimeout as delay } from 'node:timers/promises';

const QUIET_MILLISECONDS = 60;
const PATIENCE_MILLISECONDS = 1000;
const CTRL_C = '\u0003';

/** Drops what was typed before a question is shown: it was meant for something else. Throws as prompts do at Ctrl-C. */
export async function forgetTyped(input: NodeJS.ReadableStream): Promise<void> {
  if (!('isTTY' in input && input.isTTY)) return;
  const terminal = input as NodeJS.ReadStream;
  let isQuiet = false;
  let isInterrupted = false;
  const drop = (typed: Buffer | string) => {
    isQuiet = false;
    isInterrupted ||= typed.toString().includes(CTRL_C);
  };
  // The prompt takes the terminal over in this mode: nothing typed in between is lost to it, nor kept for it.
  terminal.setRawMode(true);
  terminal.on('data', drop);
  for (let waited = 0; !isQuiet && !isInterrupted && waited < PATIENCE_MILLISECONDS; waited += QUIET_MILLISECONDS) {
    isQuiet = true;
    await delay(QUIET_MILLISECONDS);
  }
  terminal.off('data', drop);
  if (!isInterrupted) return;
  terminal.setRawMode(false);
  throw Object.assign(new Error('interrupted'), { name: 'ExitPromptError' });
}
