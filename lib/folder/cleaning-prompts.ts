import type { Prompts } from '../core/terminal/prompts.ts';
import type { CleanMode } from './cleaning.ts';

/** Enter keeps the files; deleting asks twice. */
export async function askCleaning(prompts: Prompts, { what }: { what: string }): Promise<CleanMode> {
  const mode = await prompts.select<CleanMode>({
    message: `${what} recorded. What should happen to them?`,
    choices: [
      { name: 'Keep them', value: 'keep' },
      { name: 'Move them to the trash', value: 'trash' },
      { name: 'Delete them', value: 'delete' },
    ],
    fresh: true,
  });
  if (mode !== 'delete') return mode;
  return (await askDeleting(prompts, what)) ? 'delete' : 'keep';
}

export const askDeleting = (prompts: Prompts, what: string): Promise<boolean> =>
  prompts.confirm(`Delete ${what} for good?`, { fresh: true });
