import { after, afterEach, before, describe, it } from 'node:test';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { checkAccessibility, openContext, startChromium } from '../support/chromium.ts';
import { missingPrograms } from '../support/programs.ts';
import { applicationClient, type OidcScenario, startOidcScenario } from './support/oidc-scenario.ts';

/** A phone as small as WCAG 2.2 §1.4.10 asks for, and a desk; by day and by night. */
const screens: readonly (BrowserContextOptions & { readonly name: string; readonly slow: string })[] = [
  {
    name: 'phone, German',
    slow: 'bob@example.com',
    viewport: { width: 320, height: 640 },
    locale: 'de-DE',
    hasTouch: true,
  },
  { name: 'desk, dark', slow: 'dave@example.com', viewport: { width: 1280, height: 800 }, colorScheme: 'dark' },
];

describe('every page can be used by everybody (axe)', { skip: missingPrograms('chromium') }, () => {
  let scenario: OidcScenario;
  let browser: Browser;
  let context: BrowserContext;

  before(async () => {
    const asking = { ...applicationClient, id: 'asking', name: 'Somebody else', firstParty: false };
    scenario = await startOidcScenario({
      clients: [applicationClient, asking],
      tarpitMs: 60_000,
      env: { SIDECAR_OIDC_PAGE_NOTE: 'Call 1234 for help.' },
    });
    browser = await startChromium();
  });
  afterEach(() => context.close());
  after(async () => {
    await browser?.close();
    await scenario?.close();
  });

  async function open(options: BrowserContextOptions): Promise<Page> {
    context = await openContext(browser, { ...options, javaScriptEnabled: true });
    return await context.newPage();
  }
  async function send(page: Page, fields: Readonly<Record<string, string>>): Promise<void> {
    for (const [id, value] of Object.entries(fields)) await page.locator(`#${id}`).fill(value);
    await page.locator('main button[type=submit]').first().click();
  }
  const authorize = (clientId: string, more = '') =>
    `${scenario.issuer}/auth?client_id=${clientId}&response_type=code&scope=openid%20email%20groups&state=s&redirect_uri=${encodeURIComponent('http://127.0.0.1/callback')}${more}`;

  for (const { name, slow, ...options } of screens) {
    it(`login, faults, second factor, consent: ${name}`, async () => {
      const page = await open(options);
      await page.goto(authorize('asking'));
      await checkAccessibility(page, 'login');
      await send(page, {});
      await page.getByRole('alert').waitFor();
      await checkAccessibility(page, 'login with missing fields');
      await send(page, { username: 'nobody@example.com', password: 'wrong' });
      await page.getByRole('alert').waitFor();
      await checkAccessibility(page, 'login refused');
      await send(page, { username: 'dave@example.com', password: 'dave-demo' });
      await page.locator('#code').waitFor();
      await checkAccessibility(page, 'second factor');
      await send(page, { code: '' });
      await page.getByRole('alert').waitFor();
      await checkAccessibility(page, 'second factor with a fault');
      await send(page, { code: '123456' });
      await page.locator('main li').first().waitFor();
      await checkAccessibility(page, 'consent');
    });

    it(`still checking, mistakes of applications, signing out: ${name}`, async () => {
      const page = await open(options);
      await page.goto(authorize('unknown'));
      await checkAccessibility(page, 'error');
      await page.goto(`${scenario.issuer}/login/nothing`);
      await checkAccessibility(page, 'expired');

      await page.goto(authorize('application'));
      await send(page, { username: slow, password: 'wrong' });
      await page.getByRole('alert').waitFor();
      await send(page, { username: slow, password: 'wrong again' });
      await page.locator('[role=status]').waitFor();
      // It is what a page without scripts can do; its text says that it goes on by itself.
      await checkAccessibility(page, 'still checking', ['meta-refresh']);

      await page.goto(scenario.application.url);
      await checkAccessibility(page, 'the demo application');
      await page.goto(`${scenario.application.url}/sign-in`);
      await send(page, { username: 'alice@example.com', password: 'alice-demo' });
      await page.getByRole('heading', { name: /Alice/ }).waitFor();
      await checkAccessibility(page, 'the demo application, signed in');
      await page.goto(`${scenario.issuer}/session/end`);
      await page.locator('button[name=logout]').waitFor();
      await checkAccessibility(page, 'sign out');
      await page.locator('button[name=logout]').click();
      await page.waitForURL(/session\/end\/success/);
      await checkAccessibility(page, 'signed out');
    });
  }
});
