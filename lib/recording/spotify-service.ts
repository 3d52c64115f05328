import type { Spotify, SpotifyEpisode } from './ports.ts';
import { isReleasedBy } from '../tmdb/release-date-rules.ts';
import { SORT_KEY_PREFIXES, toItem } from '../viewings/record-items.ts';
import type { Store } from '../core/store/store.ts';
import { isProviderId, lookUpEach, refuseUnknown, withOutcome } from './lookups-service.ts';
import { recordedKeys, recordWatches } from '../viewings/record-service.ts';
import type { StatedDate, WatchDate, WatchDates } from '../viewings/watch-dates-service.ts';

const UNKNOWN = 'Spotify has no such episode in this market.';

export interface SpotifyEpisodes {
  /**
   * Records podcast episodes and their shows. Returns how many episodes are new. Only new ids are looked up. `backfill`
   * adds all earlier episodes of their shows, and looks up recorded ones for that. If Spotify fails midway, episodes
   * found before are recorded, then `ProviderError` is thrown. Throws `UnprocessableError` (`unknown_ids`) for unknown
   * ids after recording the rest.
   */
  sync(request: {
    user: string;
    batchId: string;
    episodeIds: readonly string[];
    backfill: boolean;
    watchedAt?: StatedDate | Record<string, StatedDate>;
  }): Promise<number>;
}

export function createSpotifyEpisodes({
  store,
  spotify,
  dates,
}: {
  store: Store;
  spotify: Spotify;
  dates: WatchDates;
}): SpotifyEpisodes {
  const episodeKey = (episodeId: string) => `${SORT_KEY_PREFIXES.spotify_episode}${episodeId}`;

  const record = async (
    { user, batchId, dateOf }: { user: string; batchId: string; dateOf: (id: string) => WatchDate },
    episodes: ReadonlyMap<string, SpotifyEpisode>,
  ) => {
    const shows = new Map([...episodes.values()].map(({ show }) => [show.showId, show]));
    const added = await recordWatches(store, {
      collections: [...shows.values()].map((show) => toItem({ user, record: { type: 'spotify_show', ...show } })),
      watches: [...episodes].map(
        ([
          episodeId,
          {
            title,
            durationSeconds,
            show: { showId },
          },
        ]) => {
          const { watchedAt, attributes } = dateOf(episodeId);
          const item = toItem({
            user,
            batchId,
            record: { type: 'spotify_episode', episodeId, title, showId, durationSeconds, watchedAt },
          });
          return { ...item, ...attributes };
        },
      ),
    });
    return added.watches;
  };

  /** Episodes that a show released up to any of its targets, by id. */
  const earlierEpisodes = async (targets: Iterable<SpotifyEpisode>) => {
    const episodes = new Map<string, SpotifyEpisode>();
    const { invalid, failure } = await lookUpEach(
      Map.groupBy(targets, ({ show }) => show.showId).values(),
      async ([first, ...others]) => {
        if (!first) return;
        const isWanted = ({ releaseDate }: SpotifyEpisode) =>
          [first, ...others].some((target) => isReleasedBy(releaseDate, target.releaseDate));
        for await (const episode of spotify.showEpisodes(first.show)) {
          if (isProviderId(episode.episodeId) && isWanted(episode)) episodes.set(episode.episodeId, episode);
        }
      },
    );
    // A show with a missing page is incomplete: that is a failure.
    const [error] = invalid.values();
    return { episodes, failure: failure ?? (error && { error }) };
  };

  return {
    async sync({ user, batchId, episodeIds, backfill, watchedAt }) {
      const dateOf = await dates.byId(user, watchedAt);
      const asked = [...new Set(episodeIds)];
      const recorded = await recordedKeys(store, user, asked.filter(isProviderId).map(episodeKey));
      const isRecorded = (id: string) => recorded.has(episodeKey(id));
      const targets = await lookUpEach(
        asked.filter((id) => isProviderId(id) && (backfill || !isRecorded(id))),
        (id) => spotify.episode(id),
      );
      const earlier =
        backfill && !targets.failure
          ? await earlierEpisodes(targets.found.values())
          : { episodes: new Map<string, SpotifyEpisode>(), failure: targets.failure };

      const added = await record({ user, batchId, dateOf }, new Map([...earlier.episodes, ...targets.found]));
      const unknown = asked.filter((id) => !targets.found.has(id) && !isRecorded(id));
      if (earlier.failure) {
        const missing = targets.failure ? unknown : asked;
        throw withOutcome(earlier.failure.error, { episodes_added: added }, missing);
      }
      refuseUnknown(
        unknown.map((id) => ({ id, reason: targets.invalid.get(id)?.message ?? UNKNOWN })),
        { episodes_added: added },
      );
      return added;
    },
  };
}
