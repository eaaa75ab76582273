import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { openContext, startChromium } from '../support/chromium.ts';
import { missingPrograms } from '../support/programs.ts';
import { policyOf } from './support/login-scenario.ts';
import { type OidcScenario, startOidcScenario } from './support/oidc-scenario.ts';

describe('signing in with Chromium while IceWarp is slow or away', { skip: missingPrograms('chromium') }, () => {
  let scenario: OidcScenario;
  let browser: Browser;
  let page: Page;
  let navigations: { readonly url: string; readonly status: number }[];

  before(async () => {
    browser = await startChromium();
  });
  after(() => browser?.close());
  beforeEach(async () => {
    scenario = await startOidcScenario({ tarpitMs: 5_000 });
    page = await (await openContext(browser)).newPage();
    navigations = [];
    page.on('response', (response) => {
      if (response.request().isNavigationRequest()) {
        navigations.push({ url: response.url(), status: response.status() });
      }
    });
    await page.goto(`${scenario.application.url}/sign-in`);
  });
  afterEach(async () => {
    await page.context().close();
    await scenario.close();
  });

  async function type(name: string, password: string): Promise<void> {
    await page.locator('#username').fill(name);
    await page.locator('#password').fill(password);
    await page.locator('main button[type=submit]').first().click();
  }
  const heading = (name: string) => page.getByRole('heading', { name });
  const refused = () => page.getByRole('alert').filter({ hasText: 'The name or the password is wrong' });

  it('keeps a person on a page that asks again by itself until IceWarp has said no', async () => {
    await type('alice@example.com', 'wrong');
    await refused().waitFor();
    // A failure is remembered now, so that nobody can tell from the wait alone.
    await type('alice@example.com', 'wrong as well');
    await heading('Still checking').waitFor();
    assert.match(page.url(), /\/login\//);
    await refused().waitFor();
    assert.equal(await page.locator('#username').inputValue(), 'alice@example.com');
    const looks = navigations.filter(({ url }) => url.includes('/check'));
    assert.ok(looks.length >= 1, 'it looked by itself');
  });

  it('lets the right password in that IceWarp holds back after a failure, without typing it again', async () => {
    scenario.simulator.company.patchServer(policyOf('delay', 2));
    await type('alice@example.com', 'wrong');
    await refused().waitFor();
    scenario.simulator.loginElsewhere('alice@example.com', 'wrong as well');
    await type('alice@example.com', 'alice-demo');
    await heading('Still checking').waitFor();
    await heading('Welcome, Alice Archer').waitFor();
  });

  it('says that the mail server is away, with 503, and goes on with the same request when it is back', async () => {
    await scenario.simulator.stop();
    await type('alice@example.com', 'alice-demo');
    await page.getByRole('alert').filter({ hasText: 'The mail server does not answer' }).waitFor();
    assert.equal(navigations.at(-1)?.status, 503);
    assert.equal(await page.locator('#username').inputValue(), 'alice@example.com');
    await scenario.restartIcewarp();
    await type('alice@example.com', 'alice-demo');
    await heading('Welcome, Alice Archer').waitFor();
  });

  it('tells nobody by an outage which names exist', async () => {
    await scenario.simulator.stop();
    const told = new Set<string>();
    for (const name of ['alice@example.com', 'nobody@example.com', 'carol@example.com']) {
      await type(name, 'whatever');
      const alert = page.getByRole('alert');
      await alert.waitFor();
      told.add(`${navigations.at(-1)?.status} ${await alert.textContent()}`);
    }
    assert.equal(told.size, 1, [...told].join(' | '));
    assert.match([...told].join(), /^503 /);
  });
});
