import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Directory } from '../../../../sidecar/core/model.ts';
import { silentLog } from '../../../../sidecar/core/ports/log.ts';
import { generateCompany, type Simulator, startSimulator } from '../../../../sidecar/simulator/simulator.ts';
import { openDatabase } from '../../../../sidecar/storage/database.ts';
import { createDirectoryStore } from '../../../../sidecar/storage/directory-store.ts';
import { findFreePort } from '../../../support/free-port.ts';
import type { KeycloakServer } from '../../../support/keycloak-server.ts';
import {
  type Ended,
  mainFile,
  makeFolder,
  plainEnvironment,
  runProgram,
  type SidecarProcess,
  startSidecar,
} from '../../../support/sidecar-process.ts';
import { type AdminCalls, createAdminCalls, type RealmUser } from './admin-calls.ts';
import { askForTokens, probeClient, type TokenAnswer } from './password-login.ts';

/** A simulated IceWarp, our service before it, and a realm of Keycloak that the command line set up for it. */
export interface RealmScenario {
  readonly realm: string;
  /** Such as `http://127.0.0.1:8080/realms/staff`. */
  readonly realmUrl: string;
  readonly simulator: Simulator;
  readonly service: SidecarProcess;
  readonly ldapPort: number;
  /** The administrator's look at the realm. */
  readonly admin: AdminCalls;
  /** Runs one command of ours with the settings of this scenario. */
  run(...args: readonly string[]): Promise<Ended>;
  /** The same, and fails unless it exits with `code`. */
  expect(code: number, ...args: readonly string[]): Promise<Ended>;
  /** Lets IceWarp be read once, and resolves when the service serves what that brought. */
  syncIcewarp(...options: readonly string[]): Promise<void>;
  /** What we hold now. */
  readDirectory(): Promise<Directory>;
  /** Lets Keycloak synchronise its users: its own words about it. */
  syncKeycloak(kind: 'full' | 'changed'): Promise<SyncReply>;
  /** The same where Keycloak may fail: undefined when it did. */
  trySyncKeycloak(kind: 'full' | 'changed'): Promise<SyncReply | undefined>;
  /** Another one took the place of the one that was stopped. */
  replaceSimulator(simulator: Simulator): void;
  /** Takes a right in the realm away from our client. */
  takeRight(name: string): Promise<{ giveBack(): Promise<void> }>;
  /** Undefined when Keycloak knows nobody of that name. */
  findUser(username: string): Promise<RealmUser | undefined>;
  /** A login by name and password. */
  logIn(username: string, password: string): Promise<TokenAnswer>;
  refresh(refreshToken: string): Promise<TokenAnswer>;
  stopService(signal?: NodeJS.Signals): Promise<void>;
  startService(): Promise<void>;
  close(): Promise<void>;
}

export interface SyncReply {
  readonly added: number;
  readonly updated: number;
  readonly removed: number;
  readonly failed: number;
}

export interface RealmScenarioOptions {
  readonly users?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** Groups to privileges and roles, as an administrator would write them. */
const mapping = `version: 1
defaults:
  grant: [LogOn, ReadOwnArchive]
rules:
  - name: administrators
    when: { group: admins@example.com }
    grant: [Administrator]
  - name: auditors
    when: { group: auditors@example.com }
    grant: [ExportEmail, "ReadArchive:*"]
    roles: [auditor]
  - name: teams
    when: { group: team-1@example.com }
    roles: [first-team]
  - name: outsiders
    when: { group: outsiders@example.com }
    deny: [LogOn]
`;

const people = ['ada', 'bea', 'cleo', 'dora', 'ella', 'finn'] as const;
/** For all tests upon one scenario, its beginning included: it starts a dozen processes. */
export const scenarioLimitMs = 240_000;
const commandLimitMs = 120_000;

/** `NAME@example.com` with the password `NAME-demo`, for each of the people that scenarios are about. */
export type Person = (typeof people)[number];

export function addressOf(person: Person): string {
  return `${person}@example.com`;
}

/** Starts everything and applies the plan. Ada is an auditor and dora has no right to log in; the others are in no group. */
export async function startRealmScenario(
  keycloak: KeycloakServer,
  { users = 20, env = {} }: RealmScenarioOptions = {},
): Promise<RealmScenario> {
  const closers: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const step of closers.splice(0).reverse()) await step();
  };
  try {
    const folder = await makeFolder();
    closers.push(() => folder.remove());
    await mkdir(join(folder.path, 'mappings'));
    await writeFile(join(folder.path, 'mappings', 'rules.yaml'), mapping);
    let simulator = await startSimulator({ company: makeCompany(users), tarpitMs: 300 });
    closers.push(() => simulator.stop());

    const realm = `staff-${randomBytes(4).toString('hex')}`;
    const ldapPort = await findFreePort();
    const environment = {
      SIDECAR_ICEWARP_URL: simulator.url,
      SIDECAR_ICEWARP_USERNAME: 'admin@example.com',
      SIDECAR_ICEWARP_PASSWORD: 'admin-demo',
      SIDECAR_SYNC_INTERVAL_SECONDS: '86400',
      SIDECAR_LDAP_PORT: String(ldapPort),
      SIDECAR_LDAP_WORKERS: '1',
      SIDECAR_HTTP_PORT: '0',
      SIDECAR_LOG_FORMAT: 'json',
      SIDECAR_KEYCLOAK_URL: keycloak.url,
      SIDECAR_KEYCLOAK_REALM: realm,
      SIDECAR_KEYCLOAK_CLIENT_SECRET: randomBytes(16).toString('hex'),
      SIDECAR_KEYCLOAK_ADMIN_USERNAME: keycloak.administrator.username,
      SIDECAR_KEYCLOAK_ADMIN_PASSWORD: keycloak.administrator.password,
      // Each scenario says itself when Keycloak reads, and what it read a second ago is old.
      SIDECAR_KEYCLOAK_FEDERATION_CACHE_SECONDS: '1',
      ...env,
    };
    const options = { cwd: folder.path, env: environment };
    const run = (...args: readonly string[]) =>
      runProgram(process.execPath, [mainFile, ...args], {
        ...{ cwd: folder.path, env: plainEnvironment(environment), timeoutMs: commandLimitMs },
      });
    const expect = async (code: number, ...args: readonly string[]) => {
      const ended = await run(...args);
      assert.equal(ended.code, code, `${args.join(' ')}:\n${ended.stdout}\n${ended.stderr}`);
      return ended;
    };

    let service: SidecarProcess | undefined;
    const startService = async () => {
      service = startSidecar(['serve'], options);
      await service.waitFor(/"ldap":"/, 'stderr', commandLimitMs);
      await service.waitFor(/"directory published"/, 'stderr', commandLimitMs);
    };
    const stopService = async (signal?: NodeJS.Signals) => void (await service?.stop(signal));
    closers.push(() => stopService('SIGKILL'));

    await expect(0, 'sync');
    await startService();
    await expect(0, 'keycloak', 'bootstrap', '--create-realm');
    await expect(0, 'keycloak', 'apply');
    const admin = createAdminCalls(keycloak, realm);
    closers.push(() => admin.remove(`/${realm}`));
    await admin.post('clients', {
      ...{ clientId: probeClient, publicClient: true, directAccessGrantsEnabled: true, standardFlowEnabled: true },
      redirectUris: ['http://127.0.0.1/*'],
    });

    const syncKeycloak = async (kind: 'full' | 'changed') => {
      const [provider] = await admin.get<{ id: string }[]>(`components?type=org.keycloak.storage.UserStorageProvider`);
      const action = kind === 'full' ? 'triggerFullSync' : 'triggerChangedUsersSync';
      return admin.send<SyncReply>(`user-storage/${provider?.id}/sync?action=${action}`);
    };
    const realmUrl = `${keycloak.url}/realms/${realm}`;
    return {
      ...{ realm, realmUrl, ldapPort, admin, run, expect, startService, stopService, close },
      get simulator() {
        return simulator;
      },
      replaceSimulator(other) {
        simulator = other;
      },
      get service() {
        assert.ok(service !== undefined);
        return service;
      },
      async syncIcewarp(...more) {
        const { stdout } = await expect(0, 'sync', '--json', ...more);
        const { generation } = JSON.parse(stdout) as { generation: number };
        await service?.waitFor(
          new RegExp(
            `"directory published".*"generation":${generation}\\b|"generation":${generation}\\b.*"directory published"`,
          ),
          'stderr',
        );
      },
      async readDirectory() {
        const database = await openDatabase({
          url: `sqlite:${join(folder.path, 'data', 'sidecar.sqlite')}`,
          log: silentLog,
        });
        const store = createDirectoryStore(database);
        try {
          return await store.load();
        } finally {
          await store.close();
        }
      },
      syncKeycloak,
      trySyncKeycloak: (kind) => syncKeycloak(kind).catch(() => undefined),
      async takeRight(name) {
        const [client] = await admin.get<{ id: string }[]>('clients?clientId=icewarp-sidecar');
        const [rights] = await admin.get<{ id: string }[]>('clients?clientId=realm-management');
        const account = await admin.get<{ id: string }>(`clients/${client?.id}/service-account-user`);
        const path = `users/${account.id}/role-mappings/clients/${rights?.id}`;
        const given = await admin.get<{ name: string }[]>(path);
        const taken = given.filter((role) => role.name === name);
        await admin.remove(path, taken);
        return { giveBack: () => admin.post(path, taken) };
      },
      async findUser(username) {
        const found = await admin.get<RealmUser[]>(`users?exact=true&username=${encodeURIComponent(username)}`);
        return found[0];
      },
      logIn: (username, password) => askForTokens(realmUrl, { grant_type: 'password', username, password }),
      refresh: (token) => askForTokens(realmUrl, { grant_type: 'refresh_token', refresh_token: token }),
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function makeCompany(users: number) {
  const company = generateCompany({ users: users - people.length, seed: 7 });
  for (const person of people) {
    const name = person[0]?.toUpperCase() + person.slice(1);
    const names = { displayName: `${name} Person`, givenName: name, surname: 'Person' };
    company.addAccount({ address: addressOf(person), password: `${person}-demo`, ...names });
  }
  const addGroup = (name: string, members: readonly string[]) =>
    company.addAccount({ address: `${name}@example.com`, type: 'group', displayName: name, members });
  addGroup('auditors', [addressOf('ada')]);
  addGroup('admins', []);
  addGroup('outsiders', [addressOf('dora')]);
  return company;
}
