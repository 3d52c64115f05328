import { ImmersionError, NotConfiguredError, StoreError } from '../core/errors.ts';
import type { Run, RunError } from './job-rules.ts';
import type { RunClaim } from './lease-service.ts';

/** One stretch of work on a run. */
export interface Stretch {
  user: string;
  run: Run;
  claim: RunClaim;
  /** Calls off what is in flight. */
  signal: AbortSignal;
  /** Throws when the work is to end here: its time is up, or somebody cancelled it. */
  gate(): Promise<void>;
  /** What is done but not written yet, as it is shown. */
  show(run: Run): void;
}

/** Without these nothing of a run can be done. */
const FATAL_CODES = new Set([
  'trakt_not_connected',
  'trakt_reconnect_required',
  'trakt_forbidden',
  'trakt_account_locked',
  'tmdb_key_refused',
]);

/** Writes the run with what comes along; false when a condition of that does not hold. */
export async function save(stretch: Stretch, run: Run, writes: Parameters<RunClaim['save']>[1] = []): Promise<boolean> {
  const isSaved = await stretch.claim.save(run, writes);
  if (isSaved) {
    stretch.run = run;
    stretch.show(run);
  }
  return isSaved;
}

/** Whether nothing of the run can be done with this error. */
export const isFatal = (error: unknown): boolean =>
  !(error instanceof ImmersionError) ||
  error instanceof NotConfiguredError ||
  (error instanceof StoreError && error.code !== 'changed_meanwhile') ||
  FATAL_CODES.has(error.code);

export const saidBy = ({ code, message }: ImmersionError): Pick<RunError, 'code' | 'message'> => ({ code, message });
