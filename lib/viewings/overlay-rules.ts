import type { Activity, Attention, Viewing, ViewingReference } from './viewing-rules.ts';

/** What a person changed of a viewing, by any of its references; what it does not hold stays as its source says. */
export interface Edit extends ViewingReference {
  /** Epoch seconds; null where the date is not known after all. */
  at?: number | null;
  seconds?: number;
  language?: string | null;
  attention?: Attention;
  activity?: Activity;
  title?: string;
}

/** What a person says of all viewings of a show, channel or podcast, the past ones too. */
export interface Rule {
  id: string;
  collection: { kind: 'show' | 'channel' | 'podcast'; id: string };
  language: string | null;
  attention: Attention | null;
  /** Kept, but not counted. */
  isExcluded: boolean;
}

/** What lies over the viewings of a person. */
export interface Overlay {
  /** The viewing as it counts; undefined where a rule excludes it. */
  of(viewing: Viewing): Viewing | undefined;
  /** Whether the person removed what a source told, which stays away also when it is told again. */
  isRemoved: (source: string, ref: string) => boolean;
}

/** Edits stand before rules, rules before what a source says, and that before the person's usual language. */
export function createOverlay({
  edits,
  rules,
  removed,
  defaultLanguage,
}: {
  edits: readonly Edit[];
  rules: readonly Rule[];
  removed: readonly ViewingReference[];
  defaultLanguage: string | null;
}): Overlay {
  const editOf = new Map(edits.map((edit) => [referenceText(edit.source, edit.ref), edit]));
  const rulesOf = Map.groupBy(rules, ({ collection: { kind, id } }) => `${kind} ${id}`);
  const gone = new Set(removed.map(({ source, ref }) => referenceText(source, ref)));
  const isEmpty = edits.length === 0 && rules.length === 0 && defaultLanguage === null;

  const ruled = (viewing: Viewing): Viewing | undefined => {
    const { collection, work } = viewing;
    if (!collection || rulesOf.size === 0) return viewing;
    const found = rulesOf.get(`${collection.kind} ${collection.id}`) ?? rulesOf.get(`show tmdb:${work?.tmdbId}`) ?? [];
    if (found.some(({ isExcluded }) => isExcluded)) return undefined;
    const language = found.find((rule) => rule.language !== null)?.language;
    const attention = found.find((rule) => rule.attention !== null)?.attention;
    return {
      ...viewing,
      ...(language && viewing.languageSource !== 'person' && { language, languageSource: 'rule' as const }),
      ...(attention && { attention }),
    };
  };

  const edited = (viewing: Viewing): Viewing => {
    if (editOf.size === 0) return viewing;
    const edit = viewing.references.map(({ source, ref }) => editOf.get(referenceText(source, ref))).find(Boolean);
    if (!edit) return viewing;
    const { source: _, ref: __, ...changed } = edit;
    return {
      ...viewing,
      ...changed,
      ...(changed.at !== undefined && { statedAt: changed.at, shownDay: null }),
      ...(changed.seconds !== undefined && { secondsSource: 'person' as const }),
      ...(changed.language !== undefined && { languageSource: 'person' as const }),
    };
  };

  return {
    isRemoved: (source, ref) => gone.size > 0 && gone.has(referenceText(source, ref)),
    of(viewing) {
      if (isEmpty) return viewing;
      const counted = ruled(viewing);
      if (!counted) return undefined;
      const last = edited(counted);
      if (last.language !== null || defaultLanguage === null || last.languageSource !== null) return last;
      return { ...last, language: defaultLanguage, languageSource: 'default' };
    },
  };
}

const referenceText = (source: string, ref: string): string => `${source}#${ref}`;
