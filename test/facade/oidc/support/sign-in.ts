import assert from 'node:assert/strict';
import { type Browser, createBrowser, type Page } from './browser.ts';
import { alice, type OidcWorld, pkce, redirectUri } from './oidc-world.ts';

/** Opens the login page of an authorization request. */
export async function openLogin(
  world: OidcWorld,
  changes: Record<string, string | undefined> = {},
  browser = createBrowser(),
): Promise<{ readonly browser: Browser; readonly page: Page }> {
  const page = await browser.open(world.authorizationUrl(changes));
  assert.match(page.html, /name="password"/, `no login page: ${page.status} ${page.html}`);
  return { browser, page };
}

/** Signs alice in and gives where the browser is sent. */
export async function signIn(
  world: OidcWorld,
  changes: Record<string, string | undefined> = {},
  user: { readonly name: string; readonly password: string } = alice,
): Promise<{ readonly browser: Browser; readonly back: URL }> {
  const { browser, page } = await openLogin(world, changes);
  const end = await browser.submit(page, { username: user.name, password: user.password });
  assert.ok(end.next, `not sent back: ${end.status} ${end.html}`);
  return { browser, back: end.next };
}

export interface Tokens {
  readonly access_token: string;
  readonly id_token: string;
  readonly refresh_token?: string;
  readonly scope: string;
  readonly expires_in: number;
}

/** Exchanges the code that the browser was sent back with. */
export async function exchange(world: OidcWorld, back: URL, clientId = 'wiki'): Promise<Tokens> {
  const response = await world.post('/token', codeFields(back), clientId);
  assert.equal(response.status, 200, await response.clone().text());
  return (await response.json()) as Tokens;
}

export function codeFields(back: URL): Record<string, string> {
  const code = back.searchParams.get('code');
  assert.ok(code, `no code: ${back.href}`);
  return { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: pkce.verifier };
}

/** The claims of a JWT, unchecked. */
export function decode(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as Record<string, unknown>;
}

export async function userinfo(world: OidcWorld, token: string): Promise<Record<string, unknown>> {
  const response = await fetch(`${world.issuer}/me`, { headers: { authorization: `Bearer ${token}` } });
  assert.equal(response.status, 200, await response.clone().text());
  return (await response.json()) as Record<string, unknown>;
}
