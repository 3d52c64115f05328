import test, { type ExecutionContext } from 'ava';
import { axeFindings, logIn, shareBrowser, type OpenOptions, type Tab } from './browser.ts';
import { LOGINS, runLearnersApi } from './learner.ts';
import type { RunningApi } from '../running-api.ts';

const browser = shareBrowser();

let api: RunningApi;
const ends: (() => unknown)[] = [];
test.before('the API starts', async () => {
  api = await runLearnersApi({ teardown: (end) => void ends.push(end) });
});
test.after.always('the API stops', async () => {
  for (const end of ends.toReversed()) await end();
});

async function openAs(t: ExecutionContext, user: keyof typeof LOGINS, options?: OpenOptions): Promise<Tab> {
  const tab = await browser.open(t, api.url, options);
  await logIn(tab, user, LOGINS[user]);
  await tab.page.locator('#total').waitFor();
  await tab.page.waitForLoadState('networkidle');
  return tab;
}

for (const dark of [false, true]) {
  for (const width of [360, 1280]) {
    test.serial(
      `axe finds nothing in the ${dark ? 'dark' : 'light'} at ${width} pixels, and nothing is cut off`,
      async (t) => {
        const tab = await openAs(t, 'alice', { width, dark });
        for (const closed of await tab.page.locator('details:not([open]) > summary').all()) await closed.click();
        t.deepEqual(await axeFindings(tab), []);
        t.true(await tab.page.evaluate('document.documentElement.scrollWidth <= innerWidth'));
        t.deepEqual(
          tab.complaints.filter((one) => !one.includes('ERR_FAILED')),
          [],
        );
        t.deepEqual(tab.strays, []);
      },
    );
  }
}
