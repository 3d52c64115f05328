import { equals, type Item, type Store } from '../core/store/store.ts';
import { keyOfItem } from './record-items.ts';
import { storedItems } from './record-service.ts';
import { SECONDS_SOURCES, type SecondsSource } from './viewing-rules.ts';

/** What was measured on a file, as attributes beside the contract's. */
export function measuredAttributes(facts: {
  durationSeconds?: number | undefined;
  language?: string | undefined;
}): Item {
  return {
    ...(facts.durationSeconds !== undefined && {
      episode_duration: Math.round(facts.durationSeconds),
      duration_source: 'file' satisfies SecondsSource,
    }),
    ...(facts.language !== undefined && { audio_language: facts.language }),
  };
}

/** Gives stored items the length and language of these, where their own are missing or from a worse source. */
export async function improveLengths(store: Store, measured: readonly Item[]): Promise<void> {
  const better = measured.filter((item) => 'episode_duration' in item || 'audio_language' in item);
  const stored = await storedItems(store, better.map(keyOfItem));
  for (const item of better) {
    const old = stored.get(keyOfItem(item).sort);
    const improved = old && { ...old, ...betterLength(old, item), ...betterLanguage(old, item) };
    if (improved && Object.keys(improved).some((name) => improved[name] !== old[name])) {
      await store.put(improved, equals('sk', keyOfItem(item).sort));
    }
  }
}

function betterLength(old: Item, { episode_duration: seconds, duration_source: source }: Item): Item {
  if (seconds === undefined || rank(old['duration_source']) <= rank(source)) return {};
  return { episode_duration: seconds, duration_source: source };
}

const betterLanguage = (old: Item, { audio_language: language }: Item): Item =>
  language === undefined || 'audio_language' in old ? {} : { audio_language: language };

/** The better the source the lower; none is worse than any. */
function rank(source: unknown): number {
  const place = SECONDS_SOURCES.findIndex((one) => one === source);
  return place === -1 ? SECONDS_SOURCES.length : place;
}
