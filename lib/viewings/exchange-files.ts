import { createReadStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import {
  exchangedItemSchema,
  exportItems,
  importItems,
  type ExchangedItem,
  type ExportAnswer,
} from './exchange-contract.ts';
import { seasonAndEpisode } from '../positions/position-rules.ts';
import { ImmersionError, InvalidInputError, type ErrorDetail } from '../core/errors.ts';
import { FALLBACK_EPISODE_SECONDS } from './viewing-rules.ts';
import type { ApiClient } from '../core/terminal/api-client.ts';
import { chunksOf } from '../core/terminal/chunks.ts';

const FAULTS_SHOWN = 20;

/** Everything that a person has recorded, page by page; shows, channels and podcasts come before what belongs to them. */
export async function* exportedItems(api: ApiClient): AsyncGenerator<ExchangedItem> {
  let next: string | null = null;
  do {
    const page: ExportAnswer = await api.call(exportItems, { query: { next: next ?? undefined } });
    yield* page.items;
    next = page.next;
  } while (next !== null);
}

/** Writes lines to a file that appears whole or not at all. Answers how many there were. */
export async function writeLines(file: string, lines: AsyncIterable<string>): Promise<number> {
  const draft = `${file}.${process.pid}.draft`;
  let count = 0;
  try {
    const handle = await open(draft, 'w');
    try {
      for await (const line of lines) {
        await handle.write(`${line}\n`);
        count += 1;
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
    return count;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof ImmersionError || !code) throw error;
    throw new ImmersionError(`${file} cannot be written (${code}).`, { code: 'file_unwritable' });
  } finally {
    await rm(draft, { force: true });
  }
}

/** An item of a file, and the number of its line, from 1. */
export interface NumberedItem {
  line: number;
  item: ExchangedItem;
}

/** Reads a file of JSON Lines, all of it, and throws `InvalidInputError` with every bad line unless all are good. */
export async function readExchangeFile(file: string): Promise<NumberedItem[]> {
  const items: NumberedItem[] = [];
  const faults: ErrorDetail[] = [];
  let number = 0;
  try {
    for await (const line of linesOf(file)) {
      number += 1;
      if (line.trim() === '') continue;
      const item = readLine(number === 1 ? line.replace(/^\uFEFF/, '') : line);
      if (typeof item === 'string') faults.push({ path: `line ${number}`, message: item });
      else items.push({ line: number, item });
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (!code) throw error;
    throw new ImmersionError(`${file} cannot be read (${code}).`, { code: 'file_unreadable' });
  }
  if (faults.length === 0) return items;
  throw new InvalidInputError(`${file} has ${faults.length} bad of ${number} lines; nothing was imported.`, {
    code: 'invalid_import',
    details: faults.slice(0, FAULTS_SHOWN),
    suggestions: ['Each line is one item as immersion export writes it.'],
  });
}

/** The lines of a text file. `node:readline` would also break them at U+2028, which JSON leaves in texts as it is. */
async function* linesOf(file: string): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of createReadStream(file, 'utf8')) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}

/** Sends items, what others belong to first. With `dryRun` nothing is written. */
export async function sendItems(
  items: readonly NumberedItem[],
  {
    api,
    batchId,
    dryRun,
    progressed,
  }: { api: ApiClient; batchId: string; dryRun: boolean; progressed: (done: number) => void },
): Promise<{ added: number; existing: number }> {
  const isWatch = ({ item }: NumberedItem) => 'timestamp' in item;
  const sorted = [...items.filter((one) => !isWatch(one)), ...items.filter((one) => isWatch(one))];
  const total = { added: 0, existing: 0 };
  let done = 0;
  for (const chunk of chunksOf(sorted, ({ item }) => item)) {
    const body = { items: chunk.map(({ item }) => item), dry_run: dryRun };
    const answer = await api.call(importItems, { body, batchId }).catch((error: unknown) => {
      throw error instanceof ImmersionError ? withLines(error, chunk) : error;
    });
    total.added += answer.items_added;
    total.existing += answer.items_existing;
    done += chunk.length;
    progressed(done);
  }
  return total;
}

/** Names the lines that the API found fault with, which it knows by their places in a call. */
function withLines(error: ImmersionError, chunk: readonly NumberedItem[]): ImmersionError {
  const { message, code, suggestions } = error;
  const details = error.details.map((detail) => {
    const [, place, rest = ''] = ('path' in detail && /^items\.(\d+)(?:\.(.*))?$/.exec(detail.path)) || [];
    const line = place === undefined ? undefined : chunk[Number(place)]?.line;
    if (line === undefined || !('path' in detail)) return detail;
    return { path: `line ${line}`, message: rest === '' ? detail.message : `${rest}: ${detail.message}` };
  });
  return new ImmersionError(message, { code, suggestions, details });
}

/** The lines of a CSV file (RFC 4180) of everything watched, with heads. */
export async function* csvLines(items: AsyncIterable<ExchangedItem>): AsyncGenerator<string> {
  const known: Known = { names: new Map(), episodeSeconds: new Map() };
  yield 'watched_at,type,title,collection,duration_seconds';
  for await (const item of items) {
    const row = csvRow(item, known);
    if (row) yield row.map((cell) => quoted(cell)).join(',');
  }
}

/** What the rows of watches take from the items before them. */
interface Known {
  names: Map<string, string>;
  /** By folder. */
  episodeSeconds: Map<string, number>;
}

function csvRow(item: ExchangedItem, { names, episodeSeconds }: Known): string[] | undefined {
  switch (item.type) {
    case 'show':
      names.set(`show ${item.folder_name}`, item.tvdb_name ?? item.folder_name);
      if (item.tvdb_average_runtime) episodeSeconds.set(item.folder_name, item.tvdb_average_runtime);
      return undefined;
    case 'youtube_channel':
      names.set(`channel ${item.youtube_channel_id}`, item.youtube_channel_title ?? '');
      return undefined;
    case 'spotify_show':
      names.set(`podcast ${item.spotify_show_id}`, item.spotify_show_name ?? '');
      return undefined;
    case 'title':
      names.set(`${item.kind} ${item.tmdb_id}`, item.title);
      return undefined;
    case 'folder_link':
      return undefined;
    case 'movie_session': {
      const name = names.get(`movie ${item.tmdb_id}`) ?? `TMDB ${item.tmdb_id}`;
      return [instant(item), item.type, name, '', `${item.duration ?? ''}`];
    }
    case 'episode_watch': {
      const place = seasonAndEpisode({ season: item.season_number, episode: item.episode_number });
      const series = names.get(`tv ${item.tmdb_id}`) ?? `TMDB ${item.tmdb_id}`;
      const name = item.episode_name ? `${place} ${item.episode_name}` : place;
      return [instant(item), item.type, name, series, `${item.duration ?? ''}`];
    }
    case 'episode':
      return [
        instant(item),
        item.type,
        item.file_name,
        names.get(`show ${item.folder_name}`) ?? item.folder_name,
        `${episodeSeconds.get(item.folder_name) ?? FALLBACK_EPISODE_SECONDS}`,
      ];
    case 'movie':
      return [
        instant(item),
        item.type,
        item.tvdb_name ?? item.tmdb_name ?? item.file_name,
        '',
        `${item.movie_duration}`,
      ];
    case 'youtube_video':
      return [
        instant(item),
        item.type,
        item.youtube_video_title,
        names.get(`channel ${item.youtube_channel_id}`) ?? '',
        `${item.youtube_video_duration}`,
      ];
    case 'spotify_episode':
      return [
        instant(item),
        item.type,
        item.spotify_episode_title,
        names.get(`podcast ${item.spotify_show_id}`) ?? '',
        `${item.spotify_episode_duration}`,
      ];
  }
}

/** Empty where the date is unknown. */
const instant = ({ timestamp }: { timestamp?: number | null | undefined }): string =>
  timestamp == null ? '' : new Date(timestamp * 1000).toISOString().replace('.000Z', 'Z');

const quoted = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

function readLine(line: string): ExchangedItem | string {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return 'it is no JSON';
  }
  const { success, data, error } = exchangedItemSchema.safeParse(json);
  if (success) return data;
  return error.issues.map((issue) => `${issue.path.join('.') || 'item'}: ${issue.message}`).join('; ');
}
