import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as oauth from 'oauth4webapi';
import * as client from 'openid-client';
import { createBrowser } from './support/browser.ts';
import { alice, clientSecret, type OidcWorld, redirectUri, startOidcWorld } from './support/oidc-world.ts';
import { codeFields, decode, exchange, openLogin, signIn, userinfo } from './support/sign-in.ts';

const header = (token: string) => JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as object;

describe('the authorization code flow', () => {
  it('signs a user in and tells the client who it is', async () => {
    await using world = await startOidcWorld();
    const { back } = await signIn(world);
    assert.equal(back.origin + back.pathname, redirectUri);
    assert.equal(back.searchParams.get('state'), 'state-1');
    assert.equal(back.searchParams.get('iss'), world.issuer);
    const tokens = await exchange(world, back);
    assert.equal(tokens.refresh_token, undefined, 'nobody asked for one');
    const claims = decode(tokens.id_token);
    assert.equal(claims.iss, world.issuer);
    assert.equal(claims.aud, 'wiki');
    assert.equal(claims.nonce, 'nonce-1');
    assert.equal(claims.acr, 'password');
    assert.deepEqual(claims.amr, ['pwd']);
    assert.ok(Math.abs(Number(claims.auth_time) - Date.now() / 1000) < 30);
    const told = {
      sub: alice.id,
      preferred_username: 'alice@example.com',
      name: 'Alice Example',
      given_name: 'alice',
      family_name: 'Example',
      email: 'alice@example.com',
      email_verified: true,
      updated_at: Date.parse('2026-01-01T00:00:00Z') / 1000,
      groups: ['auditors@example.com'],
      roles: ['auditor'],
      privileges: ['LogOn', 'ReadOwnArchive'],
      archives: [],
    };
    const { iss, aud, nonce, acr, amr, auth_time, exp, iat, at_hash, ...others } = claims;
    assert.deepEqual(others, told);
    assert.deepEqual(await userinfo(world, tokens.access_token), told);
    assert.deepEqual(
      world.log.filter(({ level }) => level === 'error' || level === 'warn'),
      [],
    );
  });

  it('tells no more than the scopes ask for', async () => {
    await using world = await startOidcWorld();
    const { back } = await signIn(world, { scope: 'openid email' });
    const info = await userinfo(world, (await exchange(world, back)).access_token);
    assert.deepEqual(Object.keys(info).sort(), ['email', 'email_verified', 'sub']);
  });

  it('tells single claims that are asked for by name', async () => {
    await using world = await startOidcWorld();
    const { back } = await signIn(world, { scope: 'openid', claims: '{"userinfo":{"roles":null}}' });
    const info = await userinfo(world, (await exchange(world, back)).access_token);
    assert.deepEqual(info, { sub: alice.id, roles: ['auditor'] });
  });

  for (const idTokenAlgorithm of ['ES256', 'RS256', 'EdDSA'] as const) {
    it(`satisfies openid-client with ${idTokenAlgorithm}`, async () => {
      await using world = await startOidcWorld({ clients: [{ id: 'wiki', idTokenAlgorithm }] });
      const config = await client.discovery(
        new URL(world.issuer),
        'wiki',
        { client_secret: clientSecret, id_token_signed_response_alg: idTokenAlgorithm },
        undefined,
        { execute: [client.allowInsecureRequests] },
      );
      client.enableNonRepudiationChecks(config);
      const pkceCodeVerifier = client.randomPKCECodeVerifier();
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope: 'openid profile offline_access',
        code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
        code_challenge_method: 'S256',
        state: 'the-state',
        max_age: '60',
      });
      const browser = createBrowser();
      const page = await browser.open(url);
      const { next } = await browser.submit(page, { username: alice.name, password: alice.password });
      assert.ok(next);
      const checks = { pkceCodeVerifier, expectedState: 'the-state', maxAge: 60 };
      const tokens = await client.authorizationCodeGrant(config, next, checks);
      assert.deepEqual(header(tokens.id_token ?? ''), {
        alg: idTokenAlgorithm,
        kid: world.keys.signing.find(({ use }) => use === idTokenAlgorithm)?.id,
      });
      const info = await client.fetchUserInfo(config, tokens.access_token, alice.id);
      assert.equal(info.name, 'Alice Example');
      const renewed = await client.refreshTokenGrant(config, tokens.refresh_token ?? '');
      assert.notEqual(renewed.refresh_token, tokens.refresh_token);
      const state = await client.tokenIntrospection(config, renewed.access_token);
      assert.equal(state.active && state.sub, alice.id);
      await client.tokenRevocation(config, renewed.refresh_token ?? '');
      assert.equal((await client.tokenIntrospection(config, renewed.access_token)).active, false);
    });
  }

  it('satisfies oauth4webapi as a public client', async () => {
    await using world = await startOidcWorld({ clients: [{ id: 'app', isPublic: true, isFirstParty: true }] });
    const issuer = new URL(world.issuer);
    const insecure = { [oauth.allowInsecureRequests]: true };
    const server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure));
    const app = { client_id: 'app' };
    const { back } = await signIn(world, { client_id: 'app', scope: 'openid email offline_access' });
    const parameters = oauth.validateAuthResponse(server, app, back, 'state-1');
    const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
    const response = await oauth.authorizationCodeGrantRequest(
      ...[server, app, oauth.None(), parameters, redirectUri, verifier, insecure],
    );
    const tokens = await oauth.processAuthorizationCodeResponse(server, app, response, {
      expectedNonce: 'nonce-1',
      requireIdToken: true,
    });
    assert.equal(oauth.getValidatedIdTokenClaims(tokens)?.sub, alice.id);
    await oauth.validateApplicationLevelSignature(server, response, insecure);
  });

  it('gives a client a token of its own, which tells nothing of anybody', async () => {
    await using world = await startOidcWorld({ clients: [{ id: 'wiki', clientCredentials: true }] });
    const response = await world.post('/token', { grant_type: 'client_credentials' });
    assert.equal(response.status, 200);
    const { access_token: token } = (await response.json()) as { access_token: string };
    const info = await fetch(`${world.issuer}/me`, { headers: { authorization: `Bearer ${token}` } });
    assert.equal(info.status, 401);
  });

  for (const [name, fields] of [
    ['password', { grant_type: 'password', username: alice.name, password: alice.password }],
    ['client credentials for a client that may not', { grant_type: 'client_credentials' }],
  ] as const) {
    it(`offers no grant by ${name}`, async () => {
      await using world = await startOidcWorld();
      const response = await world.post('/token', fields);
      assert.equal(response.status, 400);
      assert.match(((await response.json()) as { error: string }).error, /^(unsupported_grant_type|invalid_request)$/);
      assert.deepEqual(world.asked, []);
    });
  }

  for (const type of ['token', 'id_token', 'code id_token', 'none']) {
    it(`offers no response type ${type}`, async () => {
      await using world = await startOidcWorld();
      const page = await createBrowser().open(world.authorizationUrl({ response_type: type }));
      const sent = page.next?.searchParams.get('error') ?? new URLSearchParams(page.next?.hash.slice(1)).get('error');
      assert.equal(sent, 'unsupported_response_type');
    });
  }
});

describe('a session', () => {
  it('signs in without asking again, also at another client', async () => {
    await using world = await startOidcWorld({ clients: [{ id: 'wiki' }, { id: 'blog' }] });
    const { browser } = await signIn(world);
    const page = await browser.open(world.authorizationUrl({ client_id: 'blog' }));
    assert.ok(page.next?.searchParams.get('code'));
    assert.deepEqual(world.asked, [alice.name]);
  });

  const asksAgain = { login: { prompt: 'login' }, 'max_age=0': { max_age: '0' } };
  for (const [name, changes] of Object.entries(asksAgain)) {
    it(`asks again with ${name}`, async () => {
      await using world = await startOidcWorld();
      const { browser } = await signIn(world);
      await openLogin(world, changes, browser);
    });
  }

  it('answers prompt=none with login_required where nobody is signed in', async () => {
    await using world = await startOidcWorld();
    const page = await createBrowser().open(world.authorizationUrl({ prompt: 'none' }));
    assert.equal(page.next?.searchParams.get('error'), 'login_required');
    assert.equal(page.next?.searchParams.get('state'), 'state-1');
  });

  it('answers prompt=none with a code where somebody is', async () => {
    await using world = await startOidcWorld();
    const { browser } = await signIn(world);
    const page = await browser.open(world.authorizationUrl({ prompt: 'none' }));
    assert.ok(page.next?.searchParams.get('code'));
  });

  it('gets a new identifier when somebody signs in', async () => {
    await using world = await startOidcWorld();
    const { browser, page } = await openLogin(world);
    const idOf = () => browser.cookies.find(({ name }) => name === 'icewarp_session')?.value;
    const planted = idOf();
    const end = await browser.submit(page, { username: alice.name, password: alice.password });
    assert.ok(end.next?.searchParams.get('code'));
    const first = idOf();
    assert.ok(first !== undefined && first !== planted);
    const again = await openLogin(world, { prompt: 'login' }, browser);
    await browser.submit(again.page, { username: alice.name, password: alice.password });
    assert.notEqual(idOf(), first);
    assert.equal(await world.store.find('Session', first), undefined, 'the old one is worth nothing');
  });

  it('is kept in a cookie that scripts and other sites do not get', async () => {
    await using world = await startOidcWorld();
    const { browser } = await signIn(world);
    const cookie = browser.cookies.find(({ name }) => name === 'icewarp_session');
    assert.match(cookie?.attributes ?? '', /^path=\/oidc; samesite=lax; httponly; expires=/i);
    assert.doesNotMatch(cookie?.attributes ?? '', /secure/i, 'loopback http');
    assert.ok(browser.cookies.some(({ name }) => name === 'icewarp_session.sig'));
  });

  it('is kept in a Secure cookie behind https, whatever a request says of its host', async () => {
    await using world = await startOidcWorld({ publicUrl: 'https://sso.test' });
    const browser = createBrowser();
    browser.headers = { 'x-forwarded-host': 'evil.test', 'x-forwarded-proto': 'http' };
    const start = await browser.visit(world.authorizationUrl());
    assert.equal(start.status, 303);
    for (const { attributes } of browser.cookies) assert.match(attributes, /secure/i);
    const base = `http://127.0.0.1:${world.http.port}/oidc`;
    const discovery = await fetch(`${base}/.well-known/openid-configuration`, { headers: browser.headers });
    const text = await discovery.text();
    assert.doesNotMatch(text, /evil|127\.0\.0\.1/);
    assert.match(text, /"token_endpoint":"https:\/\/sso\.test\/oidc\/token"/);
  });
});

describe('refresh tokens', () => {
  const refresh = (world: OidcWorld, token: string | undefined) =>
    world.post('/token', { grant_type: 'refresh_token', refresh_token: token ?? '' });
  const offline = { scope: 'openid offline_access' };

  it('are changed at each use, and a used one takes everything with it', async () => {
    await using world = await startOidcWorld();
    const { back } = await signIn(world, offline);
    const first = await exchange(world, back);
    assert.ok(first.refresh_token);
    const second = (await (await refresh(world, first.refresh_token)).json()) as typeof first;
    assert.ok(second.refresh_token && second.refresh_token !== first.refresh_token);
    const replayed = await refresh(world, first.refresh_token);
    assert.equal(replayed.status, 400);
    assert.equal(((await replayed.json()) as { error: string }).error, 'invalid_grant');
    assert.equal((await refresh(world, second.refresh_token)).status, 400, 'the thief may have the newer one');
    const info = await fetch(`${world.issuer}/me`, { headers: { authorization: `Bearer ${second.access_token}` } });
    assert.equal(info.status, 401);
  });

  it('do not live longer by being renewed', async () => {
    await using world = await startOidcWorld();
    const { back } = await signIn(world, offline);
    const first = await exchange(world, back);
    const read = async (token = '') => {
      const entry = await world.store.find('RefreshToken', token);
      return JSON.parse(entry?.payload ?? '{}') as { exp: number; grantId: string };
    };
    const kept = await read(first.refresh_token);
    // As if it were a day old.
    const exp = kept.exp - 86_400;
    const payload = JSON.stringify({ ...kept, exp });
    await world.store.put('RefreshToken', first.refresh_token ?? '', payload, new Date(exp * 1000), kept);
    const second = (await (await refresh(world, first.refresh_token)).json()) as typeof first;
    assert.ok(Math.abs((await read(second.refresh_token)).exp - exp) <= 2);
  });

  it('are not given to a client of somebody else that did not ask for consent', async () => {
    await using world = await startOidcWorld({ clients: [{ id: 'wiki', isFirstParty: false }] });
    const { browser, page } = await openLogin(world, offline);
    const consent = await browser.submit(page, { username: alice.name, password: alice.password });
    const end = await browser.submit(consent, { allow: 'yes' });
    assert.ok(end.next);
    assert.equal((await exchange(world, end.next)).refresh_token, undefined);
  });
});

describe('a code', () => {
  it('works once; a second use takes away what the first one gave', async () => {
    await using world = await startOidcWorld();
    const { back } = await signIn(world);
    const tokens = await exchange(world, back);
    const replayed = await world.post('/token', codeFields(back));
    assert.equal(((await replayed.json()) as { error: string }).error, 'invalid_grant');
    const info = await fetch(`${world.issuer}/me`, { headers: { authorization: `Bearer ${tokens.access_token}` } });
    assert.equal(info.status, 401);
  });

  const wrong: Record<string, Record<string, string>> = {
    'another verifier': { code_verifier: 'a'.repeat(43) },
    'no verifier': { code_verifier: '' },
    'another redirect_uri': { redirect_uri: 'https://wiki.test/other' },
    'another code': { code: 'nothing' },
  };
  for (const [name, changes] of Object.entries(wrong)) {
    it(`is not taken with ${name}`, async () => {
      await using world = await startOidcWorld();
      const { back } = await signIn(world);
      const response = await world.post('/token', { ...codeFields(back), ...changes });
      assert.equal(response.status, 400);
      assert.equal(((await response.json()) as { error: string }).error, 'invalid_grant');
    });
  }

  it('is not given to another client, nor for a wrong secret', async () => {
    await using world = await startOidcWorld({ clients: [{ id: 'wiki' }, { id: 'blog' }] });
    const { back } = await signIn(world);
    for (const [id, secret, status] of [
      ['blog', clientSecret, 400],
      ['wiki', 'wrong', 401],
      ['wiki', 'compared elsewhere', 401],
    ] as const) {
      assert.equal((await world.post('/token', codeFields(back), id, secret)).status, status, `${id} ${secret}`);
    }
    await exchange(world, back);
  });
});
