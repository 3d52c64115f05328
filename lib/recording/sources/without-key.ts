import type { SeriesProvider } from '../../core/providers-rules.ts';
import type { AnySeriesSource, SeriesSource, YouTube } from '../ports.ts';

/** Who may tell of series; one that needs a key says whether there is one. */
interface SeriesCandidate {
  provider: SeriesProvider;
  source: SeriesSource;
  hasKey?: () => Promise<boolean>;
}

/** Series from the first that can be asked: of TVDB where there is a key for it, else from TVmaze. */
export function createSeriesSource(candidates: readonly [SeriesCandidate, ...SeriesCandidate[]]): AnySeriesSource {
  const first = async () => {
    for (const one of candidates) if ((await one.hasKey?.()) ?? true) return one;
    return candidates[0];
  };
  return {
    series: async (tvdbId) => (await first()).source.series(tvdbId),
    searchSeries: async (query) => (await first()).source.searchSeries(query),
    idByImdb: async (imdbId, kind) => (await first()).source.idByImdb(imdbId, kind),
    provider: async () => (await first()).provider,
  };
}

/** Videos from YouTube's API where there is a key for it, else from yt-dlp. */
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
    videos: async (videoIds, tellMissing) => (await source()).videos(videoIds, tellMissing),
    channels: async (channelIds) => (await source()).channels(channelIds),
  };
}
