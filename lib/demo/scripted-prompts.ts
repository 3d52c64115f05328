import { PassThrough, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { createPrompts, type Prompts } from '../core/terminal/prompts.ts';
import { isTerminal, type Io } from '../core/terminal/terminal.ts';

const ENTER = '\r';
const READING_MILLISECONDS = 900;

/** The real prompts, answered with Enter. */
export function scriptedPrompts({ errorOutput, ...io }: Io, narrate: (text: string) => void): Prompts {
  const shown = isTerminal(errorOutput);
  const keyboard = new PassThrough();
  // Without a terminal, drawing prompts would only clutter a log.
  const screen = shown ? errorOutput : new Writable({ write: (_chunk, _encoding, done) => done() });
  const prompts = createPrompts({ ...io, input: keyboard, errorOutput: screen });

  const answer = async <T>(question: Promise<T>, keys: string[]): Promise<T> => {
    for (const key of keys) {
      await delay(shown ? READING_MILLISECONDS : 50);
      keyboard.write(key);
    }
    return question;
  };

  return {
    async select(question) {
      const choice = await answer(prompts.select(question), [ENTER]);
      if (!shown) narrate(`? ${question.message} ${question.choices[0]?.name}.`);
      return choice;
    },
    input: (question) => answer(prompts.input(question), [ENTER]),
    confirm: (message) => answer(prompts.confirm(message), ['y', ENTER]),
  };
}
