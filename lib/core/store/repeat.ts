import { ConflictError } from '../errors.ts';

/**
 * Retries a conditional write: `attempt` reads, decides and writes, and returns undefined if another writer was faster.
 * Throws `ConflictError` after `tries` attempts; `what` begins its message.
 */
export async function retryConflicts<T>(
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
