import { MAXIMUM_SORT_KEY_BYTES, type Store } from '../core/store/store.ts';
import { episodeKey, SORT_KEY_PREFIXES } from './record-items.ts';
import { recordedKeys } from './record-service.ts';

/** Watched things by the names that clients send. */
export interface NamedWatches {
  episodes: readonly { folderName: string; fileName: string }[];
  fileNames: readonly string[];
  videoIds: readonly string[];
  podcastEpisodeIds: readonly string[];
}

export interface Held {
  /** Those of these that a person's partition holds, as it was written last. */
  among(user: string, named: NamedWatches): Promise<NamedWatches>;
}

export const createHeld = ({ store }: { store: Store }): Held => ({
  async among(user, { episodes, fileNames, videoIds, podcastEpisodeIds }) {
    const stored = async <T>(things: readonly T[], toKey: (thing: T) => string): Promise<T[]> => {
      const storable = things.filter((thing) => Buffer.byteLength(toKey(thing)) <= MAXIMUM_SORT_KEY_BYTES);
      const keys = await recordedKeys(store, user, storable.map(toKey));
      return storable.filter((thing) => keys.has(toKey(thing)));
    };
    const [heldEpisodes, heldNames, heldVideos, heldPodcasts] = await Promise.all([
      stored(episodes, ({ folderName, fileName }) => episodeKey(folderName, fileName)),
      stored(fileNames, (fileName) => `${SORT_KEY_PREFIXES.movie}${fileName}`),
      stored(videoIds, (id) => `${SORT_KEY_PREFIXES.youtube_video}${id}`),
      stored(podcastEpisodeIds, (id) => `${SORT_KEY_PREFIXES.spotify_episode}${id}`),
    ]);
    return { episodes: heldEpisodes, fileNames: heldNames, videoIds: heldVideos, podcastEpisodeIds: heldPodcasts };
  },
});
