import type { Viewing } from './viewing-rules.ts';

/** A result computed from viewings added one by one, as of a time that can advance. */
export interface Tally<Result> {
  add(viewing: Viewing): void;
  /** Advances to a later time (epoch milliseconds); false if all viewings must be added again. */
  moveTo(now: number): boolean;
  /** When the result changes unless viewings are added (epoch seconds). */
  until(): number;
  result(): Result;
}

/** A time that can advance to the next instant at which a result changes, such as the end of the day. */
export interface Moment {
  /** Epoch seconds. */
  readonly seconds: number;
  /** The next change in epoch seconds. */
  readonly until: number;
  /** Ignored if it is in the past. */
  changesAt(epochSeconds: number): void;
  moveTo(now: number): boolean;
}

/** Starts at `now` (epoch milliseconds). */
export function createMoment(now: number): Moment {
  let seconds = now / 1000;
  let end = Infinity;
  return {
    get seconds() {
      return seconds;
    },
    get until() {
      return end;
    },
    changesAt(epochSeconds) {
      if (epochSeconds > seconds && epochSeconds < end) end = epochSeconds;
    },
    moveTo(later) {
      if (later / 1000 < seconds || later / 1000 >= end) return false;
      seconds = later / 1000;
      return true;
    },
  };
}
