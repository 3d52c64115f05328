import type { YouTube, YouTubePlaylists } from './ports.ts';
import { NotFoundError } from '../core/errors.ts';
import { SORT_KEY_PREFIXES, keyOfItem, partitionOf, toItem } from '../viewings/record-items.ts';
import { equals, type Item, type Store } from '../core/store/store.ts';
import { isProviderId, refuseUnknown, withOutcome, type UnknownId } from './lookups-service.ts';
import type { Log } from '../core/ports.ts';
import { recordedKeys, recordWatches, storedItems } from '../viewings/record-service.ts';
import type { StatedDate, WatchDates } from '../viewings/watch-dates-service.ts';

const UNKNOWN = 'YouTube has no such video, or it is private.';
const LENGTH = 'youtube_video_duration';
/** Videos without a length to recheck at a time: the size of one call. */
const MAXIMUM_RECHECKED = 50;

/** The number of new videos, and those without a length yet: live, upcoming, or just over. */
export interface SyncedVideos {
  added: number;
  withoutLength: string[];
}

export interface YouTubeVideos {
  /**
   * Records watched videos and their channels. Only new ids and those without a length are looked up. Throws
   * `UnprocessableError` (`unknown_ids`) for unknown ids after recording the rest.
   */
  sync(request: {
    user: string;
    batchId: string;
    videoIds: readonly string[];
    watchedAt?: StatedDate | Record<string, StatedDate>;
  }): Promise<SyncedVideos>;
  /** Throws `NotFoundError` if it doesn't exist. */
  playlist(playlistId: string): Promise<string[]>;
}

export function createYouTubeVideos({
  store,
  youtube,
  playlists,
  dates,
  log,
}: {
  store: Store;
  youtube: YouTube;
  playlists: YouTubePlaylists;
  dates: WatchDates;
  log: Log;
}): YouTubeVideos {
  const videoKey = (videoId: string) => `${SORT_KEY_PREFIXES.youtube_video}${videoId}`;

  /** Looks up channels that aren't recorded. */
  const readChannels = async (user: string, channelIds: readonly string[]) => {
    const keys = channelIds.map((channelId) => ({
      partition: partitionOf(user),
      sort: `${SORT_KEY_PREFIXES.youtube_channel}${channelId}`,
    }));
    const stored = await storedItems(store, keys);
    const missing = channelIds.filter((_, index) => !stored.has(keys[index]?.sort ?? ''));
    const channels = new Map((await youtube.channels(missing)).map((channel) => [channel.channelId, channel]));
    // Unavailable channels are recorded without a name, so that their videos have one.
    const collections = missing.map((channelId) => {
      const { title = null, artworkUrl = null } = channels.get(channelId) ?? {};
      return toItem({ user, record: { type: 'youtube_channel', channelId, title, artworkUrl } });
    });
    return { collections, existing: [...stored.values()] };
  };

  /** A user's latest videos without a length, by id. */
  const videosWithoutLength = async (user: string): Promise<Map<string, Item>> => {
    const found: Item[] = [];
    const range = { prefix: SORT_KEY_PREFIXES.youtube_video, consistent: true, unreadable: 'keys' as const };
    for await (const item of store.query(partitionOf(user), range)) if (item[LENGTH] === 0) found.push(item);
    const latest = found
      .toSorted((a, b) => Number(b['timestamp']) - Number(a['timestamp']))
      .slice(0, MAXIMUM_RECHECKED);
    return new Map(latest.map((item) => [keyOfItem(item).sort.slice(SORT_KEY_PREFIXES.youtube_video.length), item]));
  };

  return {
    async sync({ user, batchId, videoIds, watchedAt: stated }) {
      const dateOf = await dates.byId(user, stated);
      const asked = [...new Set(videoIds)];
      const recorded = await recordedKeys(store, user, asked.filter(isProviderId).map(videoKey));
      const missing = asked.filter((id) => isProviderId(id) && !recorded.has(videoKey(id)));
      const open = await videosWithoutLength(user);
      const reasons = new Map<string, UnknownId>();
      const lookUp = async () => {
        const told = await youtube
          .videos([...missing, ...open.keys()], (id, reason, retry = false) =>
            reasons.set(id, { id, reason, ...(retry && { retry }) }),
          )
          .catch((error: unknown) => {
            // A failed recheck isn't an error.
            if (missing.length > 0) throw error;
            return [];
          });
        for (const { videoId, durationSeconds } of told) {
          const item = open.get(videoId);
          if (!item || durationSeconds === 0) continue;
          await store.put({ ...item, [LENGTH]: durationSeconds }, equals(LENGTH, 0));
          open.delete(videoId);
        }
        const videos = told.filter(({ videoId }) => missing.includes(videoId));
        return { videos, channels: await readChannels(user, [...new Set(videos.map(({ channelId }) => channelId))]) };
      };
      const { videos, channels } =
        missing.length === 0 && open.size === 0
          ? { videos: [], channels: { collections: [], existing: [] } }
          : await lookUp().catch((error: unknown) => {
              throw withOutcome(error, { videos_added: 0 }, missing);
            });

      const watches = videos.map(({ videoId, title, channelId, durationSeconds }) => {
        if (durationSeconds === 0) log.info('A video without length counts 0 seconds', { video_id: videoId });
        const { watchedAt, attributes } = dateOf(videoId);
        const item = toItem({
          user,
          batchId,
          record: { type: 'youtube_video', videoId, title, channelId, durationSeconds, watchedAt },
        });
        return { ...item, ...attributes };
      });
      const { watches: added } = await recordWatches(store, { ...channels, watches });

      const found = new Set(videos.map(({ videoId }) => videoId));
      const unknown = asked.filter((id) => !found.has(id) && !recorded.has(videoKey(id)));
      const withoutLength = [
        ...videos.filter(({ durationSeconds }) => durationSeconds === 0).map(({ videoId }) => videoId),
        ...asked.filter((id) => open.has(id)),
      ];
      refuseUnknown(
        unknown.map((id) => reasons.get(id) ?? { id, reason: UNKNOWN }),
        { videos_added: added, ...(withoutLength.length > 0 && { videos_without_length: withoutLength }) },
      );
      return { added, withoutLength };
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
