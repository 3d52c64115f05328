import { viewingId } from './entry-items.ts';
import type { Edit, Rule } from './overlay-rules.ts';
import { partitionOf } from './record-items.ts';
import type { ViewingReference } from './viewing-rules.ts';
import type { Item } from '../core/store/store.ts';

export const EDIT_PREFIX = 'EDIT#';
export const REMOVED_PREFIX = 'REMOVED#';
export const RULE_PREFIX = 'RULE#';

/** An edit as its item. Values that it leaves alone are left out; `null` is a value. */
export function toEditItem(user: string, { at, seconds, source, ref, ...rest }: Edit): Item {
  return {
    pk: partitionOf(user),
    sk: `${EDIT_PREFIX}${viewingId({ source, ref })}`,
    user,
    source,
    ref,
    ...(at !== undefined && { timestamp: at }),
    ...(seconds !== undefined && { duration: seconds }),
    ...rest,
  };
}

export function editOf(item: Item): Edit {
  const { timestamp, duration, language, attention, activity, title } = item;
  return {
    source: String(item['source']),
    ref: String(item['ref']),
    ...(timestamp !== undefined && { at: timestamp as number | null }),
    ...(duration !== undefined && { seconds: duration as number }),
    ...(language !== undefined && { language: language as string | null }),
    ...(attention !== undefined && { attention: attention as NonNullable<Edit['attention']> }),
    ...(activity !== undefined && { activity: activity as NonNullable<Edit['activity']> }),
    ...(title !== undefined && { title: title as string }),
  };
}

/** That a person removed what an import told. */
export const toRemovedItem = (user: string, { source, ref }: ViewingReference): Item => ({
  pk: partitionOf(user),
  sk: `${REMOVED_PREFIX}${source}#${ref}`,
  user,
  source,
  ref,
});

export const removedOf = (item: Item): ViewingReference => ({
  source: String(item['source']),
  ref: String(item['ref']),
});

export const toRuleItem = (user: string, { id, collection, language, attention, isExcluded }: Rule): Item => ({
  pk: partitionOf(user),
  sk: `${RULE_PREFIX}${id}`,
  user,
  id,
  collection,
  language,
  attention,
  excluded: isExcluded,
});

export const ruleOf = (item: Item): Rule => ({
  id: String(item['id']),
  collection: item['collection'] as Rule['collection'],
  language: (item['language'] as string | null | undefined) ?? null,
  attention: (item['attention'] as Rule['attention'] | undefined) ?? null,
  isExcluded: item['excluded'] === true,
});
