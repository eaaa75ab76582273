import type { BindAccount } from '../../../plugin/bind-account.ts';
import { createKeycloakTarget, type KeycloakTarget } from '../../../plugin/keycloak-target.ts';
import type { BrokeringSettings, FederationSettings, KeycloakSettings } from '../../../plugin/settings.ts';
import type { Mapping } from '../../../sidecar/core/mapping/rules.ts';
import { Secret } from '../../../sidecar/core/secret.ts';
import { createMemoryRealm, type MemoryRealm } from './memory-realm.ts';

export const mapping: Mapping = {
  defaults: ['LogOn', 'ReadOwnArchive'],
  rules: [
    {
      ...{ name: 'auditors', when: { group: 'auditors@example.com' }, deny: [], roles: ['Auditor'] },
      grant: ['ReadArchive:group:legal@example.com', 'ReadArchive:*', 'DeleteArchive:eve@example.com'],
    },
  ],
};

export const federation: FederationSettings = {
  ...{ name: 'icewarp', connectionUrl: 'ldaps://ldap.example.com:636', startTls: false, bindAccount: 'keycloak' },
  ...{ baseDn: 'o=icewarp', fullSyncSeconds: 86_400, changedSyncSeconds: 600, batchSize: 500, cacheSeconds: 300 },
  ...{ removeMissing: false, groupsParent: 'icewarp', clients: [], composites: [] },
};

export const brokering: BrokeringSettings = {
  ...{ alias: 'icewarp', issuer: 'https://sso.example.com/oidc', clientId: 'keycloak' },
  clientSecret: new Secret('broker-secret'),
};

export function toSettings(change: Partial<KeycloakSettings> = {}): KeycloakSettings {
  const login = {
    url: 'https://keycloak.example.com',
    loginRealm: 'staff',
    clientId: 'icewarp-sidecar',
    ca: undefined,
  };
  return {
    login: { ...login, clientSecret: new Secret('own-secret') },
    ...{ realm: 'staff', federation, brokering: undefined },
    ...change,
  };
}

export interface TestAccount extends BindAccount {
  state: Awaited<ReturnType<BindAccount['readState']>>;
  issued: number;
}

export interface Harness {
  readonly realm: MemoryRealm;
  readonly account: TestAccount;
  target(settings?: KeycloakSettings, groups?: readonly string[]): KeycloakTarget;
  /** Plans and applies; rejects when not all of it could be done. */
  setUp(settings?: KeycloakSettings, groups?: readonly string[]): Promise<void>;
}

export function createHarness(): Harness {
  const realm = createMemoryRealm();
  const account: TestAccount = {
    ...{ state: 'missing', issued: 0 },
    readState: async () => account.state,
    async issue() {
      account.issued += 1;
      if (account.state !== 'configured') account.state = 'usable';
      realm.goodSecrets.clear();
      realm.goodSecrets.add(`bind-secret-${account.issued}`);
      return new Secret(`bind-secret-${account.issued}`);
    },
    async remove() {
      account.state = 'missing';
    },
  };
  const clock = { now: () => new Date(0), sleep: async () => {} };
  const target = (settings = toSettings(), groups: readonly string[] = ['staff@example.com']) =>
    createKeycloakTarget({ settings, admin: realm, account, clock, mapping, groups });
  return {
    ...{ realm, account, target },
    async setUp(settings, groups) {
      const made = target(settings, groups);
      const { left, failure } = await made.apply(await made.plan(), () => {});
      if (left.length > 0) throw failure;
      realm.log.length = 0;
    },
  };
}
