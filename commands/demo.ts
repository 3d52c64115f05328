import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ImmersionCommand } from '../lib/core/terminal/base-command.ts';
import { makeSampleLibrary, SAMPLE_FOLDER } from '../lib/demo/sample-library.ts';
import { startSampleProviders, type SampleProviders } from '../lib/demo/sample-providers.ts';
import { scriptedPrompts } from '../lib/demo/scripted-prompts.ts';
import type { Io } from '../lib/core/terminal/terminal.ts';
import Progress from './progress.ts';
import Show from './show.ts';
import Sync, { type SyncResult } from './sync.ts';

/** What `immersion demo --json` prints: the two syncs. */
export interface DemoResult {
  first: SyncResult;
  second: SyncResult;
}

export default class Demo extends ImmersionCommand {
  static override summary = 'Try immersion on a sample library, leaving nothing behind';
  static override description =
    'Creates a small library in a temporary folder, starts the real API and fake providers on this computer, runs the real sync with its questions answered, shows progress, and removes everything again.';

  private folder: string | undefined;

  async run(): Promise<DemoResult> {
    await this.parse(Demo);
    const folder = await mkdtemp(path.join(tmpdir(), 'immersion-demo-'));
    this.folder = folder;
    const providers = await startSampleProviders();
    try {
      return await this.show(folder, providers.environment);
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

  private async show(folder: string, providers: SampleProviders['environment']): Promise<DemoResult> {
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

    this.step(
      'immersion sync: records everything, asks which series and film it is, shows progress and keeps your files.',
    );
    const first = await this.runSync(io);
    this.step('immersion sync again: nothing is recorded twice, and nothing is removed unless you choose to.');
    const second = await this.runSync(io);

    if (!this.jsonEnabled()) {
      this.step('immersion show: how far you are in a show, and what comes next.');
      await this.runCommand(new Show([SAMPLE_FOLDER], this.config), io);
      this.step('immersion progress: the whole picture, any time.');
      await this.runCommand(new Progress([], this.config), io);
    }
    return { first, second };
  }

  private async runSync(io: Io): Promise<SyncResult> {
    return this.runCommand(new Sync(this.jsonEnabled() ? ['--json'] : [], this.config), io);
  }

  private async runCommand<T>(command: ImmersionCommand & { run(): Promise<T> }, io: Io): Promise<T> {
    command.io = io;
    try {
      return await command.run();
    } finally {
      await command.disconnect();
    }
  }

  private step(text: string): void {
    this.tell(`\n${this.errorScreen.style('bold', `▸ ${text}`)}`);
  }
}

/** Settings that would lead the demo to a real API or store. */
const OWN_API_VARIABLES = [
  'IMMERSION_TRACKER_API_URL',
  'IMMERSION_TRACKER_USER',
  'IMMERSION_TRACKER_PASSWORD',
  'IMMERSION_STORE',
  'IMMERSION_SECRET_FILE',
];
