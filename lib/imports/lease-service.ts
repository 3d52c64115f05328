import type { LeaseTimes } from '../core/context.ts';
import { randomUUID } from 'node:crypto';
import { ConflictError } from '../core/errors.ts';
import { isAbandoned, isHeld, type Run, type RunSlot, UPLOAD_SECONDS, UPLOADER } from './job-rules.ts';
import { cancelKey, keyAttributes, openRunKey, slotKey, slotOf, toRunItem, toSlotItem } from './job-items.ts';
import { absent, equals, type Store, type Write } from '../core/store/store.ts';

/** A worker's claim to a run. What it writes is written only while nobody else has taken the run over. */
export interface RunClaim {
  /** Writes the run, what comes along, and the claim anew; false when a condition of what comes along does not hold. */
  save(run: Run, writes?: readonly Write[]): Promise<boolean>;
  /** Makes the claim good for longer, where it is time for that. */
  renew(): Promise<void>;
  /** Lets the run go, for whoever comes next. */
  release(run: Run): Promise<void>;
  /** Writes the run for the last time, and frees the person's place for another. */
  end(run: Run, writes?: readonly Write[]): Promise<void>;
}

/** Each person has one place for a run. Whoever works on the run holds the place for a while, by conditional writes. */
export interface RunLeases {
  slot(user: string): Promise<RunSlot | undefined>;
  /** Gives the place to a run that begins or goes on. Throws `import_in_progress` while another is in it. */
  occupy(user: string, run: Run): Promise<void>;
  /** A chunk of the run's events has come, and more may. Throws `lease_held` where the place was given to another run. */
  keepUploading(user: string, runId: string): Promise<void>;
  /** Takes the run to work on. Throws `lease_held` while somebody else does. */
  claim(user: string, run: Run): Promise<RunClaim>;
}

/** Somebody else has taken the run over: what this worker still meant to write must not be written. */
export const leaseLost = (): ConflictError =>
  new ConflictError('Another process goes on with this import.', { code: 'lease_held' });

export const importInProgress = (runId: string): ConflictError =>
  new ConflictError('An import is under way already.', {
    code: 'import_in_progress',
    extra: { run_id: runId },
    suggestions: [
      'See how far it is: immersion trakt status',
      'Go on with it: immersion trakt resume',
      'Or end it: immersion trakt cancel',
    ],
  });

export function createRunLeases({
  store,
  seconds,
  times,
}: {
  store: Store;
  seconds: () => number;
  times: LeaseTimes;
}): RunLeases {
  const slot = async (user: string): Promise<RunSlot | undefined> => {
    const item = await store.get(slotKey(user), { consistent: true });
    return item && slotOf(item);
  };
  const uploading = () => ({ holder: UPLOADER, leaseUntil: seconds() + UPLOAD_SECONDS });
  const conditionOf = (before: RunSlot | undefined) => (before ? equals('rev', before.rev) : absent);

  return {
    slot,

    async occupy(user, run) {
      for (;;) {
        const before = await slot(user);
        const isTaken = before !== undefined && before.runId !== run.runId && !isAbandoned(before, seconds());
        if (isTaken) throw importInProgress(before.runId);
        if (before && isHeld(before, seconds())) throw leaseLost();
        const next: RunSlot = {
          runId: run.runId,
          ...(run.phase === 'receiving' ? uploading() : { holder: '', leaseUntil: 0 }),
          releasedAt: seconds(),
          rev: (before?.rev ?? 0) + 1,
        };
        const isDone = await store.transact([
          { put: toSlotItem(user, next), condition: conditionOf(before) },
          { put: toRunItem(user, run) },
          { put: { ...keyAttributes(openRunKey(run.runId)), user } },
          { delete: cancelKey(run.runId) },
          ...(before && before.runId !== run.runId ? [{ delete: openRunKey(before.runId) }] : []),
        ]);
        if (isDone) return;
      }
    },

    async keepUploading(user, runId) {
      const before = await slot(user);
      if (before?.runId !== runId || isAbandoned(before, seconds())) throw leaseLost();
      if (before.leaseUntil > seconds() + UPLOAD_SECONDS / 2) return;
      const next = { ...before, ...uploading(), rev: before.rev + 1 };
      if (!(await store.put(toSlotItem(user, next), equals('rev', before.rev)))) throw leaseLost();
    },

    async claim(user, run) {
      const before = await slot(user);
      if (before?.runId !== run.runId || isHeld(before, seconds())) throw leaseLost();
      let held: RunSlot = { ...before, holder: randomUUID(), ...good(), rev: before.rev + 1 };
      if (!(await store.put(toSlotItem(user, held), equals('rev', before.rev)))) throw leaseLost();
      let turn: Promise<unknown> = Promise.resolve();

      function good() {
        return { leaseUntil: seconds() + times.leaseSeconds };
      }
      /** One write after another, as each builds on the slot of the one before. */
      const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
        const mine = turn.then(work);
        turn = mine.catch(() => undefined);
        return mine;
      };
      const write = async (next: RunSlot | undefined, writes: readonly Write[]): Promise<boolean> => {
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
      const renewed = (): RunSlot => ({ ...held, ...good(), rev: held.rev + 1 });

      return {
        save: (latest, writes = []) =>
          inTurn(() => write(renewed(), [...writes, { put: toRunItem(user, { ...latest, heartbeatAt: seconds() }) }])),
        renew: () =>
          inTurn(async () => {
            const isDue = seconds() >= held.leaseUntil - times.leaseSeconds + times.renewSeconds;
            if (isDue) await write(renewed(), []);
          }),
        release: (latest) =>
          inTurn(async () => {
            const free = { ...held, holder: '', leaseUntil: 0, releasedAt: seconds(), rev: held.rev + 1 };
            await write(free, [{ put: toRunItem(user, latest) }]);
          }),
        end: (latest, writes = []) =>
          inTurn(async () => {
            await write(undefined, [
              ...writes,
              { put: toRunItem(user, latest) },
              { delete: openRunKey(latest.runId) },
              { delete: cancelKey(latest.runId) },
            ]);
          }),
      };
    },
  };
}
