import { createLogin } from '../../../../sidecar/core/login/order.ts';
import { type Directory, noFacts, type User } from '../../../../sidecar/core/model.ts';
import type { GroupName, LoginName } from '../../../../sidecar/core/names.ts';
import type { PasswordAnswer } from '../../../../sidecar/core/ports/authenticator.ts';
import type { Clock } from '../../../../sidecar/core/ports/clock.ts';
import { Secret } from '../../../../sidecar/core/secret.ts';
import { hashServiceAccounts } from '../../../../sidecar/core/service-accounts.ts';
import { buildSnapshot, openSnapshot } from '../../../../sidecar/directory/builder.ts';
import type { Snapshot } from '../../../../sidecar/directory/snapshot.ts';
import { type LdapServer, type LdapServerOptions, startLdapServer } from '../../../../sidecar/facade/ldap/server.ts';
import { connectRaw, type RawClient } from './raw-client.ts';
import { bindRequest } from './requests.ts';

const time = new Date('2026-01-01T00:00:00Z');
const canary = { login: 'admin@example.com' as LoginName, password: new Secret('admin-demo') };
/** Passwords of service accounts are hashed in no time. */
export const cheapCost = { cost: 2, blockSize: 1, parallelization: 1 };
const auditors = '00000000-0000-4000-8000-0000000000aa';

function createUser(number: number, login: string, changes: Partial<User> = {}): User {
  const name = login.slice(0, login.indexOf('@'));
  return {
    id: `00000000-0000-4000-9000-${String(number).padStart(12, '0')}`,
    sourceId: 'test',
    origin: 'synchronised',
    login: login as LoginName,
    displayName: `${name.charAt(0).toUpperCase()}${name.slice(1)} Example`,
    givenName: name,
    surname: 'Example',
    description: '',
    telephoneNumber: '',
    addresses: [login],
    state: 'enabled',
    missingSince: undefined,
    facts: noFacts,
    memberships: [],
    privileges: ['LogOn', 'ReadOwnArchive'],
    roles: [],
    createdAt: time,
    modifiedAt: time,
    ...changes,
  };
}

/** Alice (auditor), Bob (alias robert), Carol (disabled), O'Neil with a plus, and as many others as asked for. */
export function createCompany(others = 0): Directory {
  const users = [
    createUser(1, 'alice@example.com', { memberships: [{ groupId: auditors, direct: true }], roles: ['auditor'] }),
    createUser(2, 'bob@example.com', { addresses: ['bob@example.com', 'robert@example.com'] }),
    createUser(3, 'carol@example.com', { state: 'disabled' }),
    createUser(4, "o'neil+tag@example.com"),
    createUser(5, 'erin@example.com', { privileges: [], roles: [] }),
    ...Array.from({ length: others }, (_, index) => createUser(1000 + index, `user${index}@example.com`)),
  ];
  const group = {
    id: auditors,
    sourceId: 'test',
    kind: 'group',
    name: 'auditors@example.com' as GroupName,
    displayName: 'Auditors',
    description: '',
    addresses: ['auditors@example.com'],
    members: ['alice@example.com'],
    createdAt: time,
    modifiedAt: time,
  } as const;
  return {
    generation: 1,
    users: new Map(users.map((user) => [user.id, user])),
    groups: new Map([[group.id, group]]),
  };
}

export function publish(directory: Directory): Snapshot {
  return openSnapshot(buildSnapshot(directory, { baseDn: 'o=icewarp', publishedAt: time }));
}

export const realClock: Clock = {
  now: () => new Date(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(resolve, ms);
      signal?.addEventListener('abort', () => {
        clearTimeout(timer);
        reject(signal.reason as Error);
      });
    }),
};

export interface LdapWorld extends AsyncDisposable {
  readonly server: LdapServer;
  readonly port: number;
  readonly errors: string[];
  readonly binds: number[];
  readonly searches: (readonly [code: number, entries: number])[];
  /** Names that the mail server was asked about. */
  readonly asked: string[];
  snapshot: Snapshot | undefined;
  /** The mail server; by default a password is right when it is `<local part>-demo`. */
  answer: (name: LoginName, password: Secret) => Promise<PasswordAnswer>;
  connect(options?: { readonly allowHalfOpen?: boolean }): Promise<RawClient>;
  /** Closes all connections and stops the server. */
  stop(): Promise<void>;
  /** A connection that has logged in as the service account. */
  connectReader(): Promise<RawClient>;
}

/** A server on a free port of this machine with doubles behind it, until it is stopped. */
export async function startWorld(
  options: Partial<LdapServerOptions> & { readonly hasCanary?: boolean } = {},
  snapshot = publish(createCompany()),
): Promise<LdapWorld> {
  const errors: string[] = [];
  const binds: number[] = [];
  const searches: (readonly [number, number])[] = [];
  const asked: string[] = [];
  const log = {
    debug() {},
    info() {},
    warn() {},
    error: (message: string, fields?: unknown) => void errors.push(`${message} ${JSON.stringify(fields)}`),
  };
  const login = createLogin({
    directory: () => world.snapshot,
    authenticator: {
      checkPassword(name, password) {
        if (name === canary.login) return Promise.resolve({ kind: 'accepted' });
        asked.push(name);
        return world.answer(name, password);
      },
    },
    clock: realClock,
    ...(options.hasCanary === false ? {} : { canary }),
    log,
  });
  const server = await startLdapServer({
    host: '127.0.0.1',
    port: 0,
    baseDn: 'o=icewarp',
    snapshot: () => world.snapshot,
    login,
    serviceAccounts: await hashServiceAccounts([{ name: 'reader', password: new Secret('reader-demo') }], cheapCost),
    require: ['LogOn'],
    // Long enough for the look at our own account, which comes once a second.
    deadlineMs: 1200,
    log,
    vendorVersion: '1.2.3',
    onBind: (code) => binds.push(code),
    onSearch: (code, entries) => searches.push([code, entries]),
    ...options,
  });
  const clients: RawClient[] = [];
  const world: LdapWorld = {
    server,
    port: server.port,
    errors,
    binds,
    searches,
    asked,
    snapshot,
    answer: async (name, password) =>
      password.reveal() === `${name.slice(0, name.indexOf('@'))}-demo` ? { kind: 'accepted' } : { kind: 'refused' },
    async connect(connectOptions) {
      const client = await connectRaw(server.port, connectOptions);
      clients.push(client);
      return client;
    },
    async stop() {
      for (const client of clients) client.close();
      await server.stop();
    },
    [Symbol.asyncDispose]: () => world.stop(),
    async connectReader() {
      const client = await world.connect();
      client.send(bindRequest(1, 'cn=reader', 'reader-demo'));
      const { code } = await client.next();
      if (code !== 0) throw new Error(`the service account's bind gave ${code}`);
      return client;
    },
  };
  return world;
}
