import type { ClientRun } from '../core/run-header-rules.ts';
import { ImmersionError } from '../core/errors.ts';
import type { ApiClient } from '../core/terminal/api-client.ts';
import { chunksOf } from '../core/terminal/chunks.ts';
import { exportItems, importItems, type ExportAnswer, type ImportAnswer } from './exchange-contract.ts';
import type { NumberedItem } from './exchange-files.ts';
import type { ExchangedItem } from './line-items.ts';
import { kindOf } from './record-kind-items.ts';

/**
 * Yields all of a user's records in pages, containers before their parts. `leftOut` is called for those that can't be
 * exported.
 */
export async function* exportedItems(
  api: ApiClient,
  leftOut: (item: ExportAnswer['left_out'][number]) => void,
): AsyncGenerator<ExchangedItem> {
  let next: string | null = null;
  do {
    const page: ExportAnswer = await api.call(exportItems, { query: { next: next ?? undefined } });
    // Older APIs don't report these.
    page.left_out?.forEach(leftOut);
    yield* page.items;
    next = page.next;
  } while (next !== null);
}

export interface ImportOutcome {
  added: number;
  existing: number;
  replaced: number;
  differing: ({ line: number; type: string } & Omit<ImportAnswer['differing'][number], 'index'>)[];
}

/** Sends containers before their parts. `dryRun` writes nothing. */
export async function sendItems(
  items: readonly NumberedItem[],
  {
    api,
    run,
    dryRun,
    replace,
    progressed,
  }: { api: ApiClient; run: ClientRun; dryRun: boolean; replace: boolean; progressed: (done: number) => void },
): Promise<ImportOutcome> {
  const isViewing = ({ item }: NumberedItem) => kindOf(item.type).isViewing;
  const sorted = [...items.filter((one) => !isViewing(one)), ...items.filter(isViewing)];
  const total: ImportOutcome = { added: 0, existing: 0, replaced: 0, differing: [] };
  let done = 0;
  for (const chunk of chunksOf(sorted, ({ item }) => item)) {
    const body = { items: chunk.map(({ item }) => item), dry_run: dryRun, ...(replace && { replace }) };
    const answer = await api.call(importItems, { body, run }).catch((error: unknown) => {
      throw error instanceof ImmersionError ? withLines(error, chunk) : error;
    });
    total.added += answer.items_added;
    total.existing += answer.items_existing;
    total.replaced += answer.items_replaced ?? 0;
    for (const { index, ...rest } of answer.differing ?? []) {
      const given = chunk[index];
      if (given) total.differing.push({ line: given.line, type: given.item.type, ...rest });
    }
    done += chunk.length;
    progressed(done);
  }
  total.differing.sort((one, other) => one.line - other.line);
  return total;
}

/** Translates indexes within a call to line numbers. */
function withLines(error: ImmersionError, chunk: readonly NumberedItem[]): ImmersionError {
  const { message, code, suggestions } = error;
  const details = error.details.map((detail) => {
    const [, place, rest = ''] = ('path' in detail && /^items\.(\d+)(?:\.(.*))?$/.exec(detail.path)) || [];
    const line = place === undefined ? undefined : chunk[Number(place)]?.line;
    if (line === undefined || !('path' in detail)) return detail;
    return { path: `line ${line}`, message: rest === '' ? detail.message : `${rest}: ${detail.message}` };
  });
  return new ImmersionError(message, { code, suggestions, details });
}
