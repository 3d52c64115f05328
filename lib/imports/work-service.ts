import { ImmersionError, NotConfiguredError, ProviderError, StoreError } from '../core/errors.ts';
import type { Job, JobError } from './job-rules.ts';
import type { JobClaim } from './lease-service.ts';

/** Context of a worker on a job. */
export interface Work {
  user: string;
  job: Job;
  claim: JobClaim;
  /** Aborts requests in flight. */
  signal: AbortSignal;
  /** Throws if work must stop: time is up, or the job was cancelled. */
  gate(): Promise<void>;
  /** Publishes progress that isn't saved yet. */
  show(job: Job): void;
}

/** Errors that stop the whole job. */
const FATAL_CODES = new Set([
  'trakt_not_connected',
  'trakt_reconnect_required',
  'trakt_forbidden',
  'trakt_account_locked',
  'tmdb_key_refused',
]);

/** Writes the job and other items; false if a condition of those fails. */
export async function save(work: Work, job: Job, writes: Parameters<JobClaim['save']>[1] = []): Promise<boolean> {
  const isSaved = await work.claim.save(job, writes);
  if (isSaved) {
    work.job = job;
    work.show(job);
  }
  return isSaved;
}

export const isFatal = (error: unknown): boolean =>
  !(error instanceof ImmersionError) ||
  error instanceof NotConfiguredError ||
  (error instanceof StoreError && error.code !== 'changed_meanwhile') ||
  FATAL_CODES.has(error.code);

/** Longer waits suspend the job. */
const LONGEST_WAIT_SECONDS = 30;

/** How long a provider asks to wait, if too long to sleep; else undefined. */
export function longWaitOf(error: unknown): number | undefined {
  const seconds = error instanceof ProviderError ? (error.retryAfterSeconds ?? 0) : 0;
  return seconds > LONGEST_WAIT_SECONDS ? seconds : undefined;
}

export const toFailure = ({ code, message }: ImmersionError): Pick<JobError, 'code' | 'message'> => ({ code, message });
