import { tmdbShowId } from '../../lib/shows/catalog-rules.ts';
import { readConfig } from '../../lib/core/config.ts';
import { createLog } from '../../lib/core/log.ts';
import { wire } from '../../lib/core/wiring.ts';
import { openFeatures } from '../../api/features.ts';

// Opens a show and syncs its seasons until none is due: node episode-worker.ts DATA_DIRECTORY TMDB_URL SHOW_ID SECONDS
const [dataDirectory = '', tmdbUrl = '', showId = '', secondsLater = ''] = process.argv.slice(2);
const clock = { now: () => Date.now() + Number(secondsLater) * 1000 };
const config = readConfig({
  environment: {
    IMMERSION_DATA_DIR: dataDirectory,
    IMMERSION_TRACKER_TMDB_BASE_URL: tmdbUrl,
    IMMERSION_TMDB_INTERVAL_MS: '25',
    TMDB_API_KEY: 'key',
  },
  workingDirectory: dataDirectory,
});
const wiring = await wire(config, openFeatures, { log: createLog({ write: () => {} }), clock });
const { followedShows, episodeSync } = await wiring.features.shows();
await followedShows.open('aiko', tmdbShowId(Number(showId)));
process.stdout.write('open\n');
while ((await episodeSync.tick()).due > 0) continue;
await wiring.close();
