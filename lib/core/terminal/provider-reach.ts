import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import type { Config, Environment } from '../config.ts';
import { describeReach } from '../providers-rules.ts';

/** What works with local keys, and what more would add; undefined for a remote API or a secret file. */
export function providerReach(
  config: Config,
  environment: Environment,
): { works: string; adds: string | null } | undefined {
  if (config.api.kind === 'remote' || config.secretFile) return undefined;
  const keys = config.providerKeys;
  return describeReach({
    tvdb: Boolean(keys.tvdbApiKey),
    tmdb: Boolean(keys.tmdbApiKey),
    youtube: Boolean(keys.youtubeApiKey),
    ytDlp: isOnPath('yt-dlp', environment),
    spotify: Boolean(keys.spotifyClientId && keys.spotifyClientSecret),
    trakt: Boolean(keys.traktClientId && keys.traktClientSecret),
  });
}

function isOnPath(program: string, environment: Environment): boolean {
  return (environment['PATH'] ?? '').split(path.delimiter).some((folder) => {
    try {
      accessSync(path.join(folder, program), constants.X_OK);
      return folder !== '';
    } catch {
      return false;
    }
  });
}
