import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RequestHandler } from 'express';
import { createLogin } from '../../../../sidecar/core/login/order.ts';
import { defaultLoginSettings } from '../../../../sidecar/core/login/settings.ts';
import type { Directory } from '../../../../sidecar/core/model.ts';
import type { LoginName } from '../../../../sidecar/core/names.ts';
import { checkOidcClient } from '../../../../sidecar/core/oidc-clients/check-client.ts';
import type { OidcClient, OidcClientInput } from '../../../../sidecar/core/oidc-clients/client.ts';
import type { PasswordAnswer } from '../../../../sidecar/core/ports/authenticator.ts';
import type { ExpiringStore } from '../../../../sidecar/core/ports/expiring-store.ts';
import type { Log } from '../../../../sidecar/core/ports/log.ts';
import { Secret } from '../../../../sidecar/core/secret.ts';
import { type KeySet, toKeySet } from '../../../../sidecar/core/signing-keys/key-set.ts';
import { makeSigningKey } from '../../../../sidecar/core/signing-keys/make-key.ts';
import { keyUses } from '../../../../sidecar/core/signing-keys/signing-key.ts';
import type { Snapshot } from '../../../../sidecar/directory/snapshot.ts';
import { createFormTokens } from '../../../../sidecar/facade/oidc/form-token.ts';
import { type Brand, createPageLook } from '../../../../sidecar/facade/oidc/pages/look.ts';
import { createPendingLogins } from '../../../../sidecar/facade/oidc/pending-logins.ts';
import { createOidcProvider, type LogoutNotice, type OidcProvider } from '../../../../sidecar/facade/oidc/provider.ts';
import { createProviderPages } from '../../../../sidecar/facade/oidc/provider-pages.ts';
import { createOidcRoutes } from '../../../../sidecar/facade/oidc/routes.ts';
import { type HttpServer, startHttpServer } from '../../../../sidecar/host/http-server.ts';
import { createPasswordCheck } from '../../../../sidecar/host/password-check.ts';
import { openDatabase } from '../../../../sidecar/storage/database.ts';
import { createExpiringStore } from '../../../../sidecar/storage/expiring/expiring-store.ts';
import { createCompany, publish, realClock } from '../../ldap/support/ldap-world.ts';

const canary = { login: 'admin@example.com' as LoginName, password: new Secret('admin-demo') };
export const clientSecret = 'client-secret';
export const redirectUri = 'https://wiki.test/callback';

/** Alice of the company, whom most tests sign in. */
export const alice = { id: '00000000-0000-4000-9000-000000000001', name: 'alice@example.com', password: 'alice-demo' };

let madeKeys: Promise<KeySet> | undefined;

/** RSA takes a while: once for all tests of a file. */
async function makeKeys(): Promise<KeySet> {
  const now = new Date();
  return toKeySet(await Promise.all(keyUses.map((use) => makeSigningKey(use, now, now))), now);
}

export interface OidcWorld extends AsyncDisposable {
  readonly issuer: string;
  readonly http: HttpServer;
  readonly provider: OidcProvider;
  readonly clients: Map<string, OidcClient>;
  readonly log: { readonly level: string; readonly message: string; readonly fields: Record<string, unknown> }[];
  /** Names that the mail server was asked about. */
  readonly asked: string[];
  readonly logouts: LogoutNotice[];
  keys: KeySet;
  snapshot: Snapshot | undefined;
  /** The mail server; by default a password is right when it is `<local part>-demo`. */
  answer: (name: LoginName, password: Secret, code: Secret | undefined) => Promise<PasswordAnswer>;
  /** The database; a test may make it fail. */
  store: ExpiringStore;
  /** The address of an authorization request, with parameters added or (undefined) left out. */
  authorizationUrl(changes?: Record<string, string | undefined>): URL;
  /** A request to an endpoint of a confidential client. */
  post(path: string, fields: Record<string, string>, clientId?: string, secret?: string): Promise<Response>;
}

export interface WorldOptions {
  readonly clients?: readonly OidcClientInput[];
  readonly directory?: Directory;
  readonly brand?: Partial<Brand>;
  readonly deadlineMs?: number;
  /** Without it nothing tells that IceWarp is well while it holds an answer back. */
  readonly hasCanary?: boolean;
  /** Fixed; else it is made from the port. */
  readonly publicUrl?: string;
}

/** PKCE pair of RFC 7636 appendix B. */
export const pkce = {
  verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
  challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
};

export function toClient(input: OidcClientInput): OidcClient {
  const { client, faults } = checkOidcClient({ redirectUris: [redirectUri], isFirstParty: true, ...input });
  if (client === undefined) throw new Error(JSON.stringify(faults));
  return client;
}

/** The whole facade on a free port, over a SQLite database, with doubles for IceWarp and the directory. */
export async function startOidcWorld(options: WorldOptions = {}): Promise<OidcWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'oidc-'));
  const lines: OidcWorld['log'] = [];
  const note = (level: string) => (message: string, fields?: Readonly<Record<string, unknown>>) =>
    void lines.push({ level, message, fields: { ...fields } });
  const log: Log = { debug: note('debug'), info: note('info'), warn: note('warn'), error: note('error') };
  const database = await openDatabase({ url: `sqlite:${join(folder, 'test.sqlite')}`, log });
  const realStore = await createExpiringStore(database, { key: new Secret('k'.repeat(43)) });
  madeKeys ??= makeKeys();
  const keys = await madeKeys;
  const asked: string[] = [];
  const logouts: LogoutNotice[] = [];
  const inputs = options.clients ?? [{ id: 'wiki', name: 'Wiki' }];
  const clients = new Map(inputs.map(toClient).map((client) => [client.id, client]));
  const toUsable = (client: OidcClient) => {
    return { client, version: '1', verify: (given: string) => !client.isPublic && given === clientSecret };
  };
  const known = {
    find: (id: string) => {
      const client = clients.get(id);
      return client && toUsable(client);
    },
    list: () => [...clients.values()].map(toUsable),
  };
  let handler: RequestHandler = (_request, response) => void response.status(503).end();
  const http = await startHttpServer({
    host: '127.0.0.1',
    port: 0,
    routes: (app) => void app.use('/oidc', (request, response, next) => handler(request, response, next)),
    log,
  });
  const issuer = `${options.publicUrl ?? `http://127.0.0.1:${http.port}`}/oidc`;
  const world: OidcWorld = {
    ...{ issuer, http, clients, log: lines, asked, logouts, keys },
    get provider() {
      return provider;
    },
    snapshot: publish(options.directory ?? createCompany()),
    store: realStore,
    answer: async (name, password) =>
      password.reveal() === `${name.slice(0, name.indexOf('@'))}-demo` ? { kind: 'accepted' } : { kind: 'refused' },
    authorizationUrl(changes = {}) {
      const url = new URL(`http://127.0.0.1:${http.port}/oidc/auth`);
      const parameters = {
        client_id: 'wiki',
        response_type: 'code',
        redirect_uri: redirectUri,
        scope: 'openid profile email groups roles archive',
        state: 'state-1',
        nonce: 'nonce-1',
        code_challenge: pkce.challenge,
        code_challenge_method: 'S256',
        ...changes,
      };
      for (const [name, value] of Object.entries(parameters))
        if (value !== undefined) url.searchParams.set(name, value);
      return url;
    },
    post: (path, fields, clientId = 'wiki', secret = clientSecret) =>
      fetch(`http://127.0.0.1:${http.port}/oidc${path}`, {
        method: 'POST',
        headers: { authorization: `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}` },
        body: new URLSearchParams(fields),
      }),
    async [Symbol.asyncDispose]() {
      pending.close();
      login.close();
      await http.stop();
      await realStore.close();
      await database.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
  const login = createLogin(
    {
      directory: () => world.snapshot,
      authenticator: {
        checkPassword(name, password, code) {
          if (name === canary.login) return Promise.resolve({ kind: 'accepted' });
          asked.push(name);
          return world.answer(name, password, code);
        },
      },
      clock: realClock,
      ...(options.hasCanary === false ? {} : { canary }),
      log,
    },
    defaultLoginSettings,
  );
  const brand: Brand = { title: { en: 'Test' }, note: undefined, color: '#1d4e89', logo: undefined, language: 'en' };
  const { look, assets } = createPageLook({ ...brand, ...options.brand }, '/oidc/assets');
  const provider = createOidcProvider({
    issuer,
    store: forward(() => world.store),
    keys: () => world.keys,
    clients: known,
    directory: () => world.snapshot,
    lifetimes: {
      accessTokenMinutes: 30,
      idTokenMinutes: 60,
      refreshTokenDays: 14,
      sessionHours: 12,
      loginPageMinutes: 60,
    },
    pages: createProviderPages({ look, log }),
    sendLogout: async (notice) => void logouts.push(notice),
    log,
  });
  const pending = createPendingLogins();
  const deadlineMs = options.deadlineMs ?? 300;
  const isApplicationAddress = () => false;
  const check = createPasswordCheck({ login, facade: 'oidc', deadlineMs, isApplicationAddress });
  const tokens = createFormTokens(() => world.keys.cookies);
  handler = createOidcRoutes({
    isApplicationAddress,
    provider,
    clients: known,
    look,
    assets,
    pending,
    tokens,
    twoFactor: 'code',
    check,
    log,
  });

  return world;
}

/** So that a test can put another store in the place of the one that was begun with. */
function forward(current: () => ExpiringStore): ExpiringStore {
  return new Proxy({} as ExpiringStore, { get: (_target, name) => Reflect.get(current(), name) as unknown });
}
