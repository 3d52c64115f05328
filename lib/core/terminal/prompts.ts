import { confirm, input, select } from '@inquirer/prompts';
import { forgetTyped } from './typed-ahead.ts';

/** One answer to a question: how it reads, and what it means. */
export interface Choice<T> {
  name: string;
  value: T;
  description?: string;
  /** Why it cannot be chosen. */
  disabled?: string;
}

/** Keys typed before the question was shown count as an answer, unless this is set. */
interface Fresh {
  fresh?: boolean;
}

/** How the CLI asks. Each question throws at Ctrl-C, before anything is changed. */
export interface Prompts {
  /** The first choice is the one that Enter takes. */
  select<T>(question: { message: string; choices: readonly Choice<T>[]; pageSize?: number } & Fresh): Promise<T>;
  input(question: {
    message: string;
    default?: string;
    /** True, or what is wrong with the text. */
    validate?: (text: string) => boolean | string;
  }): Promise<string>;
  /** Enter says no. */
  confirm(message: string, options?: Fresh): Promise<boolean>;
}

/** Prompts on a terminal; questions go to standard error, like everything but results. */
export function createPrompts({
  input: stdin,
  errorOutput,
}: {
  input: NodeJS.ReadableStream;
  errorOutput: NodeJS.WritableStream;
}): Prompts {
  const context = { input: stdin, output: errorOutput };
  return {
    async select({ fresh = false, ...question }) {
      if (fresh) await forgetTyped(stdin);
      return select({ loop: false, ...question }, context);
    },
    input: (question) => input(question, context),
    async confirm(message, { fresh = false } = {}) {
      if (fresh) await forgetTyped(stdin);
      return confirm({ message, default: false }, context);
    },
  };
}
