import { rmSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ImmersionCommand } from '../lib/cli/base-command.ts';
import { createFakeTvdb } from '../lib/cli/demo/fake-tvdb.ts';
import { makeSampleLibrary, SAMPLE_SERIES } from '../lib/cli/demo/sample-library.ts';
import { scriptedPrompts } from '../lib/cli/demo/scripted-prompts.ts';
import type { Edges } from '../lib/cli/terminal.ts';
import Progress from './progress.ts';
import Sync, { type SyncResult } from './sync.ts';

/** What `immersion demo --json` prints: the two evenings. */
export interface DemoResult {
  first: SyncResult;
  second: SyncResult;
}

export default class Demo extends ImmersionCommand {
  static override summary = 'Show a whole evening on a sample library, with nothing set up and nothing left behind';
  static override description =
    'Makes a small library in a temporary folder, starts the real API inside this process and a fake TVDB on this computer, runs the real sync with its questions answered, shows progress, and removes everything again.';

  private folder: string | undefined;

  async run(): Promise<DemoResult> {
    await this.parse(Demo);
    const folder = await mkdtemp(path.join(tmpdir(), 'immersion-demo-'));
    this.folder = folder;
    const tvdb = await createFakeTvdb({ series: SAMPLE_SERIES, apiKey: 'demo' });
    try {
      return await this.show(folder, tvdb.url);
    } finally {
      await tvdb.close();
      await rm(folder, { recursive: true, force: true });
      this.step('Everything is removed again. With your own library: immersion sync --library FOLDER');
    }
  }

  protected override interrupt(): void {
    if (this.folder) rmSync(this.folder, { recursive: true, force: true });
    super.interrupt();
  }

  private async show(folder: string, tvdbUrl: string): Promise<DemoResult> {
    const library = path.join(folder, 'library');
    this.step('A library: what you have watched of a show lies in its folder “watched”.');
    for (const file of await makeSampleLibrary(library)) this.tell(`  ${file}`);

    const edges: Edges = {
      ...this.edges,
      workingDirectory: library,
      environment: {
        ...this.edges.environment,
        ...Object.fromEntries(OWN_API_VARIABLES.map((name) => [name, ''])),
        IMMERSION_LIBRARY: library,
        IMMERSION_DATA_DIR: path.join(folder, 'data'),
        IMMERSION_TRACKER_TVDB_BASE_URL: tvdbUrl,
        TVDB_API_KEY: 'demo',
      },
    };
    edges.prompts = scriptedPrompts(edges, (text) => this.tell(text));

    this.step('immersion sync: records the episodes, asks TVDB which series they are, cleans up.');
    const first = await this.runSync(edges);
    this.step('What is left of the library: the episode that is still to be watched.');
    for (const file of await filesBelow(library)) this.tell(`  ${file}`);

    this.step('immersion sync again: nothing is recorded twice, nothing else is removed.');
    const second = await this.runSync(edges);

    this.step('immersion progress: the same at any time.');
    const progress = new Progress([], this.config);
    progress.edges = edges;
    if (!this.jsonEnabled()) await ended(progress);
    return { first, second };
  }

  private async runSync(edges: Edges): Promise<SyncResult> {
    const sync = new Sync(this.jsonEnabled() ? ['--json'] : [], this.config);
    sync.edges = edges;
    return ended(sync);
  }

  private step(text: string): void {
    this.tell(`\n${this.errorScreen.style('bold', `▸ ${text}`)}`);
  }
}

/** Runs a command inside this one. */
async function ended<T>(command: ImmersionCommand & { run(): Promise<T> }): Promise<T> {
  try {
    return await command.run();
  } finally {
    await command.disconnect();
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

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
}
