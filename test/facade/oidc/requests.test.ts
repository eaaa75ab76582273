import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createBrowser } from './support/browser.ts';
import { redirectUri, startOidcWorld } from './support/oidc-world.ts';
import { signIn } from './support/sign-in.ts';

const visible = (page: { readonly next: URL | undefined; readonly html: string }) =>
  page.next?.searchParams.get('error') ?? /<dt>Error<\/dt><dd>([^<]*)</.exec(page.html)?.[1];

describe('a wrong authorization request', () => {
  const toClient: Record<string, [changes: Record<string, string | undefined>, error: string]> = {
    'without response_type': [{ response_type: undefined }, 'invalid_request'],
    'with an unknown response_type': [{ response_type: 'cheese' }, 'unsupported_response_type'],
    'with an unknown response_mode': [{ response_mode: 'cheese' }, 'unsupported_response_mode'],
    'with an unknown prompt': [{ prompt: 'cheese' }, 'invalid_request'],
    'with prompt none and another': [{ prompt: 'none login' }, 'invalid_request'],
    'with a max_age that is no number': [{ max_age: 'soon' }, 'invalid_request'],
    'with a negative max_age': [{ max_age: '-1' }, 'invalid_request'],
    'with claims that are no JSON': [{ claims: '{' }, 'invalid_request'],
    'with claims that are a list': [{ claims: '[]' }, 'invalid_request'],
    'with a claim that is a number': [{ claims: '{"userinfo":{"email":1}}' }, 'invalid_request'],
    'with an id_token_hint that is none': [{ id_token_hint: 'cheese' }, 'invalid_request'],
    'with a plain code challenge': [{ code_challenge_method: 'plain' }, 'invalid_request'],
    'with a challenge without method': [{ code_challenge_method: undefined }, 'invalid_request'],
    'with a method without challenge': [{ code_challenge: undefined }, 'invalid_request'],
    'with a short challenge': [{ code_challenge: 'short' }, 'invalid_request'],
    'with a scope of forbidden characters': [{ scope: 'openid "' }, 'invalid_scope'],
    'with a request object': [{ request: 'x.y.z' }, 'request_not_supported'],
    'with a request_uri': [{ request_uri: 'https://wiki.test/request' }, 'request_uri_not_supported'],
    'with a registration': [{ registration: '{}' }, 'registration_not_supported'],
  };
  for (const [name, [changes, error]] of Object.entries(toClient)) {
    it(`${name} is answered to the client with ${error}`, async () => {
      await using world = await startOidcWorld();
      const page = await createBrowser().open(world.authorizationUrl(changes));
      assert.equal(page.next?.origin, 'https://wiki.test', page.html);
      assert.equal(visible(page), error);
      assert.equal(page.next.searchParams.get('state'), 'state-1');
      assert.equal(page.next.searchParams.get('iss'), world.issuer);
    });
  }

  const toPerson: Record<string, [changes: Record<string, string | undefined>, error: string]> = {
    'without client_id': [{ client_id: undefined }, 'invalid_request'],
    'of an unknown client': [{ client_id: 'nobody' }, 'invalid_client'],
    'of a client with an oversized id': [{ client_id: 'x'.repeat(5_000) }, 'invalid_client'],
    'without redirect_uri': [{ redirect_uri: undefined }, 'invalid_request'],
    'with another redirect_uri': [{ redirect_uri: 'https://wiki.test/other' }, 'invalid_redirect_uri'],
  };
  for (const [name, [changes, error]] of Object.entries(toPerson)) {
    it(`${name} is answered to the person with a reference`, async () => {
      await using world = await startOidcWorld();
      const page = await createBrowser().open(world.authorizationUrl(changes));
      assert.equal(page.next, undefined);
      assert.equal(page.status, 400);
      assert.equal(visible(page), error);
      const reference = /<dt>Reference<\/dt><dd>([^<]*)</.exec(page.html)?.[1];
      assert.ok(reference && world.log.some(({ level, fields }) => level === 'info' && fields.reference === reference));
    });
  }

  const parameters = [
    'client_id',
    'redirect_uri',
    'response_type',
    'scope',
    'state',
    'nonce',
    'code_challenge',
    'prompt',
  ];
  for (const name of parameters) {
    it(`with ${name} twice is refused`, async () => {
      await using world = await startOidcWorld();
      const url = world.authorizationUrl({ prompt: 'login' });
      url.searchParams.append(name, url.searchParams.get(name) ?? '');
      const page = await createBrowser().open(url);
      assert.equal(visible(page), 'invalid_request');
    });
  }

  it('that does not fit into the headers is refused', async () => {
    await using world = await startOidcWorld();
    const response = await fetch(world.authorizationUrl({ state: 'x'.repeat(20_000) }), { redirect: 'manual' });
    assert.equal(response.status, 431);
  });

  it('with a large state gets it back whole', async () => {
    await using world = await startOidcWorld();
    const state = 'x'.repeat(4_000);
    const { back } = await signIn(world, { state });
    assert.equal(back.searchParams.get('state'), state);
  });

  it('of a public client without PKCE is refused', async () => {
    await using world = await startOidcWorld({ clients: [{ id: 'app', isPublic: true }] });
    const changes = { client_id: 'app', code_challenge: undefined, code_challenge_method: undefined };
    const page = await createBrowser().open(world.authorizationUrl(changes));
    assert.equal(visible(page), 'invalid_request');
  });
});

describe('a wrong token request', () => {
  const good = { grant_type: 'authorization_code', code: 'x', redirect_uri: redirectUri };
  const cases: Record<string, [body: Record<string, string> | string, status: number, error: string]> = {
    'without grant_type': [{ code: 'x' }, 400, 'invalid_request'],
    'with an unknown grant_type': [{ grant_type: 'cheese' }, 400, 'unsupported_grant_type'],
    'without code': [{ grant_type: 'authorization_code', redirect_uri: redirectUri }, 400, 'invalid_request'],
    'with code twice': ['grant_type=authorization_code&code=x&code=y', 400, 'invalid_request'],
    'with an unknown code': [good, 400, 'invalid_grant'],
    'with an unknown refresh token': [{ grant_type: 'refresh_token', refresh_token: 'x' }, 400, 'invalid_grant'],
    'with another client in the body': [{ ...good, client_id: 'blog' }, 400, 'invalid_request'],
    'with the secret twice': [{ ...good, client_secret: 'client-secret' }, 400, 'invalid_request'],
    'of a megabyte': [{ ...good, filler: 'x'.repeat(900_000) }, 400, 'invalid_request'],
  };
  for (const [name, [body, status, error]] of Object.entries(cases)) {
    it(`${name} gets ${error}`, async () => {
      await using world = await startOidcWorld();
      const response = await fetch(`${world.issuer}/token`, {
        method: 'POST',
        headers: {
          authorization: `Basic ${Buffer.from('wiki:client-secret').toString('base64')}`,
          'content-type': 'application/x-www-form-urlencoded',
        },
        body: typeof body === 'string' ? body : new URLSearchParams(body).toString(),
      });
      assert.equal(response.status, status);
      assert.equal(((await response.json()) as { error: string }).error, error);
    });
  }

  for (const [name, authorization, status] of [
    ['a wrong secret', `Basic ${Buffer.from('wiki:wrong').toString('base64')}`, 401],
    ['an unknown client', `Basic ${Buffer.from('nobody:x').toString('base64')}`, 401],
    ['no secret', `Basic ${Buffer.from('wiki:').toString('base64')}`, 400],
    ['another scheme', 'Digest abc', 400],
    ['rubbish', 'Basic §', 400],
  ] as const) {
    it(`with ${name} is refused`, async () => {
      await using world = await startOidcWorld();
      const headers = { authorization: Buffer.from(authorization, 'utf8').toString('latin1') };
      const body = new URLSearchParams(good);
      const response = await fetch(`${world.issuer}/token`, { method: 'POST', headers, body });
      assert.equal(response.status, status);
      assert.doesNotMatch(await response.text(), /wrong|nobody/);
    });
  }
});
