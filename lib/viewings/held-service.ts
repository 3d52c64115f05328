import type { Store } from '../core/store/store.ts';
import { SORT_KEY_PREFIXES } from './record-items.ts';
import { storedEpisodes, storedNames, type EpisodeNames } from './stored-names-service.ts';

export interface NamedWatches {
  episodes: readonly EpisodeNames[];
  fileNames: readonly string[];
  videoIds: readonly string[];
  podcastEpisodeIds: readonly string[];
}

export interface Held {
  /** Those that are stored, by a consistent read. */
  among(user: string, named: NamedWatches): Promise<NamedWatches>;
}

export const createHeld = ({ store }: { store: Store }): Held => ({
  async among(user, { episodes, fileNames, videoIds, podcastEpisodeIds }) {
    const { movie, youtube_video: video, spotify_episode: podcastEpisode } = SORT_KEY_PREFIXES;
    const [held, heldFiles, heldVideos, heldPodcastEpisodes] = await Promise.all([
      storedEpisodes(store, user, episodes),
      storedNames(store, user, { prefix: movie, names: fileNames }),
      storedNames(store, user, { prefix: video, names: videoIds }),
      storedNames(store, user, { prefix: podcastEpisode, names: podcastEpisodeIds }),
    ]);
    return {
      episodes: [...held],
      fileNames: heldFiles,
      videoIds: heldVideos,
      podcastEpisodeIds: heldPodcastEpisodes,
    };
  },
});
