import type Router from '@koa/router';
import { oncePer } from '../../lib/core/once.ts';
import { type ProgressAnswer, getProgress } from '../../lib/progress/progress-contract.ts';
import type { Progress } from '../../lib/progress/progress-rules.ts';
import type { CompletionOf } from '../../lib/shows/followed-shows-service.ts';
import { snakeCased } from '../../lib/core/snake-case-rules.ts';
import { serve } from '../middleware/validation.ts';
import type { ProgressServices } from '../../lib/progress/wiring.ts';

export function addRoutes(router: Router, { progress, completion }: ProgressServices): void {
  const answerOf = oncePer((one: Progress) => oncePer((completionOf: CompletionOf) => toAnswer(one, completionOf)));
  serve(router, getProgress, async ({ user }) => answerOf(await progress.of(user))(await completion.of(user)));
}

const toAnswer = (progress: Progress, completionOf: CompletionOf): ProgressAnswer => ({
  ...snakeCased(progress),
  shows: progress.shows.map((show) => {
    const { tmdbId: _, ...shown } = show;
    const completion = completionOf(show);
    return { ...snakeCased(shown), ...(completion !== undefined && { completion_percentage: completion }) };
  }),
});
