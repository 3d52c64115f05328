import type { ClientRun } from '../core/contract/names.ts';
import { syncSpotify, syncYouTube } from '../recording/sync-contract.ts';
import { ImmersionError } from '../core/errors.ts';
import { linkKey, type MediaLink } from '../recording/link-rules.ts';
import type { ApiClient } from '../core/terminal/api-client.ts';
import { chunksOf } from '../core/terminal/chunks.ts';
import { counted } from '../core/terminal/text.ts';

/** A link that the API did not take, and why. */
export interface RefusedLink {
  link: MediaLink;
  reason: string;
}

/** What became of links. */
export interface RecordedLinks {
  videosAdded: number;
  podcastEpisodesAdded: number;
  /** Videos that count 0 minutes until they are over and a later sync finds their length. */
  withoutLength: string[];
  refused: RefusedLink[];
  /** Why a service could not be asked, and those of its links that are not recorded. */
  failed: { error: ImmersionError; links: MediaLink[] }[];
}

/** Errors of one provider: links of the other may still be recorded. */
const PROVIDER_FAULT = /^(?:youtube|spotify)_/;

/** Records links, YouTube's and then Spotify's. `confirmed` is called with the links of each call that the API has stored. */
export async function recordLinks(
  links: readonly MediaLink[],
  {
    api,
    run,
    backfill,
    confirmed,
  }: { api: ApiClient; run: ClientRun; backfill: boolean; confirmed: (links: MediaLink[]) => void },
): Promise<RecordedLinks> {
  const result: RecordedLinks = { videosAdded: 0, podcastEpisodesAdded: 0, withoutLength: [], refused: [], failed: [] };
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
        added += Number(error.extra[addedField] ?? 0);
        const reasons = new Map(error.details.flatMap((one) => ('id' in one ? [[one.id, one.reason] as const] : [])));
        if (error.code !== 'unknown_ids') {
          if (!PROVIDER_FAULT.test(error.code)) throw error;
          // An API that says what it has recorded all the same names what is missing.
          const stored = addedField in error.extra ? chunk.filter(({ id }) => !reasons.has(id)) : [];
          if (stored.length > 0) confirmed(stored);
          result.failed.push({
            error,
            links: chunks
              .slice(index)
              .flat()
              .filter((link) => !stored.includes(link)),
          });
          return added;
        }
        noteLengths(error.extra['videos_without_length']);
        confirmed(chunk.filter(({ id }) => !reasons.has(id)));
        for (const link of chunk) {
          const reason = reasons.get(link.id);
          if (reason !== undefined) result.refused.push({ link, reason: reason.replace(/\.$/, '') });
        }
      }
    }
    return added;
  };

  result.videosAdded = await record(
    'youtube',
    async (ids) => {
      const answer = await api.call(syncYouTube, { body: { video_ids: ids }, run });
      noteLengths(answer.videos_without_length);
      return answer.videos_added;
    },
    'videos_added',
  );
  result.podcastEpisodesAdded = await record(
    'spotify',
    async (ids) => {
      const body = { episode_ids: ids, ...(backfill ? { backfill } : {}) };
      return (await api.call(syncSpotify, { body, run })).episodes_added;
    },
    'episodes_added',
  );
  return result;
}

/** What is said of videos that have no length yet; empty where all have one. */
export const withoutLengthText = ({ withoutLength }: Pick<RecordedLinks, 'withoutLength'>): string =>
  withoutLength.length === 0
    ? ''
    : `${counted(withoutLength.length, 'video')} without a length yet (live, upcoming or just ended): ${withoutLength.join(', ')}. Checked again when you next record YouTube links.`;
