import type { ApiClient } from '../core/terminal/api-client.ts';
import type { Prompts } from '../core/terminal/prompts.ts';
import { counted } from '../core/terminal/text.ts';
import { DATE_SOURCES } from './file-dates.ts';
import { askHeld } from './held.ts';
import type { Journal, NamedFile } from './journal.ts';

/** A regular sync has fewer files. */
const MANY_FILES = 25;
const OLD_MILLISECONDS = 2 * 24 * 60 * 60 * 1000;

/**
 * The number of files changed long ago and never recorded, if worth a question: in a first run, or in one repeating an
 * interrupted or undone run. Otherwise 0, also for services that take no dates.
 */
export async function neverRecorded(
  files: readonly NamedFile[],
  { api, journal, identity, now }: { api: ApiClient; journal: Journal; identity: string; now: number },
): Promise<number> {
  const isOld = ({ modifiedAt }: NamedFile) => Number(BigInt(modifiedAt) / 1_000_000n) < now - OLD_MILLISECONDS;
  const old = files.filter(isOld);
  if (old.length < MANY_FILES) return 0;
  const isRepeated = (file: NamedFile) => journal.wasSent(identity, file);
  const isFirst = !journal.hasSent(identity);
  if (!isFirst && !old.some(isRepeated)) return 0;
  const held = await askHeld(api, { files, links: [] });
  const missing = held ? old.filter((file) => !held.files.has(file)) : [];
  return missing.length >= MANY_FILES && (isFirst || missing.some(isRepeated)) ? missing.length : 0;
}

const ANSWERS = { today: 'Today', modified: 'When each file was last changed', unknown: 'I don’t know' };

/** Asks when these files were watched. */
export const askWhenWatched = (prompts: Prompts, count: number): Promise<(typeof DATE_SOURCES)[number]> =>
  prompts.select({
    message: `${counted(count, 'file')} were never recorded. When did you watch them?`,
    choices: DATE_SOURCES.map((value) => ({ name: ANSWERS[value], value })),
    fresh: true,
  });

/** Printed if it can't ask. */
export const datedTodayText = (count: number): string =>
  `${counted(count, 'file')} that you may have watched earlier count as watched today. To date them by when each was last changed: immersion undo, then immersion sync --dates modified.`;
