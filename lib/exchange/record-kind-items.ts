import type { RecordKind } from '../core/codec.ts';
import { GOAL_KIND } from '../goals/goal-items.ts';
import { POSITION_KIND } from '../positions/position-items.ts';
import { SHOW_KINDS } from '../shows/catalog-items.ts';
import { TITLE_KINDS } from '../titles/title-items.ts';
import { ENTRY_KIND } from '../viewings/entry-items.ts';
import { OVERLAY_KINDS } from '../viewings/overlay-items.ts';
import { SETTINGS_KIND } from '../viewings/settings-items.ts';
import { VIEWING_KINDS } from '../viewings/record-items.ts';

/** All exported records, containers before their parts. */
export const RECORD_KINDS: readonly RecordKind[] = [
  SETTINGS_KIND,
  ...VIEWING_KINDS,
  ...TITLE_KINDS,
  ENTRY_KIND,
  ...OVERLAY_KINDS,
  ...SHOW_KINDS,
  POSITION_KIND,
  GOAL_KIND,
];

const KINDS_BY_TYPE = new Map(RECORD_KINDS.map((kind) => [kind.type, kind]));

export function kindOf(type: string): RecordKind {
  const kind = KINDS_BY_TYPE.get(type);
  if (!kind) throw new TypeError(`Unknown kind of record “${type}”`);
  return kind;
}
