import type { ClientRun } from '../core/run-header-rules.ts';
import { getPlaylist } from '../recording/search-contract.ts';
import { syncSpotify, syncYouTube } from '../recording/sync-contract.ts';
import { ImmersionError } from '../core/errors.ts';
import { linkKey, type MediaLink } from '../recording/link-rules.ts';
import type { ApiClient } from '../core/terminal/api-client.ts';
import { chunksOf } from '../core/terminal/chunks.ts';
import { counted } from '../core/terminal/text.ts';

export interface RefusedLink {
  link: MediaLink;
  reason: string;
  /** It may exist later. */
  retry: boolean;
}

export interface RecordedLinks {
  videosAdded: number;
  podcastEpisodesAdded: number;
  /** Videos that count 0 minutes until they are over and a later sync finds their length. */
  withoutLength: string[];
  refused: RefusedLink[];
  /** Errors of a service, with its unrecorded links. */
  failed: { error: ImmersionError; links: MediaLink[] }[];
  datesIgnored: boolean;
}

/** Errors of one provider don't affect links of the other. The original API doesn't say whose they are. */
const PROVIDER_FAULT = /^(?:(?:youtube|yt_dlp|spotify)_|api_failed$)/;

/** Records YouTube links, then Spotify links. Calls `confirmed` with the stored links of each call. */
export async function recordLinks(
  links: readonly MediaLink[],
  {
    api,
    run,
    backfill,
    watchedAt,
    confirmed,
  }: {
    api: ApiClient;
    run: ClientRun;
    backfill: boolean;
    /** Epoch seconds, null if unknown, undefined for now. */
    watchedAt?: number | null | undefined;
    confirmed: (links: MediaLink[]) => void;
  },
): Promise<RecordedLinks> {
  const result: RecordedLinks = {
    videosAdded: 0,
    podcastEpisodesAdded: 0,
    withoutLength: [],
    refused: [],
    failed: [],
    datesIgnored: false,
  };
  const isDated = watchedAt !== undefined;
  const date = isDated ? { watched_at: watchedAt } : {};
  const unique = [...new Map(links.map((link) => [linkKey(link), link])).values()];

  const noteLengths = (ids: unknown) => {
    if (Array.isArray(ids)) result.withoutLength.push(...ids.map(String));
  };
  const record = async (
    service: MediaLink['service'],
    send: (ids: string[]) => Promise<number>,
    addedField: string,
  ): Promise<number> => {
    let added = 0;
    const chunks = chunksOf(
      unique.filter((link) => link.service === service),
      ({ id }) => id,
    );
    for (const [index, chunk] of chunks.entries()) {
      try {
        added += await send(chunk.map(({ id }) => id));
        confirmed(chunk);
      } catch (error) {
        if (!(error instanceof ImmersionError)) throw error;
        if (error.code !== 'unknown_ids') {
          if (!PROVIDER_FAULT.test(error.code)) throw error;
          const left = notRecorded(error, chunk);
          confirmed(chunk.filter((link) => !left.includes(link)));
          result.failed.push({ error, links: [...left, ...chunks.slice(index + 1).flat()] });
          return added + Number(error.extra[addedField] ?? 0);
        }
        added += Number(error.extra[addedField] ?? 0);
        noteLengths(error.extra['videos_without_length']);
        const refused = new Map(error.details.flatMap((one) => ('id' in one ? [[one.id, one] as const] : [])));
        confirmed(chunk.filter(({ id }) => !refused.has(id)));
        for (const link of chunk) {
          const { reason, retry = false } = refused.get(link.id) ?? {};
          if (reason !== undefined) result.refused.push({ link, reason: reason.replace(/\.$/, ''), retry });
        }
      }
    }
    return added;
  };

  result.videosAdded = await record(
    'youtube',
    async (ids) => {
      const answer = await api.call(syncYouTube, { body: { video_ids: ids, ...date }, run });
      if (isDated && !answer.dated) result.datesIgnored = true;
      noteLengths(answer.videos_without_length);
      return answer.videos_added;
    },
    'videos_added',
  );
  result.podcastEpisodesAdded = await record(
    'spotify',
    async (ids) => {
      const body = { episode_ids: ids, ...(backfill ? { backfill } : {}), ...date };
      const answer = await api.call(syncSpotify, { body, run });
      if (isDated && !answer.dated) result.datesIgnored = true;
      return answer.episodes_added;
    },
    'episodes_added',
  );
  return result;
}

/** Empty if all have a length. */
export const withoutLengthText = ({ withoutLength }: Pick<RecordedLinks, 'withoutLength'>): string =>
  withoutLength.length === 0
    ? ''
    : `${counted(withoutLength.length, 'video')} without a length yet (live, upcoming or just ended): ${withoutLength.join(', ')}. Checked again when you next record YouTube links.`;
/** Links of a failed call that aren't recorded; all of them if the API doesn't say. */
function notRecorded({ extra }: ImmersionError, chunk: readonly MediaLink[]): MediaLink[] {
  const ids = extra['not_recorded'];
  return Array.isArray(ids) ? chunk.filter(({ id }) => ids.includes(id)) : [...chunk];
}

export const PLAYLIST_HINT =
  'a YouTube playlist: record all its videos with --playlist, or copy the links of those that you watched';

export async function videosOfPlaylist(api: ApiClient, id: string): Promise<MediaLink[]> {
  const { video_ids: videoIds } = await api.call(getPlaylist, { params: { id } });
  return videoIds.map((videoId) => ({ service: 'youtube', id: videoId }));
}
