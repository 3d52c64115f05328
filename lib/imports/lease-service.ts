import type { LeaseTimes } from '../core/context.ts';
import { randomUUID } from 'node:crypto';
import { ConflictError } from '../core/errors.ts';
import { isAbandoned, isHeld, type Job, type JobSlot, UPLOAD_SECONDS, UPLOADER } from './job-rules.ts';
import { keyAttributes } from '../core/codec.ts';
import { cancelKey, openJobKey, slotKey, slotOf, toJobItem, toSlotItem } from './job-items.ts';
import { absent, equals, type Store, type Write } from '../core/store/store.ts';

/** A worker's claim to a job. Its writes fail once another worker has taken over. */
export interface JobClaim {
  /** Writes the job and other items, and renews the lease; false if a condition of those items fails. */
  save(job: Job, writes?: readonly Write[]): Promise<boolean>;
  /** Extends the lease if due. */
  renew(): Promise<void>;
  release(job: Job): Promise<void>;
  /** Writes the final state and frees the slot. A job that `isOpen` is resumed later. */
  end(job: Job, writes?: readonly Write[], options?: { isOpen: boolean }): Promise<void>;
}

/** Each user has one slot for a job, leased by conditional writes. */
export interface JobLeases {
  slot(user: string): Promise<JobSlot | undefined>;
  /** Assigns the slot to a job. Throws `import_in_progress` if another job has it. */
  occupy(user: string, job: Job): Promise<void>;
  /** Extends the lease while chunks arrive. Throws `lease_held` if another job has the slot. */
  keepUploading(user: string, jobId: string): Promise<void>;
  /** Throws `lease_held` if another worker has the job. */
  claim(user: string, job: Job): Promise<JobClaim>;
}

/** Another worker has taken over: this one's pending writes must not happen. */
export const leaseLost = (): ConflictError =>
  new ConflictError('Another process is working on this import.', { code: 'lease_held' });

export const importInProgress = (jobId: string): ConflictError =>
  new ConflictError('An import is already in progress.', {
    code: 'import_in_progress',
    extra: { run_id: jobId },
  });

export function createJobLeases({
  store,
  seconds,
  times,
}: {
  store: Store;
  seconds: () => number;
  times: LeaseTimes;
}): JobLeases {
  const slot = async (user: string): Promise<JobSlot | undefined> => {
    const item = await store.get(slotKey(user), { consistent: true });
    return item && slotOf(item);
  };
  const uploading = () => ({ holder: UPLOADER, leaseUntil: seconds() + UPLOAD_SECONDS });
  const conditionOf = (before: JobSlot | undefined) => (before ? equals('rev', before.rev) : absent);

  return {
    slot,

    async occupy(user, job) {
      for (;;) {
        const before = await slot(user);
        const isTaken = before !== undefined && before.jobId !== job.jobId && !isAbandoned(before, seconds());
        if (isTaken) throw importInProgress(before.jobId);
        if (before && isHeld(before, seconds())) throw leaseLost();
        const next: JobSlot = {
          jobId: job.jobId,
          ...(job.phase === 'receiving' ? uploading() : { holder: '', leaseUntil: 0 }),
          releasedAt: seconds(),
          rev: (before?.rev ?? 0) + 1,
        };
        const isDone = await store.transact([
          { put: toSlotItem(user, next), condition: conditionOf(before) },
          { put: toJobItem(user, job) },
          { put: { ...keyAttributes(openJobKey(job.jobId)), user } },
          { delete: cancelKey(job.jobId) },
          ...(before && before.jobId !== job.jobId ? [{ delete: openJobKey(before.jobId) }] : []),
        ]);
        if (isDone) return;
      }
    },

    async keepUploading(user, jobId) {
      const before = await slot(user);
      if (before?.jobId !== jobId || isAbandoned(before, seconds())) throw leaseLost();
      if (before.leaseUntil > seconds() + UPLOAD_SECONDS / 2) return;
      const next = { ...before, ...uploading(), rev: before.rev + 1 };
      if (!(await store.put(toSlotItem(user, next), equals('rev', before.rev)))) throw leaseLost();
    },

    async claim(user, job) {
      const before = await slot(user);
      if (before?.jobId !== job.jobId || isHeld(before, seconds())) throw leaseLost();
      let held: JobSlot = { ...before, holder: randomUUID(), ...freshLease(), rev: before.rev + 1 };
      if (!(await store.put(toSlotItem(user, held), equals('rev', before.rev)))) throw leaseLost();
      let turn: Promise<unknown> = Promise.resolve();

      function freshLease() {
        return { leaseUntil: seconds() + times.leaseSeconds };
      }
      /** Serializes writes, since each builds on the previous slot. */
      const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
        const result = turn.then(work);
        turn = result.catch(() => undefined);
        return result;
      };
      const write = async (next: JobSlot | undefined, writes: readonly Write[]): Promise<boolean> => {
        const condition = equals('rev', held.rev);
        const slotWrite: Write = next
          ? { put: toSlotItem(user, next), condition }
          : { delete: slotKey(user), condition };
        if (await store.transact([...writes, slotWrite])) {
          if (next) held = next;
          return true;
        }
        if ((await slot(user))?.rev !== held.rev) throw leaseLost();
        return false;
      };
      const renewed = (): JobSlot => ({ ...held, ...freshLease(), rev: held.rev + 1 });

      return {
        save: (latest, writes = []) =>
          inTurn(() => write(renewed(), [...writes, { put: toJobItem(user, { ...latest, heartbeatAt: seconds() }) }])),
        renew: () =>
          inTurn(async () => {
            const isDue = seconds() >= held.leaseUntil - times.leaseSeconds + times.renewSeconds;
            if (isDue) await write(renewed(), []);
          }),
        release: (latest) =>
          inTurn(async () => {
            const free = { ...held, holder: '', leaseUntil: 0, releasedAt: seconds(), rev: held.rev + 1 };
            await write(free, [{ put: toJobItem(user, latest) }]);
          }),
        end: (latest, writes = [], { isOpen } = { isOpen: false }) =>
          inTurn(async () => {
            await write(undefined, [
              ...writes,
              { put: toJobItem(user, latest) },
              ...(isOpen ? [] : [{ delete: openJobKey(latest.jobId) }]),
              { delete: cancelKey(latest.jobId) },
            ]);
          }),
      };
    },
  };
}
