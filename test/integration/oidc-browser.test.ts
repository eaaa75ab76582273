import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { openContext, startChromium } from '../support/chromium.ts';
import { missingPrograms } from '../support/programs.ts';
import { applicationClient, type OidcScenario, startOidcScenario } from './support/oidc-scenario.ts';

const refusal = /The name or the password is wrong/;

describe('signing in with Chromium, scripts off', { skip: missingPrograms('chromium') }, () => {
  let scenario: OidcScenario;
  let browser: Browser;
  const contexts: BrowserContext[] = [];

  before(async () => {
    const strict = { ...applicationClient, id: 'other', firstParty: false, name: 'Somebody else' };
    scenario = await startOidcScenario({ clients: [applicationClient, strict] });
    browser = await startChromium();
  });
  afterEach(async () => {
    for (const context of contexts.splice(0)) await context.close();
  });
  after(async () => {
    await browser?.close();
    await scenario?.close();
  });

  async function openPage(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await openContext(browser, options);
    contexts.push(context);
    return await context.newPage();
  }
  /** From the application to the login page. */
  async function toLogin(page: Page): Promise<void> {
    await page.goto(scenario.application.url);
    await page.getByRole('link', { name: 'Sign in' }).click();
    await page.getByLabel(/E-mail address|E-Mail-Adresse/).waitFor();
  }
  async function type(page: Page, name: string, password: string): Promise<void> {
    await page.locator('#username').fill(name);
    await page.locator('#password').fill(password);
    await page.locator('main button[type=submit]').first().click();
  }
  const expectClaims = async (page: Page, name: string) => {
    await page.getByRole('heading', { name: `Welcome, ${name}` }).waitFor();
    assert.equal(new URL(page.url()).origin, scenario.application.url);
  };

  const claimOf = async (page: Page, name: string) => {
    const row = page.getByRole('row').filter({ has: page.getByRole('rowheader', { name, exact: true }) });
    return (await row.locator('td').first().textContent()) ?? '';
  };
  const textOf = async (page: Page) => (await page.locator('main').textContent()) ?? '';

  it('goes from an application to the login page and back, with the claims', async () => {
    const page = await openPage();
    await toLogin(page);
    assert.equal(new URL(page.url()).origin, scenario.url);
    assert.match(await page.title(), /^Sign in to Application/);
    await type(page, 'alice@example.com', 'alice-demo');
    await expectClaims(page, 'Alice Archer');
    assert.equal(await claimOf(page, 'preferred_username'), 'alice@example.com');
    assert.match(await claimOf(page, 'groups'), /auditors@example\.com/);
    assert.equal(await claimOf(page, 'acr'), 'password');
  });

  it('works by keyboard alone, with the focus where one types first', async () => {
    const page = await openPage();
    await toLogin(page);
    await page.keyboard.type('robert@example.com');
    await page.keyboard.press('Tab');
    await page.keyboard.type('bob-demo');
    await page.keyboard.press('Enter');
    await expectClaims(page, 'Bob Baker');
  });

  it('says the same of a wrong password, an unknown name and a disabled account, and takes the right one then', async () => {
    const page = await openPage();
    await toLogin(page);
    const told = new Set<string>();
    for (const [name, password] of [
      ['alice@example.com', 'wrong'],
      ['nobody@example.com', 'wrong'],
      ['carol@example.com', 'carol-demo'],
    ] as const) {
      await type(page, name, password);
      const alert = page.getByRole('alert');
      await alert.filter({ hasText: refusal }).waitFor();
      told.add((await alert.textContent()) ?? '');
      assert.equal(await page.locator('#username').inputValue(), name);
      assert.equal(await page.locator('#password').inputValue(), '');
    }
    assert.equal(told.size, 1);
    await type(page, 'bob@example.com', 'bob-demo');
    await expectClaims(page, 'Bob Baker');
  });

  it('asks for the second factor on a page of its own', async () => {
    const page = await openPage();
    await toLogin(page);
    await type(page, 'dave@example.com', 'dave-demo');
    await page.getByRole('heading', { name: 'Second factor' }).waitFor();
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('alert').filter({ hasText: 'Enter the code.' }).waitFor();
    await page.getByLabel('Code').fill('123 456');
    await page.getByRole('button', { name: 'Continue' }).click();
    await expectClaims(page, 'Dave Dalton');
    assert.equal(await claimOf(page, 'acr'), 'password+code');
  });

  it('signs out here and there, and asks for the password again', async () => {
    const page = await openPage();
    await toLogin(page);
    await type(page, 'alice@example.com', 'alice-demo');
    await expectClaims(page, 'Alice Archer');
    // The session holds: nobody types anything.
    await page.context().clearCookies({ name: 'demo_application' });
    await page.goto(scenario.application.url);
    await page.getByRole('link', { name: 'Sign in' }).click();
    await expectClaims(page, 'Alice Archer');

    await page.getByRole('link', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign out' }).waitFor();
    await page.locator('button[name=logout]').click();
    await page.getByRole('heading', { name: 'Demo application' }).waitFor();
    assert.equal(new URL(page.url()).origin, scenario.application.url);
    await toLogin(page);
  });

  it('leads on from the back button instead of into an error', async () => {
    const page = await openPage();
    await toLogin(page);
    const loginUrl = page.url();
    await type(page, 'alice@example.com', 'alice-demo');
    await expectClaims(page, 'Alice Archer');
    await page.goto(loginUrl);
    const text = await textOf(page);
    assert.match(text, /no longer|expired|over|Welcome/i);
    assert.doesNotMatch(text, /Error:|stack|undefined/);
    await page.goto(scenario.application.url);
    await expectClaims(page, 'Alice Archer');
  });

  it('lets two tabs sign in one after the other', async () => {
    const first = await openPage();
    await toLogin(first);
    const second = await first.context().newPage();
    await second.goto(`${scenario.application.url}/sign-in`);
    await second.locator('#username').waitFor();
    await type(second, 'alice@example.com', 'alice-demo');
    await expectClaims(second, 'Alice Archer');
    await type(first, 'alice@example.com', 'alice-demo');
    await first.waitForLoadState();
    const text = await textOf(first);
    assert.match(text, /Welcome, Alice|already|no longer|over/i);
    await first.goto(scenario.application.url);
    await expectClaims(first, 'Alice Archer');
  });

  it('speaks the language of the browser, and another one when asked, in the middle of a sign-in', async () => {
    const page = await openPage({ locale: 'de-AT' });
    await toLogin(page);
    assert.equal(await page.locator('html').getAttribute('lang'), 'de');
    await type(page, 'nobody@example.com', 'falsch');
    await page.getByRole('alert').waitFor();
    assert.equal(await page.locator('html').getAttribute('lang'), 'de');
    await page.getByRole('link', { name: 'English' }).click();
    await page.locator('html[lang=en]').waitFor();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    await page.getByRole('link', { name: 'Deutsch' }).click();
    await page.locator('html[lang=de]').waitFor();
    await type(page, 'alice@example.com', 'alice-demo');
    await expectClaims(page, 'Alice Archer');
  });

  it('tells the application when somebody cancels', async () => {
    const page = await openPage();
    await toLogin(page);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('heading', { name: 'The sign-in did not work' }).waitFor();
    assert.match(page.url(), /error=access_denied/);
  });

  it('explains itself to a browser that keeps no cookies', async () => {
    const page = await openPage();
    await toLogin(page);
    await page.context().clearCookies();
    await type(page, 'alice@example.com', 'alice-demo');
    await page.getByRole('heading').first().waitFor();
    assert.match(await textOf(page), /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}/);
    assert.equal(new URL(page.url()).origin, scenario.url);
  });
});
