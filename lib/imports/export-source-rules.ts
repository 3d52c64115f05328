import type { ImportService } from '../viewings/viewing-rules.ts';
import type { SyncStage } from './cursor-rules.ts';
import type { ImportEvent, ReadEntry } from './event-rules.ts';

/** A service whose data exports can be imported. */
export interface ExportSource {
  service: ImportService;
  /** Returns what the export lacks. Throws `ImmersionError` if it isn't one. */
  read(file: string): AsyncGenerator<ExportEntry, ExportShortfall[]>;
}

export type ExportEntry = ReadEntry<ImportEvent> & { stage: SyncStage };

/** A list that is incomplete in the export, and how we know. */
export interface ExportShortfall {
  list: SyncStage;
  /** Such as `missing_pages`. */
  reason: string;
}
