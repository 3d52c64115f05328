import { setTimeout as delay } from 'node:timers/promises';
import { Flags } from '@oclif/core';
import { advanceRun, getRun, listRuns, type RunAnswer, type StartedOptions, startRun } from './jobs-contract.ts';
import { ImmersionError, InvalidInputError } from '../core/errors.ts';
import { startActivity } from '../core/terminal/activity.ts';
import type { ApiClient } from '../core/terminal/api-client.ts';
import { ImmersionCommand } from '../core/terminal/base-command.ts';
import { EXIT_CODES } from '../core/terminal/exit-codes.ts';
import { runProgress, runReport, runSentence } from './job-report.ts';
import { counted } from '../core/terminal/text.ts';

const PARTS = ['movies', 'series', 'ratings', 'watchlist'] as const;
const LOOK_MILLISECONDS = 400;
const DETACH_MILLISECONDS = 3000;

/** Whether a run believes Trakt’s dates, as the commands take it. */
export const datesFlag = Flags.option({
  description: 'checked: plays that were ticked off count on no day; trakt: take Trakt’s dates as they are',
  options: ['checked', 'trakt'] as const,
  default: 'checked',
})();

/** Which lists a run brings in, as the commands take it. */
export const onlyFlag = Flags.string({ description: `Only these lists, with commas between: ${PARTS.join(', ')}` });

/** The lists that `--only` names; all without it. */
export function partsOf(only: string | undefined): Partial<Record<(typeof PARTS)[number], boolean>> {
  if (only === undefined) return {};
  const named = only.split(',').map((name) => name.trim());
  const unknown = named.find((name) => !PARTS.some((part) => part === name));
  if (unknown === undefined) return Object.fromEntries(PARTS.map((part) => [part, named.includes(part)]));
  throw new InvalidInputError(`“${unknown}” is no list of Trakt.`, {
    code: 'invalid_argument',
    suggestions: [`--only takes ${PARTS.join(', ')}, with commas between.`],
  });
}

/** What commands share that begin a run or go on with one: the progress bar, the report, leaving it with Ctrl-C. */
export abstract class RunCommand extends ImmersionCommand {
  private running: string | undefined;
  private uploading: { stop(): Promise<unknown> } | undefined;

  /** Brings the events of Trakt's data export to a run of their own, and goes on with that to its end. */
  protected async importFile(api: ApiClient, file: string, options: StartedOptions): Promise<RunAnswer> {
    const { uploadArchive } = await import('./trakt-upload.ts');
    const activity = startActivity(`Reading ${file}…`, this.edges, this.jsonEnabled());
    const controller = new AbortController();
    const upload = uploadArchive(file, {
      api,
      options,
      sent: (events) => activity.update(`Reading ${file}… ${counted(events, 'entry', 'entries')}`),
      signal: controller.signal,
    });
    this.uploading = {
      async stop() {
        controller.abort();
        await upload.catch(() => undefined);
      },
    };
    const runId = await upload.finally(() => {
      activity.stop();
    });
    this.uploading = undefined;
    return this.follow(api, runId);
  }

  /** Begins a run and goes on with it to its end. */
  protected async runToEnd(
    api: ApiClient,
    kind: 'trakt_preview' | 'trakt_import' | 'trakt_sync',
    options: StartedOptions,
  ): Promise<RunAnswer> {
    const { run_id: runId } = await api.call(startRun, { body: { kind, options } });
    return this.follow(api, runId);
  }

  /** Goes on with a run to its end, and reports. */
  protected async follow(api: ApiClient, runId: string): Promise<RunAnswer> {
    this.running = runId;
    const activity = startActivity('Beginning…', this.edges, this.jsonEnabled());
    const run = await followRun(api, runId, (latest) => activity.update(runProgress(latest))).finally(() => {
      activity.stop();
      this.running = undefined;
    });
    this.report(run);
    return run;
  }

  private report(run: RunAnswer): void {
    const report = runReport(run, this.screen);
    // What ended a run before its first list is said as the command's error, below.
    const isSaidBelow = run.status === 'failed' && Object.keys(run.lists).length === 0;
    if (report !== '' && !isSaidBelow) this.say(report);
    if (run.status === 'failed') {
      const [error] = run.errors;
      throw new ImmersionError(error?.message ?? 'The import failed.', {
        code: error?.code ?? 'import_failed',
        suggestions: [
          waysOut(error?.code),
          run.total === null ? 'Then run the same command again.' : 'Then go on with immersion trakt resume.',
        ],
      });
    }
    this.tell(runSentence(run));
    if (run.status !== 'completed') this.finishWith('partly');
  }

  /** Leaves the run as it is: it can go on later. */
  protected override interrupt(): void {
    if (!this.running && !this.uploading) return super.interrupt();
    this.tell(
      this.running
        ? 'Left. Go on with immersion trakt resume, or end it with immersion trakt cancel.'
        : 'Stopped. Nothing was imported yet: run the same command again.',
    );
    void Promise.race([this.leave(), delay(DETACH_MILLISECONDS)])
      .catch(() => undefined)
      .finally(() => process.exit(EXIT_CODES.interrupted[0]));
  }

  private async leave(): Promise<void> {
    await this.uploading?.stop();
    await this.disconnect();
  }
}

/** The run that a command means: the one with the id, else the one that has not ended, else the latest. */
export async function runOrLatest(api: ApiClient, id: string | undefined): Promise<RunAnswer> {
  if (id !== undefined) return api.call(getRun, { params: { id } });
  const { runs } = await api.call(listRuns);
  const run = runs.find(({ status }) => status === 'running' || status === 'interrupted') ?? runs[0];
  if (run) return run;
  throw new ImmersionError('Nothing was imported yet.', {
    code: 'run_not_found',
    suggestions: ['Begin with immersion trakt preview.'],
  });
}

async function followRun(api: ApiClient, runId: string, look: (run: RunAnswer) => void): Promise<RunAnswer> {
  const params = { id: runId };
  for (;;) {
    const ended = new AbortController();
    const watching = watch(api, runId, look, ended.signal);
    try {
      const run = await api.call(advanceRun, { params });
      look(run);
      if (run.status !== 'running') return run;
    } catch (error) {
      if (!(error instanceof ImmersionError) || error.code !== 'lease_held') throw error;
      // A server goes on with it by itself: looking is enough.
      await delay(LOOK_MILLISECONDS);
      const run = await api.call(getRun, { params });
      if (run.status !== 'running') return run;
    } finally {
      ended.abort();
      await watching;
    }
  }
}

async function watch(
  api: ApiClient,
  runId: string,
  look: (run: RunAnswer) => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await delay(LOOK_MILLISECONDS, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    const run = await api.call(getRun, { params: { id: runId } }).catch(() => undefined);
    if (run) look(run);
  }
}

function waysOut(code: string | undefined): string {
  if (code === 'trakt_not_connected' || code === 'trakt_reconnect_required')
    return 'Log in with immersion trakt login.';
  if (code === 'tmdb_not_configured') return 'Set TMDB_API_KEY: see https://www.themoviedb.org/settings/api';
  if (code === 'tmdb_key_refused') return 'Check TMDB_API_KEY.';
  if (code === 'trakt_not_configured') {
    return 'Set TRAKT_CLIENT_ID and TRAKT_CLIENT_SECRET, or import your data export: immersion trakt import FILE.zip';
  }
  return 'See immersion trakt status.';
}
