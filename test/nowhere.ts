import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** The PATH without yt-dlp, also for this process: tests contact nothing outside. */
export const PATH_WITHOUT_YT_DLP = (process.env['PATH'] ?? '')
  .split(path.delimiter)
  .filter((folder) => !existsSync(path.join(folder, 'yt-dlp')))
  .join(path.delimiter);
process.env['PATH'] = PATH_WITHOUT_YT_DLP;

/** Settings for commands: keyless providers aren't contacted, and code that ran before isn't compiled again. */
export const NOWHERE = {
  PATH: PATH_WITHOUT_YT_DLP,
  NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? path.join(tmpdir(), 'node-compile-cache'),
  // Nothing listens there.
  IMMERSION_TRACKER_TVMAZE_BASE_URL: 'http://127.0.0.1:9',
};
