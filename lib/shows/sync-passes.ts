import { runSync, type TickAnswer } from './catalog-contract.ts';
import type { ApiClient } from '../core/terminal/api-client.ts';

/** Runs passes of the episode sync until nothing changes or `isEnough`. Returns the totals. */
export async function runPasses(
  api: ApiClient,
  {
    progressed,
    isEnough = () => false,
  }: { progressed: (sums: TickAnswer) => void; isEnough?: () => Promise<boolean> | boolean },
): Promise<TickAnswer> {
  let sums: TickAnswer | undefined;
  for (;;) {
    const pass = await api.call(runSync);
    const moved = pass.synced + pass.failed;
    sums = sums
      ? {
          ...sums,
          synced: sums.synced + pass.synced,
          failed: sums.failed + pass.failed,
          skipped: pass.skipped,
          reason: pass.reason,
          duration_ms: sums.duration_ms + pass.duration_ms,
        }
      : pass;
    progressed(sums);
    if (moved === 0 || pass.due <= moved + pass.skipped || (await isEnough())) return sums;
  }
}
