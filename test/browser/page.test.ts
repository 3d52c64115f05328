import { once } from 'node:events';
import test, { type ExecutionContext } from 'ava';
import type { GoalsAnswer } from '../../lib/goals/goals-contract.ts';
import type { StatsAnswer } from '../../lib/stats/stats-contract.ts';
import { createPerson } from '../cli-process.ts';
import type { RuleAnswer } from '../../lib/viewings/rules-contract.ts';
import { basic, type RunningApi } from '../running-api.ts';
import { axeFindings, logIn, shareBrowser, type OpenOptions, type Tab } from './browser.ts';
import { LOGINS, runLearnersApi } from './learner.ts';

const browser = shareBrowser();

let api: RunningApi;
const ends: (() => unknown)[] = [];
test.before('the API starts', async () => {
  api = await runLearnersApi({ teardown: (end) => void ends.push(end) });
});
test.after.always('the API stops', async () => {
  for (const end of ends.toReversed()) await end();
});

type User = keyof typeof LOGINS;

async function openAs(t: ExecutionContext, user: User, options?: OpenOptions, url = api.url): Promise<Tab> {
  const tab = await browser.open(t, url, options);
  await logIn(tab, user, LOGINS[user]);
  await tab.page.locator('#total').waitFor();
  await tab.page.waitForLoadState('networkidle');
  return tab;
}

/** `1,234h 5m`, as the page shows it. */
function said(seconds: number): string {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  return [hours > 0 && `${hours.toLocaleString('en-US')}h`, (minutes > 0 || hours === 0) && `${minutes}m`]
    .filter(Boolean)
    .join(' ');
}

/** Errors except that of the image that fails to load. */
const complaintsOf = ({ complaints }: Tab): string[] => complaints.filter((one) => !one.includes('net::ERR_FAILED'));

for (const dark of [false, true]) {
  for (const width of [360, 1280]) {
    const where = `at ${width} pixels, ${dark ? 'dark' : 'light'}`;
    test.serial(`axe finds nothing, nothing is cut off and no policy is violated: ${where}`, async (t) => {
      const tab = await browser.open(t, api.url, { width, dark });
      await tab.page.getByLabel('User name').waitFor();
      t.deepEqual(await axeFindings(tab), [], 'the login');
      await logIn(tab, 'alice', LOGINS.alice);
      await tab.page.getByText('Latest viewings').waitFor();
      await tab.page.waitForLoadState('networkidle');
      for (const summary of await tab.page.locator('summary').all()) await summary.click();
      t.deepEqual(await axeFindings(tab), [], 'everything open');
      t.true(await tab.page.evaluate('document.documentElement.scrollWidth <= innerWidth'));
      await tab.page.getByRole('button', { name: 'Edit Conversation with Yuki' }).click();
      t.deepEqual(await axeFindings(tab), [], 'a dialog');
      t.deepEqual(complaintsOf(tab), []);
      t.deepEqual(tab.strays, []);
    });
  }
}

test.serial('the page shows what the command line shows', async (t) => {
  const person = createPerson(t, {
    IMMERSION_TRACKER_API_URL: api.url,
    IMMERSION_TRACKER_USER: 'alice',
    IMMERSION_TRACKER_PASSWORD: LOGINS.alice,
  });
  const json = async (...args: string[]) => JSON.parse((await person.run([...args, '--json'])).stdout) as unknown;
  const all = (await json('stats', 'all', '--by', 'language')) as StatsAnswer;
  const [today, week] = [(await json('stats', 'today')) as StatsAnswer, (await json('stats', 'week')) as StatsAnswer];
  const progress = (await json('progress')) as { total_episodes_watched: number; shows: { name: string }[] };

  const { page } = await openAs(t, 'alice');
  const cardOf = (heading: string) =>
    page.locator('.card', { has: page.getByRole('heading', { name: heading, exact: true }) });
  t.is(await page.locator('#total').innerText(), said(all.total.seconds));
  t.is(await cardOf('Today').locator('.figure').innerText(), said(today.total.seconds));
  t.is(await cardOf('This week').locator('.figure').innerText(), said(week.total.seconds));
  t.is(await cardOf('Streak').locator('.figure').innerText(), `${all.streak.days} days`);
  t.true((await cardOf('Total').innerText()).includes(`${progress.total_episodes_watched} episodes`));
  for (const { label, seconds } of all.rows) {
    const row = page.getByRole('row', { name: label });
    t.true((await row.innerText()).includes(said(seconds)), label);
  }
  for (const { name } of progress.shows) t.true(await page.getByRole('heading', { name }).first().isVisible(), name);
});

test.serial('a title in Japanese is marked as Japanese, and one without a picture stands as text', async (t) => {
  const { page } = await openAs(t, 'alice');
  const shows = page.locator('.tile');
  t.is(await shows.getByRole('heading', { name: '星降る喫茶店' }).getAttribute('lang'), 'ja');
  const without = shows.filter({ hasText: 'El tren de las ocho' }).first();
  t.is(await without.locator('img').count(), 0);
  const broken = shows.filter({ hasText: 'Harbour' }).first();
  await broken.scrollIntoViewIfNeeded();
  await broken.locator('div.artwork').waitFor();
  const followed = shows.filter({ hasText: '路面電車の旅人' }).first();
  t.regex(await followed.innerText(), /8 of 10 seen[\s\S]*Next: S1 E9/);
});

test.serial('a wrong password, being offline and a login that ended each have their sentence', async (t) => {
  const tab = await browser.open(t, api.url);
  const { page } = tab;
  await logIn(tab, 'alice', 'wrong');
  await page.getByText('Wrong user name or password.').waitFor();
  await page.getByLabel('Password').fill(LOGINS.alice);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.locator('#total').waitFor();

  await page.context().setOffline(true);
  await page.getByLabel('Search viewings').fill('talk');
  await page.keyboard.press('Enter');
  await page.getByText('Can’t reach the server. Check that it’s running and that you’re online.').first().waitFor();
  t.true(await page.locator('#total').isVisible(), 'what was shown stays');
  await page.context().setOffline(false);

  await page.evaluate(
    `sessionStorage.setItem('immersion-session', JSON.stringify({ user: 'alice', authorization: 'Basic ' + btoa('alice:old') }))`,
  );
  await page.reload();
  await page.getByText('Your login no longer works. Log in again.').waitFor();
  t.is(await page.evaluate('sessionStorage.length'), 0);
});

test.serial('a server that was stopped is said to be out of reach, in the dashboard and at the login', async (t) => {
  const own = await runLearnersApi(t);
  const { page } = await openAs(t, 'bob', {}, own.url);
  await own.stop();
  const unreachable = 'Can’t reach the server. Check that it’s running and that you’re online.';
  await page.getByRole('searchbox', { name: 'Search viewings' }).fill('talk');
  await page.keyboard.press('Enter');
  await page.getByText(unreachable).first().waitFor();
  t.is(await page.locator('#total').innerText(), '10m', 'what was shown stays');
  await page.getByRole('button', { name: 'Log out' }).click();
  await page.getByLabel('User name').fill('bob');
  await page.getByLabel('Password').fill(LOGINS.bob);
  await page.keyboard.press('Enter');
  await page.getByText(unreachable).waitFor();
  t.is(await page.getByText('Wrong user name or password.').count(), 0);
});

test.serial('rules are set, changed and taken back by the keyboard alone', async (t) => {
  const { page } = await openAs(t, 'alice', { width: 360 });
  const authorization = basic('alice', LOGINS.alice);
  const rules = async () => ((await api.call('/rules', { authorization })).body as { rules: RuleAnswer[] }).rules;
  const card = page.locator('.card', { has: page.getByRole('heading', { name: 'Rules' }) });
  const field = (name: string) => card.getByLabel(name);

  await card.locator('summary').focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  t.is(await field('Show, channel or podcast').evaluate((one) => one === one.ownerDocument.activeElement), true);
  await page.keyboard.type('Dreaming');
  await field('Language').focus();
  await page.keyboard.type('Spanish');
  await page.keyboard.press('Tab');
  await page.keyboard.type('In the back');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByText('Saved the rule for “Dreaming Spanish”.').waitFor();
  await card.getByText('Spanish · In the background').waitFor();
  const [rule] = await rules();
  t.like(rule, {
    collection: { kind: 'channel', id: 'UC1' },
    language: 'es',
    attention: 'background',
    excluded: false,
  });

  await field('Don’t count it').focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('Enter');
  await card.getByText('Not counted').waitFor();
  t.like((await rules())[0], { id: rule?.id, excluded: true });
  t.deepEqual(await axeFindings({ page, complaints: [], strays: [] }), []);
  t.true(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'));

  await card.getByRole('button', { name: 'Remove the rule for Dreaming Spanish' }).focus();
  await page.keyboard.press('Enter');
  await page.getByText('Removed the rule for “Dreaming Spanish”.').waitFor();
  t.deepEqual(await rules(), []);
  await page.getByRole('button', { name: 'Undo' }).focus();
  await page.keyboard.press('Enter');
  await card.getByText('Not counted').waitFor();
  await api.call(`/rules/${rule?.id}`, { method: 'DELETE', authorization });
});

test.serial(
  'two users in two tabs see their own alone; a login outlives a reload, not its tab, and leaves no cookie',
  async (t) => {
    const [alice, bob] = [await openAs(t, 'alice'), await openAs(t, 'bob')];
    t.is(await bob.page.locator('#total').innerText(), '10m');
    t.is(await bob.page.getByText('Conversation with Yuki').count(), 0);
    t.is(await alice.page.getByText('Bob’s talk').count(), 0);
    await alice.page.reload();
    await alice.page.locator('#total').waitFor();
    const another = await alice.page.context().newPage();
    await another.goto(api.url);
    await another.getByLabel('User name').waitFor();
    t.deepEqual(await alice.page.context().cookies(), []);
    await alice.page.getByRole('button', { name: 'Log out' }).click();
    await alice.page.getByLabel('User name').waitFor();
  },
);

test.serial('time is logged, edited, removed and each taken back, by the keyboard alone', async (t) => {
  const { page } = await openAs(t, 'bob', { width: 360 });
  const press = async (key: string, times = 1) => {
    for (let time = 0; time < times; time += 1) await page.keyboard.press(key);
  };
  /** Presses Tab until an element with this name has the focus. */
  const reach = async (name: string) => {
    for (let step = 0; step < 80; step += 1) {
      await press('Tab');
      const focused = await page.evaluate<string>(
        `(() => { const one = document.activeElement; return (one.getAttribute('aria-label') ?? one.labels?.[0]?.textContent ?? one.textContent ?? '').trim(); })()`,
      );
      if (focused.startsWith(name)) return;
    }
    t.fail(`${name} is not reached`);
  };
  const total = async (expected: string) => page.locator('#total', { hasText: new RegExp(`^${expected}$`) }).waitFor();

  await reach('Log time');
  await press('Enter');
  await reach('Title');
  await page.keyboard.type('電話で話す');
  await reach('minutes');
  await page.keyboard.type('35');
  await press('Enter');
  await total('45m');
  await page.getByText('Logged 35m of “電話で話す”.').waitFor();

  await page.evaluate('document.activeElement.blur()');
  await reach('Edit 電話で話す');
  await press('Enter');
  await reach('hours');
  await page.keyboard.type('1');
  await press('Enter');
  await total('1h 45m');
  await page.getByText('Edited “電話で話す”.').waitFor();
  await reach('Undo');
  await press('Enter');
  await total('45m');

  await page.evaluate('document.activeElement.blur()');
  await reach('Remove 電話で話す');
  await press('Enter');
  await total('10m');
  await reach('Undo');
  await press('Enter');
  await total('45m');

  t.is(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), true);
  const [latest] = (
    (await api.call('/viewings?limit=1', { authorization: bobsHeader() })).body as { viewings: { id: string }[] }
  ).viewings;
  await api.call(`/viewings/${latest?.id}`, { method: 'DELETE', authorization: bobsHeader() });
});

test.serial('goals and settings are set and taken back', async (t) => {
  const { page } = await openAs(t, 'bob');
  const goals = async () => ((await api.call('/goals', { authorization: bobsHeader() })).body as GoalsAnswer).goals;
  await page.getByText('Set a goal').click();
  const card = page.locator('.card', { has: page.getByRole('heading', { name: 'Goals' }) });
  await card.getByLabel('minutes').fill('30');
  await card.getByRole('button', { name: 'Set goal' }).click();
  await page.getByRole('heading', { name: '30m every day' }).waitFor();
  t.like((await goals())[0], { id: 'daily', seconds: 1800, period: 'day', done_seconds: 600 });
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText('No goals yet.').waitFor();
  t.deepEqual(await goals(), []);

  await page.getByRole('heading', { name: 'Settings' }).click();
  await page.getByLabel('A day ends at').selectOption('4 a.m.');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Settings saved.').waitFor();
  const settings = async () => (await api.call('/settings', { authorization: bobsHeader() })).body;
  t.like(await settings(), { day_ends_at: 4, time_zone: 'UTC', time_zones: [{ from: null, time_zone: 'UTC' }] });
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText('Undone.').waitFor();
  t.like(await settings(), { day_ends_at: 0 });
});

test.serial('the dashboard command logs the first visitor in, and keeps the secret out of the address', async (t) => {
  const person = createPerson(t);
  const child = person.start(['dashboard', '--no-browser', '--json']);
  const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
  const { url } = JSON.parse(chunk.toString()) as { url: string };
  const { page } = await browser.open(t, url);
  await page.getByRole('heading', { name: 'Log time' }).waitFor();
  t.is(page.url(), new URL('/', url).href);
  await page.reload();
  await page.getByRole('heading', { name: 'Log time' }).waitFor();
  const second = await browser.open(t, url);
  await second.page.getByText('This link has already been used.').waitFor();
  child.kill('SIGINT');
  t.deepEqual(await once(child, 'exit'), [130, null]);
});

const bobsHeader = (): string => basic('bob', LOGINS.bob);
