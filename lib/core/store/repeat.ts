import { ConflictError } from '../errors.ts';

/**
 * Repeats a write that other writers may overtake: `attempt` reads, decides and writes again each time, and returns
 * undefined when it lost. Throws `ConflictError` when it lost `tries` times; `what` begins its sentence.
 */
export async function againstOtherWriters<T>(
  attempt: () => Promise<T | undefined>,
  { what, code, tries = 5 }: { what: string; code: string; tries?: number },
): Promise<T> {
  for (let tried = 0; tried < tries; tried++) {
    const done = await attempt();
    if (done !== undefined) return done;
  }
  throw new ConflictError(`${what} is being changed by someone else.`, {
    code,
    suggestions: ['Run the same command again.'],
  });
}
