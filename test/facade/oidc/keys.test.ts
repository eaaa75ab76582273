import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { toKeySet } from '../../../sidecar/core/signing-keys/key-set.ts';
import { makeSigningKey } from '../../../sidecar/core/signing-keys/make-key.ts';
import { keyUses } from '../../../sidecar/core/signing-keys/signing-key.ts';
import { startOidcWorld } from './support/oidc-world.ts';
import { exchange, openLogin, signIn } from './support/sign-in.ts';

describe('keys', () => {
  it('are published without what is secret', async () => {
    await using world = await startOidcWorld();
    const { keys } = (await (await fetch(`${world.issuer}/jwks`)).json()) as { keys: Record<string, unknown>[] };
    assert.deepEqual(keys.map(({ alg }) => alg).sort(), ['ES256', 'EdDSA', 'RS256']);
    for (const key of keys)
      for (const name of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k']) assert.equal(key[name], undefined);
  });

  it('change without ending sessions or a sign-in that is under way', async () => {
    await using world = await startOidcWorld({ clients: [{ id: 'wiki', idTokenAlgorithm: 'EdDSA' }] });
    const { browser, back } = await signIn(world);
    const before = await openLogin(world);
    const now = new Date();
    const later = new Date(now.getTime() + 1_000);
    const made = await Promise.all(
      keyUses.filter((use) => use !== 'RS256').map((use) => makeSigningKey(use, now, later)),
    );
    const cookies = world.keys.cookies.map((material, index) => ({
      ...{ id: `cookie-${index}`, use: 'cookies' as const, createdAt: now, activeAt: now, material },
    }));
    world.keys = toKeySet([...world.keys.signing, ...cookies, ...made], new Date(later.getTime() + 1));
    world.provider.renew();

    const kidOf = (token: string) =>
      (JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as { kid: string }).kid;
    const { id_token } = await exchange(world, back);
    assert.equal(kidOf(id_token), made.find(({ use }) => use === 'EdDSA')?.id);
    const { keys } = (await (await fetch(`${world.issuer}/jwks`)).json()) as { keys: { kid: string }[] };
    assert.equal(keys.length, 5, 'the old ones are there, too');

    assert.ok((await browser.open(world.authorizationUrl())).next?.searchParams.get('code'), 'the session holds');
    const typed = { username: 'bob@example.com', password: 'bob-demo' };
    assert.ok((await before.browser.submit(before.page, typed)).next?.searchParams.get('code'));
  });
});
