import { seasonAndEpisode } from '../core/terminal/text.ts';
import type { AnyRecord } from '../core/codec.ts';
import { FALLBACK_EPISODE_SECONDS } from '../viewings/viewing-rules.ts';
import type { LibraryRecord } from '../titles/title-rules.ts';
import type { RecordOf } from '../core/field-rules.ts';
import type { entryRecord } from '../viewings/entry-rules.ts';
import type { TrackedRecord } from '../viewings/record-rules.ts';

export const CSV_HEADS = ['watched_at', 'type', 'title', 'collection', 'duration_seconds'];

/** What the rows of watches take from the records before them. */
interface Known {
  names: Map<string, string>;
  /** By folder. */
  episodeSeconds: Map<string, number>;
}

/** The row of a record: the cells of what was watched; undefined for what only describes it. */
export type CsvRow = (record: AnyRecord) => string[] | undefined;

/** Rows of records that come in the order of an export. */
export function createCsvRows(): CsvRow {
  const known: Known = { names: new Map(), episodeSeconds: new Map() };
  return (record) => csvRow(record as CsvRecord, known);
}

type CsvRecord = TrackedRecord | LibraryRecord | RecordOf<typeof entryRecord>;

function csvRow(record: CsvRecord, { names, episodeSeconds }: Known): string[] | undefined {
  const row = (title: string, collection: string, seconds: number | null) => [
    instant('watchedAt' in record ? record.watchedAt : 'at' in record ? record.at : null),
    record.type,
    title,
    collection,
    `${seconds ?? ''}`,
  ];
  switch (record.type) {
    case 'show':
      names.set(`show ${record.folderName}`, record.name ?? record.folderName);
      if (record.averageRuntimeSeconds) episodeSeconds.set(record.folderName, record.averageRuntimeSeconds);
      return undefined;
    case 'youtube_channel':
      names.set(`channel ${record.channelId}`, record.title ?? '');
      return undefined;
    case 'spotify_show':
      names.set(`podcast ${record.showId}`, record.name ?? '');
      return undefined;
    case 'title':
      names.set(`${record.kind} ${record.tmdbId}`, record.title);
      return undefined;
    case 'movie_session':
      return row(names.get(`movie ${record.tmdbId}`) ?? `TMDB ${record.tmdbId}`, '', record.durationSeconds);
    case 'episode_watch': {
      const place = seasonAndEpisode({ season: record.seasonNumber, episode: record.episodeNumber });
      const series = names.get(`tv ${record.tmdbId}`) ?? `TMDB ${record.tmdbId}`;
      return row(record.name ? `${place} ${record.name}` : place, series, record.durationSeconds);
    }
    case 'episode': {
      const { folderName, fileName } = record;
      const seconds = episodeSeconds.get(folderName) ?? FALLBACK_EPISODE_SECONDS;
      return row(fileName, names.get(`show ${folderName}`) ?? folderName, seconds);
    }
    case 'movie':
      return row(record.name ?? record.fileName, '', record.durationSeconds);
    case 'youtube_video':
      return row(record.title, names.get(`channel ${record.channelId}`) ?? '', record.durationSeconds);
    case 'spotify_episode':
      return row(record.title, names.get(`podcast ${record.showId}`) ?? '', record.durationSeconds);
    case 'entry': {
      const { title, collection, seconds } = record;
      return row(title, collection ? (collection.name ?? nameOf(collection, names)) : '', seconds);
    }
    default:
      return undefined;
  }
}

/** The name of an entry's collection, where something before told it; its id else. */
const nameOf = ({ kind, id }: { kind: string; id: string }, names: Known['names']): string =>
  names.get(id.startsWith('tmdb:') ? `tv ${id.slice('tmdb:'.length)}` : `${kind} ${id}`) ?? id;

/** Empty where the date is unknown. */
const instant = (epochSeconds: number | null): string =>
  epochSeconds === null ? '' : new Date(epochSeconds * 1000).toISOString().replace('.000Z', 'Z');
