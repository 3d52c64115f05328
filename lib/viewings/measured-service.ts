import { equals, type Item, type Store } from '../core/store/store.ts';
import { keyOfItem } from './record-items.ts';
import { storedItems } from './record-service.ts';
import { SECONDS_SOURCES, type SecondsSource } from './viewing-rules.ts';

export interface MeasuredFacts {
  /** The length of the content. */
  durationSeconds?: number | undefined;
  /** Of the audio track. */
  language?: string | undefined;
}

type LengthAttribute = 'episode_duration' | 'movie_duration';

/** Measurements of a file, in attributes that extend the contract's items. */
export function measuredAttributes({ durationSeconds, language }: MeasuredFacts, attribute: LengthAttribute): Item {
  return {
    ...(durationSeconds !== undefined && {
      [attribute]: Math.round(durationSeconds),
      duration_source: 'file' satisfies SecondsSource,
    }),
    ...(language !== undefined && { audio_language: language }),
  };
}

/** Updates length and language of stored items where missing or from a worse source. */
export async function improveLengths(
  store: Store,
  measured: readonly Item[],
  attribute: LengthAttribute,
): Promise<void> {
  const better = measured.filter((item) => 'duration_source' in item || 'audio_language' in item);
  const stored = await storedItems(store, better.map(keyOfItem));
  for (const item of better) {
    const old = stored.get(keyOfItem(item).sort);
    const improved = old && { ...old, ...betterLength(old, item, attribute), ...betterLanguage(old, item) };
    if (improved && Object.keys(improved).some((name) => improved[name] !== old[name])) {
      await store.put(improved, equals('sk', keyOfItem(item).sort));
    }
  }
}

/** Whether an item already has a length from a better source. */
export const isBetterLength = (item: Item, than: SecondsSource): boolean => rank(item['duration_source']) < rank(than);

function betterLength(old: Item, item: Item, attribute: LengthAttribute): Item {
  const { duration_source: source } = item;
  if (source === undefined || rank(old['duration_source']) <= rank(source)) return {};
  return { [attribute]: item[attribute], duration_source: source };
}

const betterLanguage = (old: Item, { audio_language: language }: Item): Item =>
  language === undefined || 'audio_language' in old ? {} : { audio_language: language };

/** Lower is better; unknown is worst. */
function rank(source: unknown): number {
  const place = SECONDS_SOURCES.findIndex((one) => one === source);
  return place === -1 ? SECONDS_SOURCES.length : place;
}
