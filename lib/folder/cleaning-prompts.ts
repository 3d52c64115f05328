import type { Prompts } from '../core/terminal/prompts.ts';
import type { CleanMode } from './cleaning.ts';

/** Asks what happens to recorded files and lines. */
export const askCleaning = (prompts: Prompts, { what }: { what: string }): Promise<CleanMode> =>
  prompts.select<CleanMode>({
    message: `${what} recorded. What should happen to them?`,
    choices: [
      { name: 'Move them to the trash', value: 'trash' },
      { name: 'Delete them', value: 'delete' },
      { name: 'Keep them', value: 'keep' },
    ],
  });
