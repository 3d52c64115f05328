import test from 'ava';
import { logIn, shareBrowser } from './browser.ts';
import { LOGINS, runLearnersApi } from './learner.ts';
const browser = shareBrowser();
test.serial('shots', async (t) => {
  const api = await runLearnersApi(t);
  for (const [width, dark] of [[1280, false], [360, true],[360,false],[1280,true]] as const) {
    const tab = await browser.open(t, api.url, { width, dark });
    if (width === 360) await tab.page.screenshot({ path: `/tmp/shot-login-${dark}.png` });
    await logIn(tab, 'alice', LOGINS.alice);
    await tab.page.locator('#total').waitFor();
    await tab.page.waitForTimeout(1500);
    await tab.page.screenshot({ path: `/tmp/shot-${width}-${dark ? 'dark' : 'light'}.png`, fullPage: true });
    t.log(tab.complaints, tab.strays);
  }
});
