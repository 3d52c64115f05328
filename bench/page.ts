import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { chromium, type Page } from 'playwright-core';
import { call, inFolder, median, report, startServe, timed } from './measure.ts';
import { writeHistory } from './stats.ts';

const ROUNDS = 7;

/** Opening the page with 100,000 viewings, compared to a single API call in the same browser. */
export async function run(): Promise<void> {
  await inFolder(async (folder) => {
    const server = await startServe(folder);
    const file = path.join(folder, 'immersion.sqlite');
    writeHistory(file);
    const database = new DatabaseSync(file);
    database.exec('PRAGMA busy_timeout = 5000');
    const write = database.prepare('INSERT OR REPLACE INTO immersion_tracker (partition, sort, item) VALUES (?, ?, ?)');
    // A write by another process, after which everything is counted again.
    const forget = () => write.run('BENCH', 'x', JSON.stringify({ pk: 'BENCH', sk: 'x', at: Date.now() }));
    const browser = await chromium.launch({ executablePath: '/usr/bin/chromium' });
    const page = await browser.newPage();
    const opening = () => timed(() => open(page, server.url));
    const asking = () => timed(() => page.evaluate("fetch('progress').then((answer) => answer.json())"));
    await opening();

    const times = { page: [] as number[], call: [] as number[], after: [] as number[] };
    const fresh = { page: [] as number[], call: [] as number[] };
    for (let round = 0; round < ROUNDS; round++) {
      times.page.push(await opening());
      times.call.push(await asking());
      await call(`${server.url}/viewings`, { viewings: [{ title: `Talk ${round}`, seconds: 60, medium: 'other' }] });
      times.after.push(await opening());
      forget();
      fresh.call.push(await asking());
      forget();
      fresh.page.push(await opening());
    }
    await browser.close();
    await server.stop();
    database.close();
    const [opened, asked, after] = [median(times.page), median(times.call), median(times.after)];
    const detail = `${opened.toFixed(0)} ms, the call ${asked.toFixed(1)} ms`;
    report('the page over 100,000 viewings, against a second', opened / 1000, 1, detail);
    report('  against a bare call of GET /progress', opened / asked, 50, detail);
    report('  after one new viewing, against before', after / opened, 1.5, `${after.toFixed(0)} ms`);
    const [reopened, recalled] = [median(fresh.page), median(fresh.call)];
    const freshDetail = `${reopened.toFixed(0)} ms, the call ${recalled.toFixed(0)} ms`;
    console.log(
      `  when all is counted from scratch, against the bare call: ${(reopened / recalled).toFixed(2)}× (${freshDetail})`,
    );
  });
}

/** Until everything is shown. */
async function open(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.locator('#total').waitFor();
  await page.locator('.viewings li').first().waitFor();
  await page.locator('.bars').nth(1).waitFor();
}
