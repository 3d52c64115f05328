import type { YouTube, YouTubePlaylists } from './ports.ts';
import { NotFoundError } from '../core/errors.ts';
import { SORT_KEY_PREFIXES, partitionOf, toItem } from '../viewings/record-items.ts';
import type { Store } from '../core/store/store.ts';
import { isProviderId, refuseUnknown, withOutcome, type UnknownId } from './lookups-service.ts';
import type { Clock, Log } from '../core/ports.ts';
import { recordedKeys, recordWatches, storedItems } from '../viewings/record-service.ts';

const UNKNOWN = 'YouTube has no such video, or it is private.';

export interface YouTubeVideos {
  /**
   * Records watched videos and their channels; answers how many videos are new. Only new ids are asked for.
   * Throws `UnprocessableError` (`unknown_ids`) for those that YouTube does not tell of, when the rest is recorded.
   */
  sync(request: { user: string; batchId: string; videoIds: readonly string[] }): Promise<number>;
  /** The ids of a playlist's videos. Throws `NotFoundError` where YouTube tells of no such list. */
  playlist(playlistId: string): Promise<string[]>;
}

export function createYouTubeVideos({
  store,
  youtube,
  playlists,
  clock,
  log,
}: {
  store: Store;
  youtube: YouTube;
  playlists: YouTubePlaylists;
  clock: Clock;
  log: Log;
}): YouTubeVideos {
  const videoKey = (videoId: string) => `${SORT_KEY_PREFIXES.youtube_video}${videoId}`;

  /** These channels as items; YouTube is asked for those that are not recorded. */
  const readChannels = async (user: string, channelIds: readonly string[]) => {
    const keys = channelIds.map((channelId) => ({
      partition: partitionOf(user),
      sort: `${SORT_KEY_PREFIXES.youtube_channel}${channelId}`,
    }));
    const stored = await storedItems(store, keys);
    const missing = channelIds.filter((_, index) => !stored.has(keys[index]?.sort ?? ''));
    const channels = new Map((await youtube.channels(missing)).map((channel) => [channel.channelId, channel]));
    // A channel that YouTube no longer tells of is recorded without its name, so that its videos have one.
    const collections = missing.map((channelId) => {
      const { title = null, artworkUrl = null } = channels.get(channelId) ?? {};
      return toItem({ user, record: { type: 'youtube_channel', channelId, title, artworkUrl } });
    });
    return { collections, existing: [...stored.values()] };
  };

  return {
    async sync({ user, batchId, videoIds }) {
      const asked = [...new Set(videoIds)];
      const recorded = await recordedKeys(store, user, asked.filter(isProviderId).map(videoKey));
      const missing = asked.filter((id) => isProviderId(id) && !recorded.has(videoKey(id)));
      const reasons = new Map<string, UnknownId>();
      const lookUp = async () => {
        const videos = await youtube.videos(missing, (id, reason, retry = false) =>
          reasons.set(id, { id, reason, ...(retry && { retry }) }),
        );
        return { videos, channels: await readChannels(user, [...new Set(videos.map(({ channelId }) => channelId))]) };
      };
      const { videos, channels } =
        missing.length === 0
          ? { videos: [], channels: { collections: [], existing: [] } }
          : await lookUp().catch((error: unknown) => {
              throw withOutcome(error, { videos_added: 0 }, missing);
            });

      const watchedAt = Math.floor(clock.now() / 1000);
      const watches = videos.map(({ videoId, title, channelId, durationSeconds }) => {
        if (durationSeconds === 0) log.info('A video without length counts 0 seconds', { video_id: videoId });
        return toItem({
          user,
          batchId,
          record: { type: 'youtube_video', videoId, title, channelId, durationSeconds, watchedAt },
        });
      });
      const { watches: added } = await recordWatches(store, { ...channels, watches });

      const found = new Set(videos.map(({ videoId }) => videoId));
      const unknown = asked.filter((id) => !found.has(id) && !recorded.has(videoKey(id)));
      refuseUnknown(
        unknown.map((id) => reasons.get(id) ?? { id, reason: UNKNOWN }),
        { videos_added: added },
      );
      return added;
    },

    async playlist(playlistId) {
      const videoIds = await playlists.playlist(playlistId);
      if (videoIds) return videoIds;
      throw new NotFoundError(`YouTube has no playlist ${playlistId}, or it is private.`, {
        code: 'playlist_not_found',
      });
    },
  };
}
