import type { AnySeriesSource, SeriesSource, YouTube } from '../ports.ts';

/** Series from TVDB where there is a key for it, else from TVmaze. */
export function createSeriesSource({
  tvdb,
  tvmaze,
  hasKey,
}: {
  tvdb: SeriesSource;
  tvmaze: SeriesSource;
  hasKey: () => Promise<boolean>;
}): AnySeriesSource {
  const source = async () => ((await hasKey()) ? tvdb : tvmaze);
  return {
    series: async (tvdbId) => (await source()).series(tvdbId),
    searchSeries: async (query) => (await source()).searchSeries(query),
    idByImdb: async (imdbId, kind) => (await source()).idByImdb(imdbId, kind),
    provider: async () => ((await hasKey()) ? 'tvdb' : 'tvmaze'),
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
