import type { Context } from '../core/context.ts';
import { createEdits, type Edits } from './edits-service.ts';
import { createEntries, type Entries } from './entries-service.ts';
import { viewingId } from './entry-items.ts';
import { createRules, type Rules } from './rules-service.ts';
import { createChangeableSettings, type ChangeableSettings } from './settings-service.ts';
import type { Viewing } from './viewing-rules.ts';
import type { ViewingServices } from './wiring.ts';

export interface EntryServices {
  edits: Edits;
  entries: Entries;
  rules: Rules;
  settings: ChangeableSettings;
  /** The short id that users type. */
  idOf: (viewing: Viewing) => string;
}

export async function wire(
  { store, config, clock }: Context,
  features: { viewings: () => Promise<ViewingServices> },
): Promise<EntryServices> {
  const { viewings, changes } = await features.viewings();
  const settings = createChangeableSettings({ store, zone: config.timeZone, clock });
  return {
    edits: createEdits({ store, viewings, changes, clock }),
    entries: createEntries({ store, viewings, settings, clock }),
    rules: createRules({ store, changes }),
    settings,
    idOf: ({ references: [reference] }) => viewingId(reference),
  };
}
