import { ConflictError, NotFoundError, refuse } from '../core/errors.ts';
import type { Clock } from '../core/ports.ts';
import type { Store } from '../core/store/store.ts';
import type { Change } from './change-items.ts';
import type { Changes } from './changes-service.ts';
import { overfullDay } from './entries-service.ts';
import { entryKey, viewingId } from './entry-items.ts';
import { DAY_SECONDS } from './entry-day-rules.ts';
import { EDIT_PREFIX, editOf, toEditItem, toRemovedItem } from './overlay-items.ts';
import type { Edit } from './overlay-rules.ts';
import { episodeKey, keyOfItem, partitionOf, SORT_KEY_PREFIXES } from './record-items.ts';
import { statedInstant } from './stated-instant-rules.ts';
import {
  CONTRACT_SOURCES,
  isContractItem,
  REWATCH_SOURCE,
  TYPED_SOURCE,
  type Viewing,
  type ViewingReference,
} from './viewing-rules.ts';
import type { Viewings } from './viewings-service.ts';

/** `at` as the user states it. */
export type ViewingChange = { at?: string | number | null | undefined } & {
  [Name in Exclude<keyof Edit, keyof ViewingReference | 'at'>]?: Edit[Name] | undefined;
};

export interface Edits {
  /** Changes the viewing with this id or unambiguous prefix. */
  edit(request: { user: string; batchId: string; id: string; change: ViewingChange }): Promise<Viewing>;
  /** Removes a viewing. Imports won't add it again; a file or link returns with the next sync if it still exists. */
  remove(request: {
    user: string;
    batchId: string;
    id: string;
    dryRun: boolean;
  }): Promise<{ viewing: Viewing; comesBack: boolean }>;
}

export function createEdits({
  store,
  viewings,
  changes,
  clock,
}: {
  store: Pick<Store, 'get' | 'query'>;
  viewings: Viewings;
  changes: Changes;
  clock: Clock;
}): Edits {
  async function find(user: string, id: string): Promise<Viewing> {
    const found: Viewing[] = [];
    for await (const viewing of viewings.viewingsOf(user)) {
      if (viewingId(viewing.references[0]).startsWith(id)) found.push(viewing);
    }
    const [viewing, ...others] = found;
    if (!viewing) throw new NotFoundError(`No viewing has the id ${id}.`, { code: 'viewing_not_found' });
    if (others.length === 0) return viewing;
    throw new ConflictError(`The id ${id} is ambiguous.`, {
      code: 'viewing_ambiguous',
      details: found.map((one) => ({ id: viewingId(one.references[0]), reason: one.title })),
      suggestions: ['Give more characters of the id.'],
    });
  }

  const stored = (user: string, sort: string) =>
    store.get({ partition: partitionOf(user), sort }, { consistent: true });

  /** A viewing's edits, by any of its references. */
  const editsOf = async (user: string, { references }: Viewing) => {
    const keys = references.map((reference) => `${EDIT_PREFIX}${viewingId(reference)}`);
    return (await Promise.all(keys.map((sort) => stored(user, sort)))).filter((item) => item !== undefined);
  };

  async function changedAt(user: string, at: string | number | null): Promise<number | null> {
    if (at === null) return at;
    const stated = statedInstant(at, { days: await viewings.daysOf(user), now: clock.now() });
    if ('fault' in stated) refuse([{ path: 'at', message: stated.fault }]);
    return 'at' in stated ? stated.at : null;
  }

  return {
    async edit({ user, batchId, id, change: { at: stated, ...values } }) {
      const viewing = await find(user, id);
      const at = stated === undefined ? viewing.at : await changedAt(user, stated);
      const seconds = values.seconds ?? viewing.seconds;
      if (at !== null && seconds > DAY_SECONDS) throw overfullDay((await viewings.daysOf(user)).dayOf(at), 'seconds');
      const [before] = await editsOf(user, viewing);
      const edit: Edit = {
        ...(before ? editOf(before) : viewing.references[0]),
        ...(Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<Edit>),
        ...(stated !== undefined && { at }),
      };
      const after = toEditItem(user, edit);
      const { sort } = keyOfItem(after);
      await changes.make({ user, batchId, title: viewing.title, changes: [{ sort, before, after }] });
      return find(user, viewingId(viewing.references[0]));
    },

    async remove({ user, batchId, id, dryRun }) {
      const viewing = await find(user, id);
      const comesBack = viewing.references.some((reference) => isContractItem({ ...viewing, references: [reference] }));
      if (dryRun) return { viewing, comesBack };
      const removed = await Promise.all(viewing.references.map((reference) => removal(user, reference)));
      const edits = (await editsOf(user, viewing)).map((before) => ({
        sort: keyOfItem(before).sort,
        before,
        after: undefined,
      }));
      await changes.make({ user, batchId, title: viewing.title, changes: [...removed.flat(), ...edits] });
      return { viewing, comesBack };
    },
  };

  /** The changes that remove one source's item. */
  async function removal(user: string, reference: ViewingReference): Promise<Change[]> {
    const sort = itemKey(user, reference);
    const before = await stored(user, sort);
    const tombstone = needsTombstone(reference) ? toRemovedItem(user, reference) : undefined;
    return [
      ...(before ? [{ sort, before, after: undefined }] : []),
      ...(tombstone ? [{ sort: keyOfItem(tombstone).sort, before: undefined, after: tombstone }] : []),
    ];
  }
}

/** Sort key of a source's own item. */
function itemKey(user: string, { source, ref }: ViewingReference): string {
  if (source === 'youtube') return `${SORT_KEY_PREFIXES.youtube_video}${ref}`;
  if (source === 'spotify') return `${SORT_KEY_PREFIXES.spotify_episode}${ref}`;
  if (source !== 'file') return entryKey(user, { source, ref }).sort;
  const [part, folderOrFile = '', file = ''] = ref.split('/');
  return part === 'movies' ? `${SORT_KEY_PREFIXES.movie}${folderOrFile}` : episodeKey(folderOrFile, file);
}

/** Whether an import would add it again unless the removal is stored. */
const needsTombstone = ({ source }: ViewingReference): boolean =>
  ![...CONTRACT_SOURCES, TYPED_SOURCE, REWATCH_SOURCE].includes(source);
