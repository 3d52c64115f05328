import {
  change,
  choice,
  declare,
  flag,
  instant,
  object,
  optional,
  seconds,
  text,
  type ValuesOf,
} from '../core/field-rules.ts';
import { collectionBounds, referenceFields } from './entry-rules.ts';
import {
  ACTIVITIES,
  ATTENTIONS,
  type Viewing,
  type ViewingCollection,
  type ViewingReference,
  type Work,
} from './viewing-rules.ts';

export const editRecord = declare('edit', {
  ...referenceFields,
  /** Epoch seconds; null for an unknown date. */
  at: change(optional(instant('timestamp'))),
  seconds: change(seconds('duration')),
  language: change(optional(text('language', 35))),
  attention: change(choice('attention', ATTENTIONS)),
  activity: change(choice('activity', ACTIVITIES)),
  title: change(text('title')),
});

/** A user's changes to a viewing, by any of its references; missing values are unchanged. */
export type Edit = ViewingReference & {
  [Name in Exclude<keyof EditValues, keyof ViewingReference>]?: Exclude<EditValues[Name], undefined>;
};

type EditValues = ValuesOf<typeof editRecord.fields>;

export const removedRecord = declare('removed_viewing', referenceFields);

export const ruleRecord = declare('rule', {
  id: text('id', 255),
  collection: object<Pick<ViewingCollection, 'kind' | 'id'>>('collection', collectionBounds),
  language: optional(text('language', 35)),
  attention: optional(choice('attention', ATTENTIONS)),
  /** Kept, but not counted. */
  isExcluded: flag('excluded'),
});

/** Applies to all viewings of a show, channel or podcast, including past ones. */
export type Rule = ValuesOf<typeof ruleRecord.fields>;

/** Edits, rules and removals applied to viewings. */
export interface Overlay {
  /** The viewing as it counts; undefined if a rule excludes it. */
  of(viewing: Viewing): Viewing | undefined;
  /** Whether the user removed a source's viewing; it stays removed if reported again. */
  isRemoved: (source: string, ref: string) => boolean;
}

/** Precedence: edits, rules, the source, the user's default language. */
export function createOverlay({
  edits,
  rules,
  removed,
  defaultLanguage,
  workOf,
}: {
  edits: readonly Edit[];
  rules: readonly Rule[];
  removed: readonly ViewingReference[];
  defaultLanguage: string | null;
  /** The series of a show; a rule for one folder applies to the whole series. */
  workOf: (showId: string) => Work;
}): Overlay {
  const editOf = new Map(edits.map((edit) => [referenceText(edit.source, edit.ref), edit]));
  const rulesOf = Map.groupBy(rules, ({ collection: { kind, id } }) =>
    kind === 'show' ? workOf(id) : `${kind} ${id}`,
  );
  const removedReferences = new Set(removed.map(({ source, ref }) => referenceText(source, ref)));
  const isEmpty = edits.length === 0 && rules.length === 0 && defaultLanguage === null;

  const ruled = (viewing: Viewing): Viewing | undefined => {
    const { collection, work } = viewing;
    if (!collection || rulesOf.size === 0) return viewing;
    const found = rulesOf.get(work ?? `${collection.kind} ${collection.id}`) ?? [];
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
    isRemoved: (source, ref) => removedReferences.size > 0 && removedReferences.has(referenceText(source, ref)),
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
