import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { afterEach, describe, it } from 'node:test';
import { createBrowser } from '../facade/oidc/support/browser.ts';
import { missingPostgres, startPostgres } from '../support/postgres.ts';
import { makeFolder } from '../support/sidecar-process.ts';
import { startBalancer } from './support/balancer.ts';
import { startOidcScenario } from './support/oidc-scenario.ts';

const redirectUri = 'https://wiki.test/callback';
const client = { id: 'wiki', name: 'Wiki', redirectUris: [redirectUri], secret: 'wiki-secret', firstParty: true };
const authorization = `Basic ${Buffer.from('wiki:wiki-secret').toString('base64')}`;
const verifier = randomBytes(32).toString('base64url');
const challenge = createHash('sha256').update(verifier).digest('base64url');

describe('two replicas on one PostgreSQL, every request at the other one', { skip: missingPostgres() }, () => {
  const closers: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });

  it('serve one login between them, and its tokens, and end it for both', async () => {
    const postgres = await startPostgres();
    closers.push(() => postgres.stop());
    const database = await postgres.createDatabase();
    const keyFolder = await makeFolder();
    closers.push(keyFolder.remove);
    const balancer = await startBalancer();
    closers.push(balancer.close);
    const scenario = await startOidcScenario({
      replicas: 2,
      clients: [client],
      env: {
        SIDECAR_DATABASE_URL: database.url,
        SIDECAR_SECURITY_SECRET_FILE: `${keyFolder.path}/sidecar.secret`,
        SIDECAR_HTTP_PUBLIC_URL: balancer.url,
      },
    });
    closers.push(scenario.close);
    balancer.use(scenario.apps.map(({ http }) => http.port));
    const issuer = `${balancer.url}/oidc`;
    assert.equal(scenario.issuer, issuer);

    const begin = new URL(`${issuer}/auth`);
    const query = {
      client_id: 'wiki',
      response_type: 'code',
      redirect_uri: redirectUri,
      state: 's',
      scope: 'openid email groups offline_access',
    };
    for (const [name, value] of Object.entries({
      ...query,
      code_challenge: challenge,
      code_challenge_method: 'S256',
    })) {
      begin.searchParams.set(name, value);
    }
    const browser = createBrowser();
    const login = await browser.open(begin);
    const end = await browser.submit(login, { username: 'alice@example.com', password: 'alice-demo' });
    const code = end.next?.searchParams.get('code');
    assert.ok(code, `${end.url.href} ${end.html}`);
    const token = async (fields: Record<string, string>) => {
      const body = new URLSearchParams({ client_id: 'wiki', ...fields });
      const response = await fetch(`${issuer}/token`, { method: 'POST', body, headers: { authorization } });
      return { status: response.status, body: await response.json() };
    };
    const exchange = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier };
    const first = await token(exchange);
    assert.equal(first.status, 200, JSON.stringify(first.body));
    const info = await fetch(`${issuer}/me`, { headers: { authorization: `Bearer ${first.body.access_token}` } });
    assert.equal((await info.json()).email, 'alice@example.com');
    const renewed = await token({ grant_type: 'refresh_token', refresh_token: first.body.refresh_token });
    assert.equal(renewed.status, 200, JSON.stringify(renewed.body));
    assert.equal((await token(exchange)).body.error, 'invalid_grant', 'a code is used up for both');
    const sets = await Promise.all(
      scenario.apps.map(async ({ http }) => (await fetch(`http://127.0.0.1:${http.port}/oidc/jwks`)).text()),
    );
    assert.equal(sets[0], sets[1], 'they sign with the same keys');
    assert.deepEqual([...new Set(balancer.taken())].sort(), [0, 1]);

    scenario.simulator.company.patchAccount('alice@example.com', { state: 'disabled' });
    await scenario.app.directory.schedule.trigger();
    const after = await token({ grant_type: 'refresh_token', refresh_token: renewed.body.refresh_token });
    assert.equal(after.body.error, 'invalid_grant');
  });
});
