import { recordKind } from '../core/codec.ts';
import type { Item } from '../core/store/store.ts';
import { viewingId } from './entry-items.ts';
import { editRecord, removedRecord, ruleRecord, type Edit, type Rule } from './overlay-rules.ts';
import { IMPORT_SERVICE_IDS, type ViewingReference } from './viewing-rules.ts';

export const EDIT_PREFIX = 'EDIT#';
export const REMOVED_PREFIX = 'REMOVED#';
export const RULE_PREFIX = 'RULE#';

const EDIT_KIND = recordKind(editRecord, { prefix: EDIT_PREFIX, key: viewingId, isOfRun: true });
const REMOVED_KIND = recordKind(removedRecord, {
  prefix: REMOVED_PREFIX,
  key: ({ source, ref }) => `${source}#${ref}`,
  isOfRun: true,
});
const RULE_KIND = recordKind(ruleRecord, { prefix: RULE_PREFIX, key: ({ id }) => id, isOfRun: true });

export const OVERLAY_KINDS = [EDIT_KIND, REMOVED_KIND, RULE_KIND];

const UNCHANGED = {
  at: undefined,
  seconds: undefined,
  language: undefined,
  attention: undefined,
  activity: undefined,
  title: undefined,
};

/** Omits unchanged values; `null` is a value. */
export const toEditItem = (user: string, edit: Edit): Item =>
  EDIT_KIND.toItem(user, { type: 'edit', ...UNCHANGED, ...edit });

export const editOf = (item: Item): Edit => {
  const { type: _, source, ref, ...changes } = EDIT_KIND.read(item);
  const made = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
  return { source, ref, ...made };
};

/** Records that a user removed an imported viewing. */
export const toRemovedItem = (user: string, { source, ref }: ViewingReference): Item =>
  REMOVED_KIND.toItem(user, { type: 'removed_viewing', source, ref });

/** Records that a user removed an imported title: a full import doesn’t bring it back. */
export const toRemovedTitleItem = (user: string, kind: string, tmdbId: number): Item =>
  toRemovedItem(user, { source: TITLE_SOURCE, ref: `${kind}/${tmdbId}` });

const TITLE_SOURCE = 'title';

/** Begins the sort keys of what was removed of imports. */
export const REMOVED_IMPORT_PREFIXES = [...IMPORT_SERVICE_IDS, TITLE_SOURCE].map(
  (source) => `${REMOVED_PREFIX}${source}#`,
);

export const removedOf = (item: Item): ViewingReference => REMOVED_KIND.read(item);

export const toRuleItem = (user: string, rule: Rule): Item => RULE_KIND.toItem(user, { type: 'rule', ...rule });

export const ruleOf = (item: Item): Rule => RULE_KIND.read(item);
