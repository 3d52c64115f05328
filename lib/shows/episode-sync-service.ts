import pMap from 'p-map';
import type { DueList, TmdbShowId } from './catalog-rules.ts';
import { ImmersionError } from '../core/errors.ts';
import { DETAILS_LIFETIME, inOrder } from './season-sync-rules.ts';
import type { SyncMode } from '../core/sync-mode-rules.ts';
import { syncStatusKey, type DueEntry } from './catalog-items.ts';
import type { Store } from '../core/store/store.ts';
import type { Catalog } from './catalog-service.ts';
import type { Clock, Log } from '../core/ports.ts';
import type { SeasonSync } from './season-sync-service.ts';
import type { KnownShow, ShowCatalog } from './show-catalog-service.ts';
import type { Following } from './following-service.ts';
import { toEpochSeconds } from '../core/instant-rules.ts';

/** The result of a pass. */
export interface TickReport {
  /** Null if the setting is invalid. */
  mode: SyncMode | null;
  due: number;
  synced: number;
  failed: number;
  skipped: number;
  durationMs: number;
}

export type TickOutcome = TickReport & {
  /** Why it stopped early or didn’t start; null otherwise. */
  reason: string | null;
};

export type SyncStatus = TickReport & {
  /** Epoch seconds; null before the first. */
  lastTickAt: number | null;
};

export interface EpisodeSync {
  /** One pass: syncs a batch of due seasons, most recently accessed shows first. Throws only if the store fails. */
  tick(signal?: AbortSignal): Promise<TickOutcome>;
  /** Counts what is due. */
  preview(): Promise<TickOutcome>;
  /** The counts of the last pass that did work, by any process, and the time of the last pass. */
  status(): Promise<SyncStatus>;
}

/** Retry after this without a valid key, since the secret is reread from time to time. */
const PAUSE_WITHOUT_KEY_SECONDS = 60;
const PAUSE_UNLESS_SAID_SECONDS = 1;
const LISTS: Record<SyncMode, DueList[]> = { GREEDY: ['watching', 'other'], ON_DEMAND: ['watching'] };
const IDLE = { due: 0, synced: 0, failed: 0, skipped: 0, durationMs: 0 };

export function createEpisodeSync({
  store,
  catalog,
  shows,
  seasons,
  following,
  mode,
  clock,
  log,
  batch,
  parallel,
}: {
  store: Store;
  catalog: Catalog;
  shows: Pick<ShowCatalog, 'refresh'>;
  seasons: SeasonSync;
  following: Pick<Following, 'settle'>;
  /** Called for each pass; throws `ImmersionError` if the setting is invalid. */
  mode: () => SyncMode;
  clock: Clock;
  log: Log;
  /** Seasons per pass. */
  batch: number;
  /** Seasons at the same time. */
  parallel: number;
}): EpisodeSync {
  const seconds = () => toEpochSeconds(clock.now());
  let pausedUntil = 0;
  let lastTickAt: number | null = null;
  /** Problems already logged. */
  const problems: Record<'mode' | 'tmdb', ImmersionError | null> = { mode: null, tmdb: null };

  function logProblem(of: 'mode' | 'tmdb', error: ImmersionError | null): void {
    const isKnown = problems[of]?.code === error?.code;
    problems[of] = error;
    if (isKnown) return;
    if (error) log.warn('episode sync waits', { error_code: error.code, reason: error.message });
    else log.info('episode sync resumes');
  }

  function currentMode(): SyncMode | null {
    try {
      const current = mode();
      logProblem('mode', null);
      return current;
    } catch (error) {
      if (!(error instanceof ImmersionError)) throw error;
      logProblem('mode', error);
      return null;
    }
  }

  /** Null while rate-limited. */
  async function dueEntries(lists: readonly DueList[], now: number): Promise<DueEntry[] | null> {
    const found = await Promise.all(lists.map((list) => catalog.due(list, now)));
    pausedUntil = Math.max(pausedUntil, ...found.map(({ heldUntil }) => heldUntil));
    return pausedUntil > now ? null : found.flatMap(({ entries }) => entries);
  }

  /** Refreshes a due season's show if outdated; undefined if the season shouldn't be synced. */
  async function prepare(showId: TmdbShowId, current: SyncMode, signal?: AbortSignal): Promise<KnownShow | undefined> {
    const known = await catalog.show(showId);
    if (!known) return undefined;
    const isListed = known.seasons.some(({ list }) => list === 'watching');
    const isWatched = isListed && (await following.settle(showId));
    if (current === 'ON_DEMAND' && !isWatched) return undefined;
    if (known.show.fetchedAt + DETAILS_LIFETIME > seconds()) return known;
    try {
      return await shows.refresh(showId, signal);
    } catch (error) {
      // Seasons can be synced without fresh details; a rate limit applies to both.
      if (error instanceof ImmersionError && error.code !== 'tmdb_rate_limited') return known;
      throw error;
    }
  }

  async function work(entries: readonly DueEntry[], current: SyncMode, signal?: AbortSignal) {
    const counts = { synced: 0, failed: 0, skipped: 0 };
    const prepared = new Map<TmdbShowId, Promise<KnownShow | undefined>>();
    let stop: { error: unknown } | undefined;
    // Requests waiting for TMDB end with the pass.
    const controller = new AbortController();
    const ending = signal ? AbortSignal.any([signal, controller.signal]) : controller.signal;
    const end = (error: unknown): 'skipped' => {
      stop ??= { error };
      controller.abort();
      return 'skipped';
    };
    const syncEntry = async (entry: DueEntry): Promise<'synced' | 'failed' | 'skipped'> => {
      if (stop || signal?.aborted) return 'skipped';
      try {
        const preparing = prepared.get(entry.showId) ?? prepare(entry.showId, current, ending);
        prepared.set(entry.showId, preparing);
        const known = await preparing;
        if (!known || stop) return 'skipped';
        const outcome = await seasons.run(entry, known.show, ending);
        return outcome.kind === 'stopped' ? end(outcome.error) : outcome.kind;
      } catch (error) {
        if (error instanceof ImmersionError && error.code === 'tmdb_rate_limited') return end(error);
        log.error('season not synced', { show: entry.showId, season: entry.seasonNumber }, error);
        return 'failed';
      }
    };
    await pMap(entries, async (entry) => void (counts[await syncEntry(entry)] += 1), { concurrency: parallel });
    return { counts, stop };
  }

  async function pauseFor(error: unknown): Promise<void> {
    if (!(error instanceof ImmersionError) || error.code === 'tmdb_aborted') return;
    if (error.code === 'tmdb_rate_limited') {
      pausedUntil = seconds() + Math.ceil(error.retryAfterSeconds ?? PAUSE_UNLESS_SAID_SECONDS);
      await catalog.hold(pausedUntil);
    } else {
      pausedUntil = seconds() + PAUSE_WITHOUT_KEY_SECONDS;
    }
    logProblem('tmdb', error);
  }

  function reason(): string | null {
    if (problems.mode) return problems.mode.message;
    if (pausedUntil <= seconds()) return null;
    return problems.tmdb?.message ?? 'TMDB is limiting requests right now.';
  }

  const idle = (current: SyncMode | null): TickOutcome => ({ mode: current, ...IDLE, reason: reason() });

  /** Logs a pass and stores its result. */
  async function saveReport(report: TickReport, lastTickAt: number): Promise<void> {
    const { durationMs, ...rest } = report;
    const fields = { ...rest, duration_ms: durationMs };
    log.info('episode sync', fields);
    const { partition, sort } = syncStatusKey;
    await store.put({ pk: partition, sk: sort, ...fields, last_tick_at: lastTickAt });
  }

  return {
    async tick(signal) {
      const started = clock.now();
      const now = seconds();
      lastTickAt = now;
      const current = currentMode();
      if (current === null || pausedUntil > now) return idle(current);
      const due = await dueEntries(LISTS[current], now);
      if (!due || due.length === 0) return idle(current);

      const { counts, stop } = await work(inOrder(due).slice(0, batch), current, signal);
      if (stop) await pauseFor(stop.error);
      else if (counts.synced + counts.failed > 0) logProblem('tmdb', null);
      const report = { mode: current, due: due.length, ...counts, durationMs: clock.now() - started };
      if (counts.synced + counts.failed > 0) await saveReport(report, now);
      return { ...report, reason: reason() };
    },

    async preview() {
      const current = currentMode();
      const due = current && (await dueEntries(LISTS[current], seconds()));
      return { ...idle(current), due: due?.length ?? 0 };
    },

    async status() {
      const item = await store.get(syncStatusKey, { consistent: true });
      const number = (name: string) => Number(item?.[name] ?? 0);
      return {
        mode: currentMode(),
        lastTickAt: item || lastTickAt !== null ? Math.max(number('last_tick_at'), lastTickAt ?? 0) : null,
        due: number('due'),
        synced: number('synced'),
        failed: number('failed'),
        skipped: number('skipped'),
        durationMs: number('duration_ms'),
      };
    },
  };
}
