import KeycloakAdminClient, { NetworkError } from '@keycloak/keycloak-admin-client';
import { Agent } from 'undici';
import { DomainError } from '../sidecar/core/errors.ts';
import { callKeycloak, reasonOf } from './keycloak-errors.ts';
import type { KeycloakLogin } from './settings.ts';

/** Connections to one Keycloak with a login that is renewed by itself. */
export interface KeycloakConnection {
  readonly url: string;
  /** For quick calls on `realm`. */
  readonly client: KeycloakAdminClient;
  /** For calls that last as long as a synchronisation. */
  readonly slowClient: KeycloakAdminClient;
  /** Runs one call; see {@link callKeycloak}. */
  call<T>(what: string, work: () => Promise<T>): Promise<T>;
  /** What the token says, unchecked: it came from Keycloak itself. */
  readClaims(): Promise<Readonly<Record<string, unknown>>>;
  close(): Promise<void>;
}

const callTimeoutMs = 30_000;
const syncTimeoutMs = 3_600_000;
const shortestValidityMs = 10_000;

export function connectKeycloak(login: KeycloakLogin, realm: string): KeycloakConnection {
  const { url } = login;
  const agent = new Agent({
    connections: 8,
    headersTimeout: syncTimeoutMs,
    bodyTimeout: syncTimeoutMs,
    connect: { timeout: 10_000, ...(login.ca === undefined ? {} : { ca: login.ca }) },
  });
  // Node's fetch takes the dispatcher; its types know only the dispatcher of its own version.
  const requestOptions = { dispatcher: agent, redirect: 'error' } as unknown as RequestInit;
  const open = (realmName: string, timeout: number) =>
    new KeycloakAdminClient({ baseUrl: url.replace(/\/+$/, ''), realmName, requestOptions, timeout });

  let token = { text: '', expiresAt: 0 };
  const getAccessToken = async () => {
    if (Date.now() < token.expiresAt - shortestValidityMs) return token.text;
    const fresh = open(login.loginRealm, callTimeoutMs);
    await callKeycloak(url, 'log us in', () => logIn(fresh, login));
    const text = fresh.accessToken ?? '';
    const { exp } = readPayload(text);
    // Half a minute where the token does not tell: it is asked for again soon.
    token = { text, expiresAt: typeof exp === 'number' ? exp * 1000 : Date.now() + 30_000 };
    return text;
  };
  const client = open(realm, callTimeoutMs);
  const slowClient = open(realm, syncTimeoutMs);
  for (const each of [client, slowClient]) each.registerTokenProvider({ getAccessToken });
  return {
    ...{ url, client, slowClient },
    call: (what, work) => callKeycloak(url, what, work),
    readClaims: async () => readPayload(await getAccessToken()),
    close: () => agent.destroy(),
  };
}

async function logIn(client: KeycloakAdminClient, { clientId, clientSecret, person, loginRealm, url }: KeycloakLogin) {
  const secret = clientSecret === undefined ? {} : { clientSecret: clientSecret.reveal() };
  try {
    await client.auth(
      person === undefined
        ? { grantType: 'client_credentials', clientId, ...secret }
        : { grantType: 'password', clientId, ...secret, username: person.username, password: person.password.reveal() },
    );
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    const { status } = error.response;
    const reason = reasonOf(error);
    const who = person === undefined ? `client ${clientId}` : `user ${person.username}`;
    if (status === 404 && /realm/i.test(reason))
      throw new DomainError(
        'not_found',
        `there is no realm ${loginRealm} in Keycloak at ${url}; correct keycloak.realm, or make it: keycloak bootstrap --create-realm`,
      );
    if (status === 404) throw new DomainError('not_found', `there is no Keycloak at ${url}; correct keycloak.url`);
    if (status === 400 || status === 401)
      throw new DomainError(
        'invalid_credentials',
        `Keycloak refuses the login of ${who} in the realm ${loginRealm}: ${reason}; correct its name or secret, or run keycloak bootstrap`,
      );
    throw error;
  }
}

function readPayload(token: string): Readonly<Record<string, unknown>> {
  const part = token.split('.')[1];
  if (part === undefined) return {};
  try {
    const claims: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof claims === 'object' && claims !== null ? { ...claims } : {};
  } catch {
    return {};
  }
}
