import { NotFoundError } from '../core/errors.ts';
import type { Store } from '../core/store/store.ts';
import type { Changes } from './changes-service.ts';
import { collectionName } from './history-rules.ts';
import { RULE_PREFIX, ruleOf, toRuleItem } from './overlay-items.ts';
import type { Rule } from './overlay-rules.ts';
import { partitionOf, SORT_KEY_PREFIXES, toRecord } from './record-items.ts';

/** With the stored name of the show, channel or podcast. */
export interface NamedRule extends Rule {
  name: string | null;
}

export interface Rules {
  list(user: string): Promise<NamedRule[]>;
  set(request: { user: string; batchId: string; rule: Rule }): Promise<NamedRule>;
  remove(request: { user: string; batchId: string; id: string }): Promise<void>;
}

const COLLECTION_TYPES = { show: 'show', channel: 'youtube_channel', podcast: 'spotify_show' } as const;

export function createRules({ store, changes }: { store: Pick<Store, 'get' | 'query'>; changes: Changes }): Rules {
  const stored = (user: string, sort: string) =>
    store.get({ partition: partitionOf(user), sort }, { consistent: true });

  async function named(user: string, rule: Rule): Promise<NamedRule> {
    const { kind, id } = rule.collection;
    const item = await stored(user, `${SORT_KEY_PREFIXES[COLLECTION_TYPES[kind]]}${id}`);
    const record = item && toRecord(item);
    return { ...rule, name: record && !('watchedAt' in record) ? collectionName(record) : null };
  }

  return {
    async list(user) {
      const range = { prefix: RULE_PREFIX, consistent: true };
      const rules = await Array.fromAsync(store.query(partitionOf(user), range), ruleOf);
      return Promise.all(rules.map((rule) => named(user, rule)));
    },

    async set({ user, batchId, rule }) {
      const sort = `${RULE_PREFIX}${rule.id}`;
      const [before, after] = [await stored(user, sort), toRuleItem(user, rule)];
      const found = await named(user, rule);
      await changes.make({ user, batchId, title: titleOf(found), changes: [{ sort, before, after }] });
      return found;
    },

    async remove({ user, batchId, id }) {
      const sort = `${RULE_PREFIX}${id}`;
      const before = await stored(user, sort);
      if (!before) throw new NotFoundError(`No rule has the id ${id}.`, { code: 'rule_not_found' });
      const title = titleOf(await named(user, ruleOf(before)));
      await changes.make({ user, batchId, title, changes: [{ sort, before, after: undefined }] });
    },
  };
}

const titleOf = ({ name, collection }: NamedRule): string => `the rule for ${name ?? collection.id}`;
