import { confirm, input, select } from '@inquirer/prompts';
import { asLine } from './text.ts';
import { discardTypedInput } from './typed-ahead.ts';

export interface Choice<T> {
  name: string;
  value: T;
  description?: string;
  disabled?: string;
}

/** `fresh` ignores keys typed before the question appeared. */
interface Fresh {
  fresh?: boolean;
}

/** Each question throws at Ctrl-C, before anything is changed. */
export interface Prompts {
  /** Enter selects the first choice. */
  select<T>(question: { message: string; choices: readonly Choice<T>[]; pageSize?: number } & Fresh): Promise<T>;
  input(question: {
    message: string;
    default?: string;
    /** True, or an error message. */
    validate?: (text: string) => boolean | string;
  }): Promise<string>;
  /** Enter answers no. */
  confirm(message: string, options?: Fresh): Promise<boolean>;
}

/** Prompts on a terminal, on standard error. Names in questions and choices can't control it. */
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
      if (fresh) await discardTypedInput(stdin);
      const choices = question.choices.map(({ name, description, ...choice }) => ({
        ...choice,
        name: asLine(name),
        ...(description === undefined ? {} : { description: asLine(description) }),
      }));
      return select({ loop: false, ...question, message: asLine(question.message), choices }, context);
    },
    input: (question) => input({ ...question, message: asLine(question.message) }, context),
    async confirm(message, { fresh = false } = {}) {
      if (fresh) await discardTypedInput(stdin);
      return confirm({ message: asLine(message), default: false }, context);
    },
  };
}
