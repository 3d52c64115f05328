import type { SeriesProvider } from '../../core/providers-rules.ts';
import type { AnySeriesSource, SeriesSource, YouTube } from '../ports.ts';

/** With a function that tells whether its key is set. */
interface SeriesCandidate {
  provider: SeriesProvider;
  source: SeriesSource;
  hasKey?: () => Promise<boolean>;
}

/** Uses TVDB if there is a key, else TVmaze. */
export function createSeriesSource(candidates: readonly [SeriesCandidate, ...SeriesCandidate[]]): AnySeriesSource {
  const first = async () => {
    for (const one of candidates) if ((await one.hasKey?.()) ?? true) return one;
    return candidates[0];
  };
  return {
    series: async (tvdbId) => (await first()).source.series(tvdbId),
    searchSeries: async (query) => (await first()).source.searchSeries(query),
    seasons: async (tvdbId) => (await first()).source.seasons(tvdbId),
    idByImdb: async (imdbId, kind) => (await first()).source.idByImdb(imdbId, kind),
    provider: async () => (await first()).provider,
  };
}

/** Uses YouTube's API if there is a key, else yt-dlp. */
export function createVideoSource({
  youtube,
  ytDlp,
  hasKey,
}: {
  youtube: YouTube;
  ytDlp: YouTube;
  hasKey: () => Promise<boolean>;
}): YouTube {
  const source = async () => ((await hasKey()) ? youtube : ytDlp);
  return {
    videos: async (videoIds, onMissing) => (await source()).videos(videoIds, onMissing),
    channels: async (channelIds) => (await source()).channels(channelIds),
  };
}
