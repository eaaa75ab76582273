import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Browser } from 'playwright-core';
import { createCertificate } from '../../sidecar/simulator/certificate.ts';
import { openContext, startChromium } from '../support/chromium.ts';
import { findFreePort } from '../support/free-port.ts';
import { missingPrograms } from '../support/programs.ts';
import { makeFolder } from '../support/sidecar-process.ts';
import { type OidcScenario, startOidcScenario } from './support/oidc-scenario.ts';

describe('HTTPS without a reverse proxy, with Chromium', { skip: missingPrograms('chromium') }, () => {
  let browser: Browser;
  let scenario: OidcScenario;
  let folder: Awaited<ReturnType<typeof makeFolder>>;

  before(async () => {
    folder = await makeFolder();
    const { certificatePem, keyPem } = createCertificate(new Date());
    const files = { cert: join(folder.path, 'cert.pem'), key: join(folder.path, 'key.pem') };
    await writeFile(files.cert, certificatePem);
    await writeFile(files.key, keyPem, { mode: 0o600 });
    const port = await findFreePort();
    scenario = await startOidcScenario({
      env: {
        SIDECAR_HTTP_PORT: String(port),
        SIDECAR_HTTP_PUBLIC_URL: `https://127.0.0.1:${port}`,
        SIDECAR_HTTP_TLS_CERT_FILE: files.cert,
        SIDECAR_HTTP_TLS_KEY_FILE: files.key,
      },
    });
    browser = await startChromium();
  });
  after(async () => {
    await browser?.close();
    await scenario?.close();
    await folder?.remove();
  });

  it('signs in with cookies that never leave it, and tells browsers to come back by https', async () => {
    const context = await openContext(browser, { ignoreHTTPSErrors: true });
    const page = await context.newPage();
    const query = new URLSearchParams({
      ...{ client_id: 'application', response_type: 'code', scope: 'openid', state: 's' },
      redirect_uri: 'http://127.0.0.1/callback',
    });
    const answer = await page.goto(`${scenario.issuer}/auth?${query}`);
    assert.match(scenario.issuer, /^https:/);
    assert.match((await answer?.allHeaders())?.['strict-transport-security'] ?? '', /max-age=\d{7}/);
    await page.locator('#username').fill('alice@example.com');
    await page.locator('#password').fill('alice-demo');
    const back = page.waitForRequest((request) => request.url().startsWith('http://127.0.0.1/callback?code='));
    await page.locator('main button[type=submit]').first().click();
    await back;
    const cookies = (await context.cookies(scenario.issuer)).filter(({ name }) => name.startsWith('icewarp'));
    assert.ok(
      cookies.some(({ name }) => name === 'icewarp_session'),
      JSON.stringify(cookies),
    );
    for (const { name, secure, httpOnly, sameSite } of cookies) {
      assert.deepEqual({ secure, httpOnly, sameSite }, { secure: true, httpOnly: true, sameSite: 'Lax' }, name);
    }
    await context.close();
  });
});
