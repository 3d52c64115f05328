import test, { type ExecutionContext } from 'ava';
import { readFileSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright-core';

const AXE = readFileSync(new URL(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
const EXECUTABLE = '/usr/bin/chromium';
const PICTURE = Buffer.from(
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 300"><rect width="200" height="300" fill="#557"/><circle cx="100" cy="120" r="60" fill="#fc8"/></svg>`,
);

export interface OpenOptions {
  width?: number;
  height?: number;
  dark?: boolean;
  reducedMotion?: boolean;
}

/** A tab of its own browser, limited to the API and images. */
export interface Tab {
  page: Page;
  /** Console errors and exceptions. */
  complaints: string[];
  /** Requests to any other host. */
  strays: string[];
}

let browser: Browser | undefined;

/** One browser for all tests of a file. */
export function shareBrowser(): { open(t: ExecutionContext, url: string, options?: OpenOptions): Promise<Tab> } {
  test.before('the browser starts', async () => {
    browser = await chromium.launch({ executablePath: EXECUTABLE });
  });
  test.after.always('the browser ends', () => browser?.close());
  return { open };
}

async function open(
  t: ExecutionContext,
  url: string,
  { width = 1280, height = 900, dark = false, reducedMotion = true }: OpenOptions = {},
): Promise<Tab> {
  if (!browser) throw new Error('The browser is there in tests only');
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: reducedMotion ? 'reduce' : 'no-preference',
    locale: 'en-US',
  });
  t.teardown(() => context.close());
  const page = await context.newPage();
  const tab: Tab = { page, complaints: [], strays: [] };
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) tab.complaints.push(message.text());
  });
  page.on('pageerror', (error) => tab.complaints.push(String(error)));
  const { origin } = new URL(url);
  await context.route('**/*', async (route) => {
    const target = new URL(route.request().url());
    if (target.origin === origin || target.protocol === 'blob:') return route.continue();
    if (route.request().resourceType() !== 'image') {
      tab.strays.push(target.href);
      return route.abort();
    }
    return target.pathname.endsWith('900301.jpg')
      ? route.abort()
      : route.fulfill({ body: PICTURE, contentType: 'image/svg+xml' });
  });
  await page.goto(url);
  return tab;
}

/** Logs in with the form. */
export async function logIn({ page }: Tab, user: string, password: string): Promise<void> {
  await page.getByLabel('User name').fill(user);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
}

/** axe's findings by rule and element. */
export async function axeFindings({ page }: Tab): Promise<string[]> {
  await page.evaluate(AXE);
  const violations = await page.evaluate<Violation[]>('axe.run(document).then(({ violations }) => violations)');
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} ${target.join(' ')}: ${failureSummary}`),
  );
}

interface Violation {
  id: string;
  nodes: { target: string[]; failureSummary: string }[];
}
