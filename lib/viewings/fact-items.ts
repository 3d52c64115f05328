import { batchIdOf } from './record-items.ts';
import type { ItemFacts } from './source-viewing-rules.ts';
import { SECONDS_SOURCES, type SecondsSource } from './viewing-rules.ts';
import type { Item } from '../core/store/store.ts';

/** Reads the optional attributes that extend the contract's items. */
export function itemFactsOf(item: Item): ItemFacts {
  const said = item['language'];
  const heard = item['audio_language'];
  const length = item['episode_duration'];
  return {
    batchId: batchIdOf(item),
    durationSource: sourceOf(item['duration_source']) ?? (typeof length === 'number' ? 'file' : null),
    durationSeconds: typeof length === 'number' ? length : null,
    language: typeof said === 'string' ? said : typeof heard === 'string' ? heard : null,
    languageSource: typeof said === 'string' ? 'person' : typeof heard === 'string' ? 'file' : null,
    isBackground: item['attention'] === 'background',
    isDated: item['dated'] === true,
    isUndated: item['undated'] === true,
  };
}

const sourceOf = (value: unknown): SecondsSource | null => SECONDS_SOURCES.find((source) => source === value) ?? null;
