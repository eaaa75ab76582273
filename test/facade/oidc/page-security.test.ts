import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import { describe, it } from 'node:test';
import { createBrowser } from './support/browser.ts';
import { alice, startOidcWorld } from './support/oidc-world.ts';
import { openLogin, signIn } from './support/sign-in.ts';

const typed = { username: alice.name, password: alice.password };

function directives(policy: string | null): Map<string, string> {
  return new Map(
    (policy ?? '').split(';').map((each) => {
      const [name = '', ...values] = each.trim().split(' ');
      return [name, values.join(' ')] as const;
    }),
  );
}

describe('pages', () => {
  it('allow nothing inline, no frame around them, and forms to go here and to the client alone', async () => {
    await using world = await startOidcWorld();
    const { page } = await openLogin(world);
    const policy = directives(page.headers.get('content-security-policy'));
    assert.equal(policy.get('default-src'), "'none'");
    assert.equal(policy.get('style-src'), "'self'");
    assert.equal(policy.get('script-src'), undefined);
    assert.equal(policy.get('form-action'), "'self' https://wiki.test");
    assert.equal(policy.get('frame-ancestors'), "'none'");
    assert.equal(policy.get('base-uri'), "'none'");
    assert.equal(policy.has('upgrade-insecure-requests'), false, 'the demo is http');
    assert.equal(page.headers.get('x-frame-options'), 'DENY');
    assert.equal(page.headers.get('cache-control'), 'no-store');
    assert.doesNotMatch(page.html, /<style|style="|<script| on\w+="/);
  });

  it('find their stylesheet', async () => {
    await using world = await startOidcWorld();
    const { page } = await openLogin(world);
    const href = /rel="stylesheet" href="([^"]*)"/.exec(page.html)?.[1];
    const response = await fetch(new URL(href ?? '', page.url));
    assert.equal(response.status, 200);
    assert.match(response.headers.get('content-type') ?? '', /^text\/css/);
    assert.match(await response.text(), /--brand: #1d4e89/);
  });

  it('let a form_post answer go to the client, by the one script there is', async () => {
    await using world = await startOidcWorld();
    const { browser } = await signIn(world);
    const page = await browser.visit(world.authorizationUrl({ response_mode: 'form_post' }));
    assert.match(page.html, /action="https:\/\/wiki\.test\/callback"/);
    const policy = directives(page.headers.get('content-security-policy'));
    assert.equal(policy.get('form-action'), "'self' https://wiki.test");
    assert.match(policy.get('script-src') ?? '', /^'self' 'sha256-[^']+'$/);
  });
});

describe('a form', () => {
  const forged: Record<string, string> = { missing: '', wrong: 'A'.repeat(43), 'of another sign-in': 'other' };
  for (const [name, value] of Object.entries(forged)) {
    it(`with a token that is ${name} is not taken`, async () => {
      await using world = await startOidcWorld();
      const other = await openLogin(world);
      const { browser, page } = await openLogin(world);
      const token = value === 'other' ? (/name="token" value="([^"]*)"/.exec(other.page.html)?.[1] ?? '') : value;
      const end = await browser.submit(page, { ...typed, token });
      assert.equal(end.status, 403);
      assert.deepEqual(world.asked, [], 'IceWarp was not asked');
    });
  }

  it('is not taken from a browser that did not open the page', async () => {
    await using world = await startOidcWorld();
    const { page } = await openLogin(world);
    const end = await createBrowser().submit(page, typed);
    assert.equal(end.status, 400);
    assert.match(end.html, /your browser does not accept cookies/);
    assert.deepEqual(world.asked, []);
  });

  it('is not taken with the cookie of another sign-in of the same browser', async () => {
    await using world = await startOidcWorld();
    const { browser, page } = await openLogin(world);
    await openLogin(world, {}, browser);
    const [first, second] = browser.cookies.filter(({ name }) => name === 'icewarp_login');
    assert.ok(first && second);
    const stranger = createBrowser();
    stranger.cookies.push(
      ...browser.cookies
        .filter(({ path, name }) => path === second.path && name.startsWith('icewarp_login'))
        .map((cookie) => ({ ...cookie, path: first.path })),
    );
    const end = await stranger.submit(page, typed);
    assert.equal(end.status, 400);
    assert.deepEqual(world.asked, []);
  });

  it('of more than 16 KiB is refused', async () => {
    await using world = await startOidcWorld();
    const { browser, page } = await openLogin(world);
    const end = await browser.submit(page, { ...typed, filler: 'x'.repeat(17_000) });
    assert.equal(end.status, 413);
    assert.match(end.html, /Reference/);
    assert.deepEqual(world.asked, []);
  });

  it('with a field twice is taken for one without it', async () => {
    await using world = await startOidcWorld();
    const { browser, page } = await openLogin(world);
    const token = /name="token" value="([^"]*)"/.exec(page.html)?.[1] ?? '';
    const body = new URLSearchParams({ token, password: alice.password });
    body.append('username', 'alice@example.com');
    body.append('username', 'bob@example.com');
    const action = /<form[^>]*action="([^"]*)"/.exec(page.html)?.[1] ?? '';
    const end = await browser.visit(new URL(action, page.url), { method: 'POST', body });
    assert.equal(end.status, 400);
    assert.deepEqual(world.asked, []);
  });
});

describe('one address', () => {
  it('cannot begin sign-ins without end', async () => {
    await using world = await startOidcWorld();
    const url = world.authorizationUrl({ client_id: 'nobody' });
    // More than two minutes allow: another one may begin meanwhile.
    const pages = await Promise.all(Array.from({ length: 1_210 }, () => createBrowser().visit(url)));
    const refused = pages.filter(({ status }) => status === 429);
    assert.ok(refused.length >= 10);
    assert.ok(pages.filter(({ status }) => status === 400).length >= 600, 'an office can sign in');
    assert.match(refused[0]?.html ?? '', /Not available at the moment/);
    assert.ok(Number(refused[0]?.headers.get('retry-after')) <= 60);
  });
});

describe('a sign-in', () => {
  it('goes on in two tabs at once', async () => {
    await using world = await startOidcWorld({ clients: [{ id: 'wiki' }, { id: 'blog', name: 'Blog' }] });
    const { browser, page } = await openLogin(world);
    const other = await openLogin(world, { client_id: 'blog', state: 'two' }, browser);
    const first = await browser.submit(page, typed);
    assert.equal(first.next?.searchParams.get('state'), 'state-1');
    const second = await browser.submit(other.page, typed);
    assert.equal(second.next?.searchParams.get('state'), 'two');
  });

  it('that is over shows a page that people understand, with a reference to the log', async () => {
    await using world = await startOidcWorld();
    const { browser, page } = await openLogin(world);
    const action = new URL(/<form[^>]*action="([^"]*)"/.exec(page.html)?.[1] ?? '', page.url);
    assert.ok((await browser.submit(page, typed)).next?.searchParams.get('code'));
    // The back button shows the page again, and the form is sent once more.
    const end = await browser.submit(page, typed);
    assert.equal(end.status, 400);
    assert.match(end.html, /This sign-in is over/);
    const opened = await browser.open(action);
    assert.equal(opened.status, 400);
    const reference = /<dt>Reference<\/dt><dd>([^<]*)</.exec(opened.html)?.[1];
    assert.ok(reference && world.log.some(({ fields }) => fields.reference === reference));
  });

  it('leads to registered addresses only', async () => {
    await using world = await startOidcWorld();
    const browser = createBrowser();
    for (const wrong of [
      'https://evil.test/callback',
      'https://wiki.test/callback/..',
      'https://wiki.test/callback?x=1',
      'https://wiki.test.evil.test/callback',
      'https://wiki.test@evil.test/callback',
      'HTTPS://wiki.test/callback',
      'javascript:alert(1)',
    ]) {
      const page = await browser.open(world.authorizationUrl({ redirect_uri: wrong }));
      assert.equal(page.status, 400, wrong);
      assert.equal(page.next, undefined, wrong);
      assert.match(page.html, /invalid_redirect_uri/);
      assert.doesNotMatch(page.html, /evil|alert/, 'and does not repeat them');
    }
    const { page } = await openLogin(world, {}, browser);
    const visit = await browser.open(
      `${page.url.href.split('?')[0]}?returnTo=https://evil.test&lang=https://evil.test`,
    );
    assert.doesNotMatch(visit.html, /evil/);
  });

  it('is not told to a host that the request names', async () => {
    await using world = await startOidcWorld();
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const path = `http://evil.test${'/oidc/.well-known/openid-configuration'}`;
      const sent = httpRequest({ host: '127.0.0.1', port: world.http.port, path }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      sent.on('error', reject).end();
    });
    assert.equal(status, 400);
    const start = await createBrowser().visit(world.authorizationUrl(), {
      headers: { 'x-forwarded-host': 'evil.test' },
    });
    assert.match(start.headers.get('location') ?? '', /^\/oidc\/login\//);
  });
});
