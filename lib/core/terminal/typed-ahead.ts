import { setTimeout as delay } from 'node:timers/promises';

const QUIET_MILLISECONDS = 60;
const PATIENCE_MILLISECONDS = 1000;
const CTRL_C = '\u0003';

/** Discards keys typed before a question is shown. Throws at Ctrl-C, as prompts do. */
export async function discardTypedInput(input: NodeJS.ReadableStream): Promise<void> {
  if (!('isTTY' in input && input.isTTY)) return;
  const terminal = input as NodeJS.ReadStream;
  let isQuiet = false;
  let dropped = '';
  const drop = (typed: Buffer | string) => {
    isQuiet = false;
    dropped += typed.toString();
  };
  // Stays in raw mode for the prompt, so that keys typed in between aren't lost.
  terminal.setRawMode(true);
  terminal.on('data', drop);
  for (
    let waited = 0;
    !isQuiet && !dropped.includes(CTRL_C) && waited < PATIENCE_MILLISECONDS;
    waited += QUIET_MILLISECONDS
  ) {
    isQuiet = true;
    await delay(QUIET_MILLISECONDS);
  }
  terminal.off('data', drop);
  if (!dropped.includes(CTRL_C)) return;
  terminal.setRawMode(false);
  throw Object.assign(new Error('interrupted'), { name: 'ExitPromptError' });
}
