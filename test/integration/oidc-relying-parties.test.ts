import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { after, afterEach, before, describe, it } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { type OidcProduct, toProductClient, toProductSettings } from '../../sidecar/application/oidc-products.ts';
import { openContext, startChromium } from '../support/chromium.ts';
import { findFreePort } from '../support/free-port.ts';
import { missingPrograms } from '../support/programs.ts';
import { until } from '../support/until.ts';
import { missingApache, startApache } from './support/apache.ts';
import { missingOauth2Proxy, provideOauth2Proxy, startOauth2Proxy } from './support/oauth2-proxy.ts';
import {
  applicationClient,
  type ClientSettings,
  type OidcScenario,
  startOidcScenario,
} from './support/oidc-scenario.ts';

const secret = 'secret-of-the-product';

/** A client and the settings of a product, as `clients add --for` makes them. */
function setUp(product: OidcProduct, port: number, more: ClientSettings = {}) {
  const url = `http://127.0.0.1:${port}`;
  const client: ClientSettings = { id: product, ...toProductClient(product, url), secret, firstParty: true, ...more };
  const linesFor = (issuer: string) =>
    toProductSettings(product, { issuer, clientId: product, url }).map((line) => line.replace('<secret>', secret));
  return { url, client, linesFor };
}

describe('real relying parties', { skip: missingPrograms('chromium') }, () => {
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  const closers: (() => Promise<unknown>)[] = [];

  before(async () => {
    browser = await startChromium();
  });
  after(() => browser?.close());
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });

  async function openPage(): Promise<void> {
    context = await openContext(browser);
    page = await context.newPage();
    closers.push(() => context.close());
  }
  async function type(name: string, password: string): Promise<void> {
    await page.locator('#username').fill(name);
    await page.locator('#password').fill(password);
    await page.locator('main button[type=submit]').first().click();
  }
  async function start(client: ClientSettings): Promise<OidcScenario> {
    const scenario = await startOidcScenario({ clients: [applicationClient, client] });
    closers.push(scenario.close);
    return scenario;
  }

  describe('Apache with mod_auth_openidc, with the settings we print', { skip: missingApache() }, () => {
    let port: number;
    let scenario: OidcScenario;
    let url: string;
    let seen: Record<string, string>;

    async function startBoth(): Promise<void> {
      port = await findFreePort();
      const backchannelLogoutUri = `http://127.0.0.1:${port}/oidc/callback?logout=backchannel`;
      const product = setUp('apache', port, { backchannelLogoutUri });
      url = product.url;
      scenario = await start(product.client);
      const apache = await startApache(port, product.linesFor(scenario.issuer));
      closers.push(apache.stop);
      await openPage();
      page.on('response', async (response) => {
        if (new URL(response.url()).origin === url) seen = response.headers();
      });
    }
    const inside = () => page.getByRole('heading', { name: 'Inside' });

    it('lets users in with name and groups, by its own rules, and out again', async () => {
      await startBoth();
      await page.goto(`${url}/`);
      await type('alice@example.com', 'alice-demo');
      await inside().waitFor();
      assert.equal(seen['x-seen-user'], 'alice@example.com');
      assert.match(seen['x-seen-groups'] ?? '', /auditors@example\.com/);
      await page.goto(`${url}/audit/`);
      await page.getByRole('heading', { name: 'For auditors' }).waitFor();

      await page.goto(`${url}/oidc/callback?logout=${encodeURIComponent(`${url}/`)}`);
      await page.locator('button[name=logout]').click();
      await page.locator('#username').waitFor();
      await type('bob@example.com', 'bob-demo');
      await inside().waitFor();
      const refused = await page.goto(`${url}/audit/`);
      assert.ok([401, 403].includes(refused?.status() ?? 0), `${refused?.status()}`);
    });

    it('throws a user out whom IceWarp has disabled, after the next synchronisation', async () => {
      await startBoth();
      await page.goto(`${url}/`);
      await type('alice@example.com', 'alice-demo');
      await inside().waitFor();

      scenario.simulator.company.patchAccount('alice@example.com', { state: 'disabled' });
      await scenario.app.directory.schedule.trigger();
      const audited = async () => (await readFile(scenario.auditFile, 'utf8').catch(() => '')).split('\n');
      await until(async () => (await audited()).some((line) => line.includes('"kind":"logout"')));
      const entries = (await audited()).filter((line) => line !== '').map((line) => JSON.parse(line));
      assert.partialDeepStrictEqual(
        entries
          .filter(({ kind }) => kind === 'session_end' || kind === 'logout')
          .map(({ kind, ...rest }) => [kind, rest.outcome ?? rest.reason]),
        [
          ['session_end', 'disabled'],
          ['logout', 'delivered'],
        ],
      );
      await page.goto(`${url}/`);
      await page.locator('#username').waitFor();
      await type('alice@example.com', 'alice-demo');
      await page.getByRole('alert').waitFor();
    });
  });

  describe('oauth2-proxy, with the settings we print', { skip: missingOauth2Proxy() }, () => {
    before(
      async () => {
        await provideOauth2Proxy();
      },
      { timeout: 900_000 },
    );

    it('lets users in with address and groups', async () => {
      const port = await findFreePort();
      const { url, client, linesFor } = setUp('oauth2-proxy', port);
      const scenario = await start(client);
      const proxy = await startOauth2Proxy(port, [
        ...linesFor(scenario.issuer),
        `cookie_secret = "${randomBytes(16).toString('hex')}"`,
        'cookie_secure = false',
        'skip_provider_button = true',
        'upstreams = ["static://200"]',
      ]);
      closers.push(proxy.stop);
      await openPage();
      await page.goto(`${url}/`);
      await type('alice@example.com', 'alice-demo');
      await page.waitForURL(`${url}/`);
      const info = await context.request.get(`${url}/oauth2/userinfo`);
      const { email, groups, preferredUsername } = await info.json();
      assert.equal(email, 'alice@example.com', proxy.output());
      assert.equal(preferredUsername, 'alice@example.com');
      assert.ok(groups.includes('auditors@example.com'), JSON.stringify(groups));
      const outside = await (await openContext(browser)).request.get(`${url}/oauth2/userinfo`);
      assert.equal(outside.status(), 401);
    });
  });
});
