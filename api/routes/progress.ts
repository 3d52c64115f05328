import { oncePer, oncePerBlock } from '../../lib/core/once.ts';
import { type ProgressAnswer, getProgress } from '../../lib/progress/progress-contract.ts';
import type { Progress } from '../../lib/progress/progress-rules.ts';
import type { CompletionOf } from '../../lib/shows/followed-shows-service.ts';
import { snakeCased } from '../../lib/core/snake-case-rules.ts';
import { serve } from '../middleware/validation.ts';
import type { ProgressServices } from '../../lib/progress/wiring.ts';
import type { Routes } from '../route-settings.ts';

export function addRoutes(router: Routes, { progress, completion }: ProgressServices): void {
  const answerOf = oncePer((one: Progress) => oncePer((completionOf: CompletionOf) => toAnswer(one, completionOf)));
  serve(router, getProgress, async ({ user }) => {
    const [one, completionOf] = await Promise.all([progress.of(user), completion.of(user)]);
    return answerOf(one)(completionOf);
  });
}

function toAnswer(progress: Progress, completionOf: CompletionOf): ProgressAnswer {
  const { shows, youtubeChannels, spotifyShows, movies, ...rest } = progress;
  return {
    ...snakeCased(rest),
    shows: showsOf(completionOf)(shows).flat(),
    youtube_channels: channelsOf(youtubeChannels).flat(),
    spotify_shows: podcastsOf(spotifyShows).flat(),
    movies: moviesOf(movies).flat(),
  };
}

const showsOf = oncePer((completionOf: CompletionOf) =>
  oncePerBlock((shows: Progress['shows']) =>
    shows.map((show) => {
      const { tmdbId: _, ...shown } = show;
      const completion = completionOf(show);
      return { ...snakeCased(shown), ...(completion !== undefined && { completion_percentage: completion }) };
    }),
  ),
);
const channelsOf = oncePerBlock(snakeCased<Progress['youtubeChannels']>);
const podcastsOf = oncePerBlock(snakeCased<Progress['spotifyShows']>);
const moviesOf = oncePerBlock(snakeCased<Progress['movies']>);
