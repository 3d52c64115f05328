import { existsSync } from 'node:fs';
import path from 'node:path';

/** The PATH of this computer without yt-dlp, for this process as well: tests ask nobody outside. */
export const PATH_WITHOUT_YT_DLP = (process.env['PATH'] ?? '')
  .split(path.delimiter)
  .filter((folder) => !existsSync(path.join(folder, 'yt-dlp')))
  .join(path.delimiter);
process.env['PATH'] = PATH_WITHOUT_YT_DLP;

/** Settings with which no provider on the Internet is asked that needs no key. */
export const NOWHERE = {
  PATH: PATH_WITHOUT_YT_DLP,
  // Nothing listens there.
  IMMERSION_TRACKER_TVMAZE_BASE_URL: 'http://127.0.0.1:9',
};
