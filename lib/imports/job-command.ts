import { setTimeout as delay } from 'node:timers/promises';
import { Flags } from '@oclif/core';
import { advanceJob, getJob, listJobs, type JobAnswer, type StartedOptions, startJob } from './jobs-contract.ts';
import { ImmersionError, InvalidInputError, NotFoundError } from '../core/errors.ts';
import { didYouMean } from '../core/terminal/did-you-mean.ts';
import { startActivity } from '../core/terminal/activity.ts';
import type { ApiClient } from '../core/terminal/api-client.ts';
import type { ExportSource } from './export-source-rules.ts';
import { ImmersionCommand } from '../core/terminal/base-command.ts';
import { EXIT_CODES } from '../core/terminal/exit-codes.ts';
import { jobProgress, jobReport, jobSentence } from './job-report.ts';
import { waysOut } from '../core/terminal/ways-out.ts';
import { counted } from '../core/terminal/text.ts';

const PARTS = ['movies', 'series', 'ratings', 'watchlist'] as const;
const POLL_MILLISECONDS = 400;
const DETACH_MILLISECONDS = 3000;

export const datesFlag = Flags.option({
  description: 'checked: plays that were checked off in bulk count in totals only; trakt: use Trakt’s dates unchanged',
  options: ['checked', 'trakt'] as const,
  default: 'checked',
})();

export const onlyFlag = Flags.string({ description: `Only these lists, separated by commas: ${PARTS.join(', ')}` });

/** The lists in `--only`; without it, all. */
export function partsOf(only: string | undefined): Partial<Record<(typeof PARTS)[number], boolean>> {
  if (only === undefined) return {};
  const named = only.split(',').map((name) => name.trim());
  const unknown = named.find((name) => !PARTS.some((part) => part === name));
  if (unknown === undefined) return Object.fromEntries(PARTS.map((part) => [part, named.includes(part)]));
  throw new InvalidInputError(`Unknown list “${unknown}”.`, {
    code: 'invalid_argument',
    suggestions: [...didYouMean(unknown, PARTS), `Use ${PARTS.join(', ')}, separated by commas.`],
  });
}

/** Base of the commands that start or resume a job: progress bar, report, Ctrl-C to detach. */
export abstract class JobCommand extends ImmersionCommand {
  private running: string | undefined;
  private uploading: { stop(): Promise<unknown> } | undefined;

  /** Uploads a service's data export to a new job and runs it to the end. */
  protected async importFile(
    api: ApiClient,
    file: string,
    { source, options }: { source: ExportSource; options: StartedOptions },
  ): Promise<JobAnswer> {
    const { uploadArchive } = await import('./archive-upload.ts');
    const activity = startActivity(`Reading ${file}…`, this.io, this.jsonEnabled());
    const controller = new AbortController();
    const upload = uploadArchive(file, {
      source,
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
    const jobId = await upload.finally(() => {
      activity.stop();
    });
    this.uploading = undefined;
    return this.follow(api, jobId);
  }

  protected async runToEnd(
    api: ApiClient,
    kind: 'trakt_preview' | 'trakt_import' | 'trakt_sync',
    options: StartedOptions,
  ): Promise<JobAnswer> {
    const { run_id: jobId } = await api.call(startJob, { body: { kind, options } });
    return this.follow(api, jobId);
  }

  /** Runs a job to the end, and prints the report. */
  protected async follow(api: ApiClient, jobId: string): Promise<JobAnswer> {
    this.running = jobId;
    const activity = startActivity('Starting…', this.io, this.jsonEnabled());
    const job = await followJob(api, jobId, (latest) => activity.update(...jobProgress(latest))).finally(() => {
      activity.stop();
      this.running = undefined;
    });
    this.report(job);
    return job;
  }

  private report(job: JobAnswer): void {
    const report = jobReport(job, this.screen);
    // An error before the first list is printed as the command's error, below.
    const isSaidBelow = job.status === 'failed' && Object.keys(job.lists).length === 0;
    if (report !== '' && !isSaidBelow) this.say(report);
    if (job.status === 'failed') {
      const [error] = job.errors;
      throw new ImmersionError(error?.message ?? 'The import failed.', {
        code: error?.code ?? 'import_failed',
        suggestions: [
          ...waysOut(error?.code ?? ''),
          job.total === null ? 'Then run the same command again.' : 'Then resume it: immersion trakt resume',
        ],
      });
    }
    this.tell(jobSentence(job));
    if (job.status !== 'completed') this.finishWith('partly');
  }

  /** Detaches; the job can be resumed. */
  protected override interrupt(): void {
    if (!this.running && !this.uploading) return super.interrupt();
    this.tell(
      this.running
        ? 'Detached. Resume with immersion trakt resume, or cancel with immersion trakt cancel.'
        : 'Stopped. Nothing has been imported yet: run the same command again.',
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

/** The job with the id, else the unfinished one, else the latest. */
export async function jobOrLatest(api: ApiClient, id: string | undefined): Promise<JobAnswer> {
  if (id !== undefined) return api.call(getJob, { params: { id } });
  const { runs: jobs } = await api.call(listJobs);
  const job = jobs.find(({ status }) => status === 'running' || status === 'interrupted') ?? jobs[0];
  if (job) return job;
  throw new NotFoundError('Nothing has been imported yet.', {
    code: 'run_not_found',
    suggestions: ['Start with immersion trakt preview.'],
  });
}

async function followJob(api: ApiClient, jobId: string, onProgress: (job: JobAnswer) => void): Promise<JobAnswer> {
  const params = { id: jobId };
  for (;;) {
    const ended = new AbortController();
    const watching = watch(api, jobId, onProgress, ended.signal);
    try {
      const job = await api.call(advanceJob, { params });
      onProgress(job);
      if (job.status !== 'running') return job;
    } catch (error) {
      if (!(error instanceof ImmersionError) || error.code !== 'lease_held') throw error;
      // A server is running it in the background, so polling is enough.
      await delay(POLL_MILLISECONDS);
      const job = await api.call(getJob, { params });
      if (job.status !== 'running') return job;
    } finally {
      ended.abort();
      await watching;
    }
  }
}

async function watch(
  api: ApiClient,
  jobId: string,
  onProgress: (job: JobAnswer) => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await delay(POLL_MILLISECONDS, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    const job = await api.call(getJob, { params: { id: jobId } }).catch(() => undefined);
    if (job) onProgress(job);
  }
}
