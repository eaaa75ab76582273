import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { openContext, startChromium } from '../../../support/chromium.ts';
import type { KeycloakServer } from '../../../support/keycloak-server.ts';
import { missingPrograms } from '../../../support/programs.ts';
import { askForTokens, probeClient, readClaims, readRoles, requireTokens } from '../support/password-login.ts';
import { addressOf, type RealmScenario, scenarioLimitMs, startRealmScenario } from '../support/realm-scenario.ts';

const callback = 'http://127.0.0.1:9/callback';
const pageMs = 30_000;

/** Keycloak's own login page in a browser. */
export function describeBrowsing(keycloak: () => KeycloakServer): void {
  describe("Keycloak's login page", { timeout: scenarioLimitMs, skip: missingPrograms('chromium') }, () => {
    let scenario: RealmScenario;
    let browser: Browser;
    let context: BrowserContext;
    before(async () => {
      scenario = await startRealmScenario(keycloak());
      browser = await startChromium();
    });
    after(async () => {
      await browser?.close();
      await scenario?.close();
    });
    afterEach(() => context?.close());

    const openLoginPage = async () => {
      context = await openContext(browser, { javaScriptEnabled: true });
      context.setDefaultTimeout(pageMs);
      context.setDefaultNavigationTimeout(pageMs);
      // Nothing listens at the client's address: the browser gets an empty page there.
      await context.route(`${callback}**`, (route) => route.fulfill({ body: 'back', contentType: 'text/plain' }));
      const page = await context.newPage();
      const query = { response_type: 'code', scope: 'openid', client_id: probeClient, redirect_uri: callback };
      await page.goto(`${scenario.realmUrl}/protocol/openid-connect/auth?${new URLSearchParams(query)}`);
      return page;
    };
    const logIn = async (page: Page, name: string, password: string) => {
      await page.locator('#username').fill(name);
      await page.locator('#password').fill(password);
      await page.locator('#kc-login').click();
    };

    it('lets a user in whom Keycloak has never seen, and the token carries mail and roles', async () => {
      const page = await openLoginPage();
      await logIn(page, addressOf('ada'), 'ada-demo');
      await page.waitForURL(`${callback}**`);
      const code = new URL(page.url()).searchParams.get('code') ?? '';
      const fields = { grant_type: 'authorization_code', code, redirect_uri: callback };
      const tokens = requireTokens(await askForTokens(scenario.realmUrl, fields));
      assert.deepEqual(readRoles(tokens), ['ExportEmail', 'LogOn', 'ReadArchive:*', 'ReadOwnArchive', 'auditor']);
      const { email, email_verified: isVerified, given_name: givenName } = readClaims(tokens.accessToken);
      assert.deepEqual([email, isVerified, givenName], [addressOf('ada'), true, 'Ada']);
    });

    it('keeps whoever types a wrong password on the page, and lets them in with the right one', async () => {
      const page = await openLoginPage();
      await logIn(page, addressOf('bea'), 'wrong');
      await page
        .getByText(/invalid username or password/i)
        .first()
        .waitFor();
      await logIn(page, addressOf('bea'), 'bea-demo');
      await page.waitForURL(`${callback}**`);
    });

    it('refuses a user without the privilege to log in', async () => {
      const page = await openLoginPage();
      await logIn(page, addressOf('dora'), 'dora-demo');
      await page
        .getByText(/invalid username or password/i)
        .first()
        .waitFor();
    });
  });
}
