import { ImmersionError, NotConfiguredError, ProviderError, StoreError } from '../core/errors.ts';
import type { Job, JobError } from './job-rules.ts';
import type { JobClaim } from './lease-service.ts';

/** What work on a job needs. */
export interface Work {
  user: string;
  job: Job;
  claim: JobClaim;
  /** Calls off what is in flight. */
  signal: AbortSignal;
  /** Throws when the work has to end here: its time is up, or it was cancelled. */
  gate(): Promise<void>;
  /** What is done but not written yet, as it is shown. */
  show(job: Job): void;
}

/** Without these nothing of a job can be done. */
const FATAL_CODES = new Set([
  'trakt_not_connected',
  'trakt_reconnect_required',
  'trakt_forbidden',
  'trakt_account_locked',
  'tmdb_key_refused',
]);

/** Writes the job with what comes along; false when a condition of that does not hold. */
export async function save(work: Work, job: Job, writes: Parameters<JobClaim['save']>[1] = []): Promise<boolean> {
  const isSaved = await work.claim.save(job, writes);
  if (isSaved) {
    work.job = job;
    work.show(job);
  }
  return isSaved;
}

/** Whether nothing of the job can be done with this error. */
export const isFatal = (error: unknown): boolean =>
  !(error instanceof ImmersionError) ||
  error instanceof NotConfiguredError ||
  (error instanceof StoreError && error.code !== 'changed_meanwhile') ||
  FATAL_CODES.has(error.code);

/** A wait that is longer is not sat out: the job goes on when it is over. */
const LONGEST_WAIT_SECONDS = 30;

/** How long a provider wants to be left alone, where that is too long to wait for; undefined for other errors. */
export function longWaitOf(error: unknown): number | undefined {
  const seconds = error instanceof ProviderError ? (error.retryAfterSeconds ?? 0) : 0;
  return seconds > LONGEST_WAIT_SECONDS ? seconds : undefined;
}

export const saidBy = ({ code, message }: ImmersionError): Pick<JobError, 'code' | 'message'> => ({ code, message });
