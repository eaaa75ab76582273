import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { alice, startOidcWorld } from './support/oidc-world.ts';
import { exchange, openLogin, userinfo } from './support/sign-in.ts';

const typed = { username: alice.name, password: alice.password };
const foreign = [{ id: 'wiki', name: 'Wiki & Co', isFirstParty: false }];

describe('consent', () => {
  it('is asked for by a client of somebody else, which says what it wants', async () => {
    await using world = await startOidcWorld({ clients: foreign });
    const { browser, page } = await openLogin(world, { scope: 'openid email groups' });
    const consent = await browser.submit(page, typed);
    assert.match(consent.html, /<h1>Allow Wiki &amp; Co\?<\/h1>/);
    assert.match(consent.html, /<li>your e-mail address<\/li><li>the groups you are in<\/li>/);
    const end = await browser.submit(consent, { allow: 'yes' });
    assert.ok(end.next);
    const info = await userinfo(world, (await exchange(world, end.next)).access_token);
    assert.equal(info.email, 'alice@example.com');
    assert.equal(info.name, undefined);
  });

  it('is not asked for twice in a session, unless more is wanted', async () => {
    await using world = await startOidcWorld({ clients: foreign });
    const { browser, page } = await openLogin(world, { scope: 'openid email' });
    await browser.submit(await browser.submit(page, typed), { allow: 'yes' });
    const again = await browser.open(world.authorizationUrl({ scope: 'openid email' }));
    assert.ok(again.next?.searchParams.get('code'));
    const more = await browser.open(world.authorizationUrl({ scope: 'openid email profile' }));
    assert.match(more.html, /<h1>Allow/);
  });

  it('that is denied is told to the client', async () => {
    await using world = await startOidcWorld({ clients: foreign });
    const { browser, page } = await openLogin(world);
    const end = await browser.submit(await browser.submit(page, typed), { cancel: 'yes' });
    assert.equal(end.next?.searchParams.get('error'), 'access_denied');
  });

  it('cannot be given by a form that was not made here', async () => {
    await using world = await startOidcWorld({ clients: foreign });
    const { browser, page } = await openLogin(world);
    const consent = await browser.submit(page, typed);
    const end = await browser.submit(consent, { allow: 'yes', token: 'A'.repeat(43) });
    assert.equal(end.status, 403);
    assert.equal(end.next, undefined);
  });

  it('with prompt=consent gives a client of somebody else a refresh token', async () => {
    await using world = await startOidcWorld({ clients: foreign });
    const { browser, page } = await openLogin(world, { scope: 'openid offline_access', prompt: 'consent' });
    const consent = await browser.submit(page, typed);
    assert.match(consent.html, /access while you are away/);
    const end = await browser.submit(consent, { allow: 'yes' });
    assert.ok(end.next && (await exchange(world, end.next)).refresh_token);
  });

  it('is asked for by an app without a secret each time, since another one may pose as it', async () => {
    const redirectUris = ['http://127.0.0.1/callback'];
    await using world = await startOidcWorld({ clients: [{ id: 'app', isPublic: true, redirectUris }] });
    const app = { client_id: 'app', redirect_uri: 'http://127.0.0.1:5123/callback' };
    const { browser, page } = await openLogin(world, app);
    const end = await browser.submit(await browser.submit(page, typed), { allow: 'yes' });
    assert.equal(end.next?.host, '127.0.0.1:5123', 'any port of the loopback');
    assert.match((await browser.open(world.authorizationUrl(app))).html, /<h1>Allow/);
  });
});
