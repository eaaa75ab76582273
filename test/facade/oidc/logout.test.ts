import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { OidcWorld } from './support/oidc-world.ts';
import { alice, startOidcWorld } from './support/oidc-world.ts';
import { decode, exchange, openLogin, signIn } from './support/sign-in.ts';

const clients = [
  {
    id: 'wiki',
    name: 'Wiki',
    postLogoutRedirectUris: ['https://wiki.test/bye'],
    backchannelLogoutUri: 'https://wiki.test/out',
  },
];

function logoutUrl(world: OidcWorld, parameters: Record<string, string>): string {
  return `${world.issuer}/session/end?${new URLSearchParams(parameters)}`;
}

describe('signing out', () => {
  it('asks, ends the session and leads back to the client', async () => {
    await using world = await startOidcWorld({ clients });
    const { browser, back } = await signIn(world);
    const tokens = await exchange(world, back);
    const parameters = {
      id_token_hint: tokens.id_token,
      post_logout_redirect_uri: 'https://wiki.test/bye',
      state: 's 1',
    };
    const page = await browser.open(logoutUrl(world, parameters));
    assert.match(page.html, /<h1>Sign out\?<\/h1>.*Wiki asks to sign you out/s);
    assert.match(
      page.headers.get('content-security-policy') ?? '',
      /form-action 'self' https:\/\/wiki\.test;|form-action 'self' https:\/\/wiki\.test$/,
    );
    const end = await browser.submit(page, { logout: 'yes' });
    assert.equal(end.next?.href, 'https://wiki.test/bye?state=s+1');
    assert.deepEqual(
      world.logouts.map(({ clientId, accountId }) => [clientId, accountId]),
      [['wiki', alice.id]],
    );
    assert.equal(world.logouts[0]?.sid, decode(tokens.id_token).sid);
    assert.ok(world.logouts[0]?.sid);
    await openLogin(world, {}, browser);
    const info = await fetch(`${world.issuer}/me`, { headers: { authorization: `Bearer ${tokens.access_token}` } });
    assert.equal(info.status, 401);
  });

  it('can be declined', async () => {
    await using world = await startOidcWorld({ clients });
    const { browser } = await signIn(world);
    const page = await browser.open(logoutUrl(world, {}));
    assert.match(page.html, /You will be signed out of all applications/);
    await browser.submit(page, {});
    assert.ok((await browser.open(world.authorizationUrl())).next?.searchParams.get('code'));
    assert.deepEqual(world.logouts, []);
  });

  it('says so where there is nowhere to go', async () => {
    await using world = await startOidcWorld({ clients });
    const { browser } = await signIn(world);
    const page = await browser.open(logoutUrl(world, {}));
    assert.match((await browser.submit(page, { logout: 'yes' })).html, /<h1>Signed out<\/h1>/);
  });

  it('leads to registered addresses only', async () => {
    await using world = await startOidcWorld({ clients });
    const { browser, back } = await signIn(world);
    const { id_token } = await exchange(world, back);
    const post_logout_redirect_uri = 'https://evil.test/bye';
    const refused = await browser.open(logoutUrl(world, { id_token_hint: id_token, post_logout_redirect_uri }));
    assert.equal(refused.status, 400);
    const unnamed = await browser.open(logoutUrl(world, { post_logout_redirect_uri }));
    const end = await browser.submit(unnamed, { logout: 'yes' });
    assert.match(end.html, /Signed out/);
  });

  it('needs the form of this session', async () => {
    await using world = await startOidcWorld({ clients });
    const { browser } = await signIn(world);
    const page = await browser.open(logoutUrl(world, {}));
    const end = await browser.submit(page, { logout: 'yes', xsrf: 'wrong' });
    assert.equal(end.status, 400);
    assert.ok((await browser.open(world.authorizationUrl())).next?.searchParams.get('code'));
  });

  it('and signing in take a form as well as a visit', async () => {
    await using world = await startOidcWorld({ clients });
    const { browser } = await signIn(world);
    const request = world.authorizationUrl();
    const body = new URLSearchParams(request.searchParams);
    const sent = await browser.visit(`${request.origin}/oidc/auth`, { method: 'POST', body });
    assert.equal(sent.status, 303);
    assert.ok((await browser.open(sent.next ?? '')).next?.searchParams.get('code'));
    const end = await browser.visit(`${world.issuer}/session/end`, {
      method: 'POST',
      body: new URLSearchParams({ state: 'x' }),
    });
    assert.match((await browser.open(end.next ?? '')).html, /<h1>Sign out\?/);
    const large = new URLSearchParams({ ...Object.fromEntries(body), state: 'x'.repeat(9_000) });
    const refused = await browser.visit(`${request.origin}/oidc/auth`, { method: 'POST', body: large });
    assert.equal(refused.status, 413);
  });

  it('is told to clients by a token that they can check', async () => {
    await using world = await startOidcWorld({ clients });
    const made = await world.provider.makeLogoutToken({ clientId: 'wiki', accountId: alice.id, sid: 'sid-1' });
    assert.equal(made?.uri, 'https://wiki.test/out');
    const claims = decode(made?.token ?? '');
    assert.equal(claims.sub, alice.id);
    assert.equal(claims.sid, 'sid-1');
    assert.equal(claims.aud, 'wiki');
    assert.equal(claims.iss, world.issuer);
    assert.ok(claims.jti && Number(claims.exp) > Number(claims.iat));
    assert.equal(claims.nonce, undefined);
    assert.deepEqual(claims.events, { 'http://schemas.openid.net/event/backchannel-logout': {} });
    assert.equal(await world.provider.makeLogoutToken({ clientId: 'gone', accountId: alice.id, sid: 's' }), undefined);
  });
});
