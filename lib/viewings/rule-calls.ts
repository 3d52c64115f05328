import { randomUUID } from 'node:crypto';
import { InvalidInputError, NotFoundError } from '../core/errors.ts';
import { normalizeName } from '../core/name-rules.ts';
import type { ClientRun } from '../core/run-header-rules.ts';
import type { ApiClient } from '../core/terminal/api-client.ts';
import { listRules, removeRule, setRule, type RuleAnswer } from './rules-contract.ts';

/** A show, channel or podcast and its names. */
export interface NamedCollection {
  kind: RuleAnswer['collection']['kind'];
  id: string;
  names: readonly string[];
}

/**
 * Changes the rule of a show, channel or podcast; null if it no longer has any values, or with `dryRun`. `known` are candidates without a
 * rule.
 */
export async function changeRule(
  text: string,
  change: Partial<Pick<RuleAnswer, 'language' | 'attention' | 'excluded'>>,
  {
    api,
    run,
    known,
    dryRun = false,
  }: { api: ApiClient; run: ClientRun; known: readonly NamedCollection[]; dryRun?: boolean },
): Promise<{ name: string; rule: RuleAnswer | null }> {
  const { rules } = await api.call(listRules);
  const ruled = rules.map(({ collection: { kind, id, name } }) => ({ kind, id, names: name === null ? [] : [name] }));
  const { kind, id, names } = findCollection(text, [...known, ...ruled]);
  const name = names[0] ?? id;
  if (dryRun) return { name, rule: null };
  const before = rules.find(({ collection }) => collection.kind === kind && collection.id === id);
  const { language = null, attention = null, excluded = false } = { ...before, ...change };
  if (language === null && attention === null && !excluded) {
    if (before) await api.call(removeRule, { params: { id: before.id }, run });
    return { name, rule: null };
  }
  const body = { collection: { kind, id }, language, attention, excluded };
  return { name, rule: await api.call(setRule, { params: { id: before?.id ?? randomUUID() }, body, run }) };
}

/** An exact id or name, else the only name that contains the text. */
function findCollection(text: string, all: readonly NamedCollection[]): NamedCollection {
  const query = folded(text);
  const unique = [...new Map(all.map((one) => [`${one.kind} ${one.id}`, one])).values()];
  const namesOf = ({ id, names }: NamedCollection) => [id, ...names].map(folded);
  const exact = unique.filter((one) => namesOf(one).includes(query));
  const found = exact.length > 0 ? exact : unique.filter((one) => namesOf(one).some((name) => name.includes(query)));
  const [only, ...others] = found;
  if (!only) {
    throw new NotFoundError(`No show folder, channel or podcast is called “${text}”.`, {
      code: 'collection_not_found',
    });
  }
  if (others.length === 0) return only;
  throw new InvalidInputError(`“${text}” could be several shows, channels or podcasts.`, {
    code: 'invalid_argument',
    details: found.map(({ kind, id, names }) => ({ id, reason: [kind, ...names].join(', ') })),
    suggestions: ['Give the whole name, or the id.'],
  });
}

const folded = (text: string): string => normalizeName(text.trim()).toLowerCase();
