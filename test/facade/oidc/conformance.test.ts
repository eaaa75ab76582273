import assert from 'node:assert/strict';
import { createPrivateKey, generateKeyPairSync, type JsonWebKey, type KeyObject, sign } from 'node:crypto';
import { describe, it } from 'node:test';
import { alice, type OidcWorld, startOidcWorld } from './support/oidc-world.ts';
import { codeFields, decode, exchange, signIn } from './support/sign-in.ts';

/** Signs claims as an ID token with ES256 (RFC 7518 §3.4). */
function toIdToken(key: KeyObject, kid: string, claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: 'ES256', typ: 'JWT', kid })}.${part(claims)}`;
  return `${text}.${sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}

function ownKey(world: OidcWorld): { readonly key: KeyObject; readonly kid: string } {
  const own = world.keys.signing.find(({ use }) => use === 'ES256');
  assert.ok(own);
  const key = createPrivateKey({ key: JSON.parse(own.material.reveal()) as JsonWebKey, format: 'jwk' });
  return { key, kid: own.id };
}

describe('the provider', () => {
  it('publishes metadata that name what is offered, and nothing else', async () => {
    await using world = await startOidcWorld();
    const response = await fetch(`${world.issuer}/.well-known/openid-configuration`);
    assert.match(response.headers.get('content-type') ?? '', /^application\/json/);
    const metadata = (await response.json()) as Record<string, unknown>;
    assert.partialDeepStrictEqual(metadata, {
      issuer: world.issuer,
      response_types_supported: ['code'],
      grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
      subject_types_supported: ['public'],
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
      backchannel_logout_supported: true,
      backchannel_logout_session_supported: true,
      claims_parameter_supported: true,
      request_uri_parameter_supported: false,
    });
    // The one that every client may count on (Discovery 1.0 §3).
    assert.ok((metadata.id_token_signing_alg_values_supported as string[]).includes('RS256'));
    assert.ok((metadata.scopes_supported as string[]).includes('openid'));
    const addresses = Object.entries(metadata).filter(([name]) => /_(endpoint|uri)$/.test(name));
    for (const name of ['authorization', 'token', 'userinfo', 'end_session', 'introspection', 'revocation']) {
      assert.ok(
        addresses.some(([each]) => each === `${name}_endpoint`),
        name,
      );
    }
    for (const [name, address] of addresses) assert.ok(String(address).startsWith(`${world.issuer}/`), name);
    assert.equal(metadata.registration_endpoint, undefined);
  });

  it('takes an expired ID token as a hint for signing out, and none of somebody else', async () => {
    await using world = await startOidcWorld();
    const { browser } = await signIn(world);
    const { key, kid } = ownKey(world);
    const claims = { iss: world.issuer, sub: alice.id, aud: 'wiki', iat: 1_700_000_000, exp: 1_700_003_600 };
    const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    const end = (hint: string) => browser.open(`${world.issuer}/session/end?id_token_hint=${hint}`);
    assert.equal((await end(toIdToken(key, kid, claims))).status, 200);
    assert.equal((await end(toIdToken(stranger, kid, claims))).status, 400);
    assert.equal((await end(toIdToken(key, kid, { ...claims, iss: 'https://other.test' }))).status, 400);
    assert.equal((await end(toIdToken(key, kid, { ...claims, aud: 'nobody' }))).status, 400);
  });

  it('ends what was given without offline_access with the session', async () => {
    await using world = await startOidcWorld();
    const { browser, back } = await signIn(world, { scope: 'openid email' });
    const tokens = await exchange(world, back);
    const ask = async () =>
      (await fetch(`${world.issuer}/me`, { headers: { authorization: `Bearer ${tokens.access_token}` } })).status;
    assert.equal(await ask(), 200);
    const page = await browser.open(`${world.issuer}/session/end`);
    await browser.submit(page, { logout: 'yes' });
    assert.equal(await ask(), 401);
  });

  it('answers for nobody but the person that an id_token_hint names', async () => {
    await using world = await startOidcWorld();
    const { browser } = await signIn(world);
    const { key, kid } = ownKey(world);
    const now = Math.floor(Date.now() / 1000);
    const ask = async (sub: string) => {
      const hint = toIdToken(key, kid, { iss: world.issuer, sub, aud: 'wiki', iat: now, exp: now + 60 });
      const { next } = await browser.open(world.authorizationUrl({ prompt: 'none', id_token_hint: hint }));
      return next?.searchParams;
    };
    assert.ok((await ask(alice.id))?.get('code'));
    const other = await ask('00000000-0000-4000-9000-000000000002');
    assert.equal(other?.get('error'), 'login_required');
    assert.equal(other?.get('code'), null);
  });

  it('names the same person, issuer and client after a refresh', async () => {
    await using world = await startOidcWorld();
    const { back } = await signIn(world, { scope: 'openid offline_access' });
    const first = await exchange(world, back);
    const fields = { grant_type: 'refresh_token', refresh_token: first.refresh_token ?? '' };
    const second = (await (await world.post('/token', fields)).json()) as { readonly id_token: string };
    const told = (token: string) => {
      const { iss, sub, aud, auth_time } = decode(token);
      return { iss, sub, aud, auth_time };
    };
    assert.deepEqual(told(second.id_token), told(first.id_token));
    assert.equal(told(second.id_token).sub, alice.id);
  });

  it('keeps tokens from caches, and takes them in the header, by GET and by POST', async () => {
    await using world = await startOidcWorld();
    const { back } = await signIn(world);
    const response = await world.post('/token', codeFields(back));
    assert.match(response.headers.get('cache-control') ?? '', /no-store/);
    const { access_token: token } = (await response.json()) as { readonly access_token: string };
    for (const method of ['GET', 'POST']) {
      const info = await fetch(`${world.issuer}/me`, { method, headers: { authorization: `Bearer ${token}` } });
      assert.equal(info.status, 200, method);
      assert.equal(((await info.json()) as { readonly sub: string }).sub, alice.id);
    }
    const none = await fetch(`${world.issuer}/me`);
    assert.match(none.headers.get('www-authenticate') ?? '', /^Bearer/);
  });

  it('keeps addresses with codes from others and from caches', async () => {
    await using world = await startOidcWorld();
    const { browser } = await signIn(world);
    const answer = await browser.visit(world.authorizationUrl());
    assert.ok(answer.next?.searchParams.get('code'));
    assert.match(answer.headers.get('referrer-policy') ?? '', /^no-referrer$/);
    assert.match(answer.headers.get('cache-control') ?? '', /no-store/);
  });
});
