import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { chromium } from 'playwright-core';
import { sampleHistory } from '../lib/demo/sample-history.ts';
import { makeSampleLibrary, SAMPLE_FOLDER } from '../lib/demo/sample-library.ts';
import { startSampleProviders } from '../lib/demo/sample-providers.ts';

// A screenshot of the page with the demo's library, for README.
const ROOT = path.resolve(import.meta.dirname, '..');
const folder = await mkdtemp(path.join(tmpdir(), 'immersion-picture-'));
const providers = await startSampleProviders();
const environment = {
  ...providers.environment,
  HOME: folder,
  PATH: process.env['PATH'],
  TZ: 'UTC',
  IMMERSION_LIBRARY: path.join(folder, 'library'),
};
const start = (args: string[]) =>
  spawn(process.execPath, [path.join(ROOT, 'bin/run.js'), ...args], {
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });

try {
  await makeSampleLibrary(environment.IMMERSION_LIBRARY);
  const history = path.join(folder, 'history.jsonl');
  await writeFile(
    history,
    sampleHistory(new Date())
      .map((line) => `${JSON.stringify(line)}\n`)
      .join(''),
  );
  for (const args of [
    ['import', history],
    ['sync', '--yes'],
    ['show', SAMPLE_FOLDER],
  ]) {
    await text(start(args).stdout);
  }
  const dashboard = start(['dashboard', '--no-browser', '--json']);
  const address = await addressOf(dashboard.stdout);
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium' });
  const page = await browser.newPage({
    viewport: { width: 1280, height: 1150 },
    colorScheme: 'light',
    locale: 'en-US',
  });
  await page.goto(address);
  await page.getByText('Streak').first().waitFor();
  await page.waitForLoadState('networkidle');
  await page.screenshot({ path: path.join(ROOT, 'docs/page.png') });
  await browser.close();
  dashboard.kill('SIGINT');
} finally {
  await providers.close();
  await rm(folder, { recursive: true, force: true });
}

async function addressOf(output: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface(output)) {
    const [address] = /http:[^"\s]+/.exec(line) ?? [];
    if (address) return address;
  }
  throw new Error('The page did not start');
}
