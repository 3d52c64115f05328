import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ImmersionCommand } from '../lib/core/terminal/base-command.ts';
import { sampleHistory } from '../lib/demo/sample-history.ts';
import { makeSampleLibrary, SAMPLE_FOLDER } from '../lib/demo/sample-library.ts';
import { startSampleProviders, type SampleProviders } from '../lib/demo/sample-providers.ts';
import { scriptedPrompts } from '../lib/demo/scripted-prompts.ts';
import type { Io } from '../lib/core/terminal/terminal.ts';
import { discardTypedInput } from '../lib/core/terminal/typed-ahead.ts';
import Dashboard from './dashboard.ts';
import Heatmap from './heatmap.ts';
import Import from './import.ts';
import Progress from './progress.ts';
import Show from './show.ts';
import Stats from './stats.ts';
import Sync, { type SyncResult } from './sync.ts';
import Today from './today.ts';

/** The results of both syncs. */
export interface DemoResult {
  first: SyncResult;
  second: SyncResult;
}

type Runnable<T> = ImmersionCommand & { run(): Promise<T> };

export default class Demo extends ImmersionCommand {
  static override summary = 'Try immersion on a sample library, leaving nothing behind';
  static override description =
    'Creates a small library in a temporary folder with a year of history, starts the real API and fake providers on this computer, runs the real sync with its questions answered, shows where you are, and removes everything again. In a terminal, the page stays open until you press Enter, for at most five minutes.';
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --no-input'];

  private folder: string | undefined;

  async run(): Promise<DemoResult> {
    const { flags } = await this.parse(Demo);
    const folder = await mkdtemp(path.join(tmpdir(), 'immersion-demo-'));
    this.folder = folder;
    const providers = await startSampleProviders();
    try {
      return await this.show(folder, { providers: providers.environment, mayWait: this.mayAsk(flags) });
    } finally {
      await providers.close();
      await rm(folder, { recursive: true, force: true });
      this.step('Everything has been removed again. To use your own library: immersion sync --library FOLDER');
    }
  }

  protected override interrupt(): void {
    if (this.folder) rmSync(this.folder, { recursive: true, force: true });
    super.interrupt();
  }

  private async show(
    folder: string,
    { providers, mayWait }: { providers: SampleProviders['environment']; mayWait: boolean },
  ): Promise<DemoResult> {
    const library = path.join(folder, 'library');
    this.step('A library: watched files are in folders named “watched”, links in watched.txt.');
    for (const file of await makeSampleLibrary(library)) this.tell(`  ${file}`);

    const io: Io = {
      ...this.io,
      workingDirectory: library,
      environment: {
        ...this.io.environment,
        ...Object.fromEntries(OWN_API_VARIABLES.map((name) => [name, ''])),
        IMMERSION_LIBRARY: library,
        IMMERSION_DATA_DIR: path.join(folder, 'data'),
        ...providers,
      },
    };
    io.prompts = scriptedPrompts(io, (text) => this.tell(text));

    const json = this.jsonEnabled() ? ['--json'] : [];
    this.step('immersion import: a year that was recorded before.');
    const history = path.join(folder, 'history.jsonl');
    await writeFile(
      history,
      sampleHistory(new Date())
        .map((line) => `${JSON.stringify(line)}\n`)
        .join(''),
    );
    await this.runCommand(new Import([history, ...json], this.config), io);

    this.step(
      'immersion sync: records everything, asks which series and film it is, shows progress and keeps your files.',
    );
    const first = await this.runCommand(new Sync(json, this.config), io);
    this.step('immersion sync again: nothing is recorded twice, and nothing is removed unless you choose to.');
    const second = await this.runCommand(new Sync(json, this.config), io);

    if (!this.jsonEnabled()) {
      this.step('immersion show: how far you are in a show, and what comes next.');
      await this.runCommand(new Show([SAMPLE_FOLDER], this.config), io);
      this.step('immersion heatmap: the last year, day by day.');
      await this.runCommand(new Heatmap([], this.config), io);
      this.step('immersion stats all --by month: how the hours add up.');
      await this.runCommand(new Stats(['all', '--by', 'month'], this.config), io);
      this.step('immersion: today, your streak and your goals.');
      await this.runCommand(new Today([], this.config), io);
      this.step('immersion progress: the whole picture, any time.');
      await this.runCommand(new Progress([], this.config), io);
      this.step('immersion dashboard: all of it as a page in the browser.');
      if (mayWait) await this.showPage(io);
      else this.tell('Run the demo in a terminal to open it here; with your own history: immersion dashboard');
    }
    return { first, second };
  }

  /** Shows the page until Enter, or for a while. */
  private async showPage(io: Io): Promise<void> {
    const page = new Dashboard([], this.config);
    page.io = io;
    const waiting = new AbortController();
    try {
      await page.open({ browser: false });
      await discardTypedInput(io.input);
      // Restores Ctrl-C as a signal.
      if ('isTTY' in io.input && io.input.isTTY) io.input.setRawMode(false);
      this.tell('Press Enter to end the demo.');
      const { signal } = waiting;
      await Promise.race([once(io.input, 'data', { signal }), delay(PAGE_MILLISECONDS, undefined, { signal })]);
    } finally {
      waiting.abort();
      io.input.pause();
      await page.stop();
    }
  }

  private async runCommand<T>(command: Runnable<T>, io: Io): Promise<T> {
    command.io = io;
    try {
      return await command.run();
    } finally {
      await command.disconnect();
    }
  }

  private step(text: string): void {
    this.tellStyled(`\n${this.errorScreen.style('bold', `▸ ${text}`)}`);
  }
}

/** How long the page stays open without a key press. */
const PAGE_MILLISECONDS = 5 * 60 * 1000;

/** Settings that would make the demo use a real API or store. */
const OWN_API_VARIABLES = [
  'IMMERSION_TRACKER_API_URL',
  'IMMERSION_TRACKER_USER',
  'IMMERSION_TRACKER_PASSWORD',
  'IMMERSION_STORE',
  'IMMERSION_SECRET_FILE',
];
