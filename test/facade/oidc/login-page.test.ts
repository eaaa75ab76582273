import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { DomainError } from '../../../sidecar/core/errors.ts';
import type { PasswordAnswer } from '../../../sidecar/core/ports/authenticator.ts';
import type { Page } from './support/browser.ts';
import { createBrowser } from './support/browser.ts';
import { alice, startOidcWorld } from './support/oidc-world.ts';
import { decode, exchange, openLogin } from './support/sign-in.ts';

const refused = /The name or the password is wrong, or this account may not sign in here\./;
const typed = { username: alice.name, password: alice.password };

/** A promise that the test ends. */
function hold(): { readonly answer: Promise<PasswordAnswer>; end(answer: PasswordAnswer): void } {
  let end: (answer: PasswordAnswer) => void = () => {};
  const answer = new Promise<PasswordAnswer>((resolve) => {
    end = resolve;
  });
  return { answer, end: (value) => end(value) };
}

const refreshUrl = (page: Page) => {
  const url = /http-equiv="refresh" content="\d+; url=([^"]*)"/.exec(page.html)?.[1];
  assert.ok(url, page.html);
  return new URL(url.replaceAll('&amp;', '&'), page.url);
};

describe('the login page', () => {
  it('says the same of every refusal, and as late', async () => {
    // The release of a refusal waits for the deadline, whatever its cause.
    await using world = await startOidcWorld({ deadlineMs: 1_300 });
    const cases = {
      'a wrong password': { username: alice.name, password: 'not-hers' },
      'an unknown name': { username: 'nobody@example.com', password: 'nobodys' },
      'a disabled account': { username: 'carol@example.com', password: 'carol-demo' },
      'no privilege for this client': { username: 'erin@example.com', password: 'erin-demo' },
    };
    const seen = await Promise.all(
      Object.entries(cases).map(async ([name, fields]) => {
        const { browser, page } = await openLogin(world);
        const startedAt = performance.now();
        const end = await browser.submit(page, fields);
        const took = performance.now() - startedAt;
        assert.ok(took > 1_200, `${name} left after ${took} ms`);
        assert.match(end.html, refused, name);
        assert.equal(end.status, 403, name);
        assert.doesNotMatch(end.html, new RegExp(fields.password), 'the password is not sent back');
        return end.html
          .replaceAll(fields.username, 'NAME')
          .replace(/name="token" value="[^"]*"/, '')
          .replace(/\/login\/[\w-]+/g, '');
      }),
    );
    assert.equal(new Set(seen).size, 1, 'pages differ');
  });

  it('lets somebody in after a wrong try, and keeps the name typed', async () => {
    await using world = await startOidcWorld();
    const { browser, page } = await openLogin(world);
    const again = await browser.submit(page, { username: alice.name, password: 'wrong' });
    assert.match(again.html, /id="username"[^>]*value="alice@example\.com"/);
    const end = await browser.submit(again, typed);
    assert.ok(end.next?.searchParams.get('code'));
  });

  it('names what was left empty, and asks nobody', async () => {
    await using world = await startOidcWorld();
    const { browser, page } = await openLogin(world);
    const again = await browser.submit(page, { username: '', password: '' });
    assert.equal(again.status, 400);
    assert.match(again.html, /<a href="#username">Enter your e-mail address\.<\/a>/);
    assert.match(again.html, /aria-invalid="true"[^>]*aria-describedby="[^"]*password-fault"/);
    assert.deepEqual(world.asked, []);
  });

  it('fills in the name that the client hints at, as text', async () => {
    await using world = await startOidcWorld();
    const { page } = await openLogin(world, { login_hint: '"><script>alert(1)</script>' });
    assert.doesNotMatch(page.html, /<script>/);
    assert.match(page.html, /value="&quot;>&lt;script>|value="&quot;&gt;&lt;script/);
  });

  it('sends the person back to the client who cancels', async () => {
    await using world = await startOidcWorld();
    const { browser, page } = await openLogin(world);
    const end = await browser.submit(page, { cancel: 'yes' });
    assert.equal(end.next?.searchParams.get('error'), 'access_denied');
    assert.equal(end.next?.searchParams.get('state'), 'state-1');
  });

  it('lets somebody else take over the browser, and ends the session before', async () => {
    await using world = await startOidcWorld();
    const { browser, page } = await openLogin(world);
    await browser.submit(page, typed);
    const again = await openLogin(world, { prompt: 'login' }, browser);
    const bob = { username: 'bob@example.com', password: 'bob-demo' };
    const change = await browser.submit(again.page, bob);
    assert.match(change.html, /<noscript>/, 'the library asks for a click without scripts');
    assert.match(change.headers.get('content-security-policy') ?? '', /form-action 'self'.*script-src 'self' 'sha256-/);
    const end = await browser.submit(change, {});
    assert.ok(end.next, end.html);
    assert.equal(decode((await exchange(world, end.next)).id_token).preferred_username, bob.username);
  });

  it('tells an outage from a wrong password, and keeps the request', async () => {
    await using world = await startOidcWorld();
    world.answer = () => Promise.reject(new DomainError('upstream_unavailable', 'IceWarp is down'));
    const { browser, page } = await openLogin(world);
    const down = await browser.submit(page, typed);
    assert.equal(down.status, 503);
    assert.ok(down.headers.get('retry-after'));
    assert.match(down.html, /The mail server does not answer\. Try again\./);
    assert.doesNotMatch(down.html, refused);
    world.answer = async () => ({ kind: 'accepted' });
    const end = await browser.submit(down, typed);
    assert.ok(end.next?.searchParams.get('code'));
  });

  it('cannot tell while there is no directory', async () => {
    await using world = await startOidcWorld();
    const { browser, page } = await openLogin(world);
    world.snapshot = undefined;
    assert.equal((await browser.submit(page, typed)).status, 503);
  });
});

describe('while the mail server holds an answer back', () => {
  it('a page looks again by itself until the truth is known, and asks once', async () => {
    await using world = await startOidcWorld({ deadlineMs: 100, hasCanary: false });
    const held = hold();
    world.answer = () => held.answer;
    const { browser, page } = await openLogin(world);
    const waiting = await browser.submit(page, typed);
    assert.equal(waiting.status, 200);
    assert.match(waiting.html, /Still checking/);
    const still = await browser.open(refreshUrl(waiting));
    assert.match(still.html, /Still checking/);
    held.end({ kind: 'accepted' });
    await sleep(20);
    const end = await browser.open(refreshUrl(still));
    assert.ok(end.next?.searchParams.get('code'), end.html);
    assert.deepEqual(world.asked, [alice.name]);
  });

  it('a wrong password is refused in the end', async () => {
    await using world = await startOidcWorld({ deadlineMs: 100, hasCanary: false });
    const held = hold();
    world.answer = () => held.answer;
    const { browser, page } = await openLogin(world);
    const waiting = await browser.submit(page, typed);
    held.end({ kind: 'refused' });
    await sleep(20);
    const end = await browser.open(refreshUrl(waiting));
    assert.match(end.html, refused);
  });

  it('nobody else can look, and no password is on the page', async () => {
    await using world = await startOidcWorld({ deadlineMs: 100, hasCanary: false });
    world.answer = () => hold().answer;
    const { browser, page } = await openLogin(world);
    const waiting = await browser.submit(page, typed);
    assert.doesNotMatch(waiting.html, /alice-demo/);
    const stranger = await createBrowser().open(refreshUrl(waiting));
    assert.equal(stranger.status, 400);
    assert.match(stranger.html, /This sign-in is over/);
  });
});

describe('the second factor', () => {
  const withCode = async (_name: string, _password: unknown, code: { reveal(): string } | undefined) => {
    if (code === undefined) return { kind: 'second_factor_required' } as const;
    return { kind: code.reveal() === '123456' ? 'accepted' : 'refused' } as const;
  };

  it('is asked for on a page of its own, and told to the client', async () => {
    await using world = await startOidcWorld();
    world.answer = withCode;
    const { browser, page } = await openLogin(world);
    const code = await browser.submit(page, typed);
    assert.match(code.html, /autocomplete="one-time-code"/);
    assert.doesNotMatch(code.html, /alice-demo/);
    const end = await browser.submit(code, { code: '123 456' });
    assert.ok(end.next);
    const claims = decode((await exchange(world, end.next)).id_token);
    assert.equal(claims.acr, 'password+code');
    assert.deepEqual(claims.amr, ['pwd', 'otp', 'mfa']);
  });

  it('can be typed again when it was wrong', async () => {
    await using world = await startOidcWorld();
    world.answer = withCode;
    const { browser, page } = await openLogin(world);
    const code = await browser.submit(page, typed);
    const again = await browser.submit(code, { code: '654321' });
    assert.equal(again.status, 403);
    assert.match(again.html, /The code was not accepted/);
    assert.ok((await browser.submit(again, { code: '123456' })).next?.searchParams.get('code'));
  });

  it('is not enough without the password, also of another sign-in', async () => {
    await using world = await startOidcWorld();
    world.answer = withCode;
    const first = await openLogin(world);
    const code = await first.browser.submit(first.page, typed);
    const second = await openLogin(world);
    const action = /\/login\/[\w-]+/.exec(second.page.html)?.[0];
    const token = /name="token" value="([^"]*)"/.exec(second.page.html)?.[1] ?? '';
    const body = new URLSearchParams({ token, code: '123456' });
    const end = await second.browser.visit(`${world.issuer}${action}/code`, { method: 'POST', body });
    assert.equal(end.status, 403);
    assert.match(end.html, /That took too long/);
    assert.ok(code.html.includes('one-time-code'));
  });

  it('insisted on for an account that has none ends with the standard error, not in a circle', async () => {
    await using world = await startOidcWorld();
    const claims = JSON.stringify({ id_token: { acr: { essential: true, values: ['password+code'] } } });
    const { browser, page } = await openLogin(world, { claims });
    const end = await browser.submit(page, typed);
    assert.equal(end.next?.searchParams.get('error'), 'unmet_authentication_requirements');
  });
});

describe('the language', () => {
  const heading = async (changes: Record<string, string | undefined>, accept: string, language = 'en') => {
    await using world = await startOidcWorld({ brand: { language } });
    const browser = createBrowser();
    browser.headers = { 'accept-language': accept };
    const page = await browser.open(world.authorizationUrl(changes));
    assert.match(page.html, /<html lang="(en|de)">/);
    return /<h1>([^<]*)</.exec(page.html)?.[1];
  };

  it('is the one that the browser likes best', async () => {
    assert.equal(await heading({}, 'fr, de-AT;q=0.8, en;q=0.5'), 'Anmelden bei Wiki');
    assert.equal(await heading({}, 'fr, de-AT;q=0.3, en;q=0.5'), 'Sign in to Wiki');
  });

  it('is the one that the client asks for before that', async () => {
    assert.equal(await heading({ ui_locales: 'fr de' }, 'en'), 'Anmelden bei Wiki');
  });

  it('is the configured one where neither is known', async () => {
    assert.equal(await heading({}, 'fr', 'de'), 'Anmelden bei Wiki');
    assert.equal(await heading({}, '*'), 'Sign in to Wiki');
  });

  it('can be changed, and stays through the steps', async () => {
    await using world = await startOidcWorld();
    const { browser, page } = await openLogin(world);
    const link = /href="([^"]*lang=de)"/.exec(page.html)?.[1];
    assert.ok(link);
    const german = await browser.open(new URL(link, page.url));
    const again = await browser.submit(german, { username: alice.name, password: 'falsch' });
    assert.match(again.html, /<html lang="de">.*Name oder Passwort ist falsch/s);
  });
});
