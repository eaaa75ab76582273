import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DomainError } from '../../../sidecar/core/errors.ts';
import type { ExpiringStore } from '../../../sidecar/core/ports/expiring-store.ts';
import { createBrowser } from './support/browser.ts';
import { alice, type OidcWorld, startOidcWorld } from './support/oidc-world.ts';
import { codeFields, exchange, openLogin, signIn } from './support/sign-in.ts';

/** Makes some calls to the database fail. */
function breakStore(world: OidcWorld, ...names: readonly (keyof ExpiringStore)[]): () => void {
  const sound = world.store;
  const fail = () =>
    Promise.reject(new DomainError('upstream_unavailable', 'the database /data/x.sqlite does not answer'));
  world.store = new Proxy(sound, {
    get: (target, name) => (names.some((each) => each === name) ? fail : (Reflect.get(target, name) as unknown)),
  });
  return () => {
    world.store = sound;
  };
}

const typed = { username: alice.name, password: alice.password };

describe('while the database does not answer', () => {
  it('a sign-in cannot begin: 503, a page that can be tried again, and no detail on it', async () => {
    await using world = await startOidcWorld();
    const mend = breakStore(world, 'find', 'put');
    const browser = createBrowser();
    const page = await browser.open(world.authorizationUrl());
    assert.equal(page.status, 503);
    assert.ok(page.headers.get('retry-after'));
    assert.doesNotMatch(page.html, /sqlite/);
    const reference = /<dt>Reference<\/dt><dd>([^<]*)</.exec(page.html)?.[1];
    const line = world.log.find(({ fields }) => fields.reference === reference);
    assert.match(String(line?.fields.detail), /sqlite does not answer/);
    mend();
    const again = /<a class="button" href="([^"]*)"/.exec(page.html)?.[1]?.replaceAll('&amp;', '&');
    assert.match((await browser.open(new URL(again ?? '', page.url))).html, /name="password"/);
  });

  it('a page of a sign-in says so, and works later', async () => {
    await using world = await startOidcWorld();
    const { browser, page } = await openLogin(world);
    const mend = breakStore(world, 'find');
    const down = await browser.submit(page, typed);
    assert.equal(down.status, 503);
    assert.match(down.html, /Not available at the moment/);
    assert.deepEqual(world.asked, []);
    mend();
    assert.ok((await browser.submit(page, typed)).next?.searchParams.get('code'));
  });

  it('a client without a page is told by a redirect', async () => {
    await using world = await startOidcWorld();
    const { browser } = await signIn(world);
    breakStore(world, 'find');
    const page = await browser.open(world.authorizationUrl({ prompt: 'none' }));
    assert.equal(page.next?.searchParams.get('error'), 'temporarily_unavailable');
  });

  it('no session and no code is left behind when it fails half-way', async () => {
    await using world = await startOidcWorld();
    const { browser, page } = await openLogin(world);
    const sent = await browser.send(page, typed);
    const sound = world.store;
    const models: string[] = [];
    const put: ExpiringStore['put'] = (model, ...rest) => {
      models.push(model);
      // It is the last one, when the answer is ready.
      if (model === 'Session') return Promise.reject(new DomainError('upstream_unavailable', 'the disk is full'));
      return sound.put(model, ...rest);
    };
    world.store = new Proxy(sound, { get: (target, name) => (name === 'put' ? put : Reflect.get(target, name)) });
    const down = await browser.open(sent.next ?? '');
    assert.ok(models.includes('AuthorizationCode'), 'the code was made already');
    assert.equal(down.status, 503);
    assert.equal(down.headers.get('location'), null);
    assert.doesNotMatch(down.html, /code=/);
  });

  it('no token is given, and a code that was not used up still works', async () => {
    await using world = await startOidcWorld();
    const { back } = await signIn(world);
    const mend = breakStore(world, 'consume');
    const response = await world.post('/token', codeFields(back));
    assert.equal(response.status, 503);
    assert.equal(response.headers.get('retry-after'), '30');
    assert.equal(((await response.json()) as { error: string }).error, 'temporarily_unavailable');
    mend();
    await exchange(world, back);
  });

  it('a token that was not kept is not given', async () => {
    await using world = await startOidcWorld();
    const { back } = await signIn(world);
    breakStore(world, 'put');
    const response = await world.post('/token', codeFields(back));
    assert.equal(response.status, 503);
    assert.doesNotMatch(await response.text(), /access_token/);
  });
});
