import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { toComponentId } from '../../../plugin/component-ids.ts';
import type { KeycloakSettings } from '../../../plugin/settings.ts';
import type { MemoryRealm } from './memory-realm.ts';
import { brokering, createHarness, federation, toSettings } from './target-harness.ts';

interface Case {
  readonly name: string;
  readonly settings?: KeycloakSettings;
  readonly spoil: (realm: MemoryRealm) => void;
  readonly says: readonly RegExp[];
}

const handMade = { name: 'icewarp', providerId: 'ldap', parentId: 'realm-1', config: {} };
const failed = (code: string) => (realm: MemoryRealm) => {
  realm.reachable = { kind: 'failed', code };
};

const cases: readonly Case[] = [
  {
    name: 'every missing right',
    settings: toSettings({ brokering, federation: { ...federation, clients: ['archive'] } }),
    spoil: (realm) => {
      realm.rights = new Set(['manage-users', 'view-realm']);
    },
    says: [/manage-realm: /, /view-clients: /, /manage-identity-providers: /, /keycloak bootstrap/],
  },
  {
    name: 'a provider made by hand with our name',
    spoil: (realm) => realm.components.push({ ...handMade, id: 'by-hand' }),
    says: [/LDAP provider icewarp \(by-hand\) was not made by us; rename or delete it/],
  },
  {
    name: 'two providers with our name',
    spoil: (realm) => {
      realm.components.push({ ...handMade, id: 'by-hand' }, { ...handMade, id: toComponentId('realm-1', 'icewarp') });
    },
    says: [/there are 2 of LDAP provider icewarp \(by-hand, /],
  },
  {
    name: 'an identity provider made by hand with our alias',
    settings: toSettings({ brokering }),
    spoil: (realm) => realm.providers.push({ alias: 'icewarp', properties: { providerId: 'saml' } }),
    says: [/identity provider icewarp was not made by us/],
  },
  {
    name: 'a client that the realm has not',
    settings: toSettings({ federation: { ...federation, clients: ['archive', 'nowhere'] } }),
    spoil: () => {},
    says: [/keycloak\.clients names nowhere, which the realm has not/],
  },
  {
    name: 'a role that a composite includes and nobody has',
    settings: toSettings({ federation: { ...federation, composites: [{ role: 'Auditor', includes: 'Nobody' }] } }),
    spoil: () => {},
    says: [/Auditor includes Nobody, which is no role of the realm/],
  },
  {
    name: 'a foreign group whose subgroups Keycloak would delete',
    settings: toSettings({ federation: { ...federation, removeMissing: true } }),
    spoil: (realm) => realm.groups.push({ id: 'g', name: 'icewarp', mark: undefined, parent: undefined }),
    says: [/the group \/icewarp was not made by us, and keycloak\.federation\.removeMissing would delete/],
  },
  {
    name: 'a facade out of reach',
    spoil: failed('ConnectionFailed'),
    says: [/nobody answers there; is `serve` running/],
  },
  { name: 'a host without a name', spoil: failed('UnknownHost'), says: [/not known to DNS where Keycloak runs/] },
  { name: 'a certificate not trusted', spoil: failed('SSLHandshakeFailed'), says: [/--truststore-paths/] },
  { name: 'a code that nobody knows', spoil: failed('Odd'), says: [/its log tells more \(Odd\)/] },
  {
    name: 'an issuer out of reach',
    settings: toSettings({ brokering }),
    spoil: (realm) => {
      realm.discovery = undefined;
    },
    says: [/Keycloak cannot read https:\/\/sso\.example\.com\/oidc\/\.well-known\/openid-configuration/],
  },
  {
    name: 'the issuer of somebody else',
    settings: toSettings({ brokering }),
    spoil: (realm) => {
      realm.discovery = { issuer: 'https://other.example.com' };
    },
    says: [/about the issuer https:\/\/other\.example\.com; correct keycloak\.brokering\.issuer/],
  },
  {
    name: 'several things at once',
    settings: toSettings({ brokering, federation: { ...federation, clients: ['nowhere'] } }),
    spoil: (realm) => {
      realm.discovery = undefined;
      realm.reachable = { kind: 'failed', code: 'UnknownHost' };
    },
    says: [/cannot read https/, /names nowhere/, /not known to DNS/],
  },
];

describe('a plan names, before anything is changed,', () => {
  for (const { name, settings = toSettings(), spoil, says } of cases) {
    it(name, async () => {
      const { target, realm, account } = createHarness();
      spoil(realm);
      await assert.rejects(target(settings).plan(), (error: Error) => {
        for (const pattern of says) assert.match(error.message, pattern);
        return true;
      });
      assert.deepEqual([realm.log, account.issued], [[], 0]);
    });
  }

  it('no right that a greater one holds, and none where the token does not tell', async () => {
    for (const rights of [new Set(['manage-realm', 'manage-users']), undefined]) {
      const { target, realm } = createHarness();
      realm.rights = rights;
      assert.ok((await target().plan()).changes.length > 0);
    }
  });
});

describe('settings that no realm can be set up from', () => {
  const rejected: readonly (readonly [string, KeycloakSettings, RegExp])[] = [
    ['the realm master', toSettings({ realm: 'master' }), /keycloak\.realm is master/],
    ['nothing to do', toSettings({ federation: undefined }), /neither keycloak\.federation\.enabled nor/],
    [
      'no secret',
      toSettings({ login: { ...toSettings().login, clientSecret: undefined } }),
      /SIDECAR_KEYCLOAK_CLIENT_SECRET_FILE/,
    ],
    [
      'a client that rules the realm',
      toSettings({ federation: { ...federation, clients: ['realm-management'] } }),
      /names realm-management: whoever edits mapping files would rule the realm/,
    ],
    ['StartTLS inside TLS', toSettings({ federation: { ...federation, startTls: true } }), /encrypted already/],
    [
      'roles that include themselves round a corner',
      toSettings({
        federation: {
          ...federation,
          composites: [
            { role: 'Auditor', includes: 'LogOn' },
            { role: 'LogOn', includes: 'Auditor' },
          ],
        },
      }),
      /Auditor includes itself/,
    ],
  ];
  for (const [name, settings, message] of rejected) {
    it(`are refused: ${name}`, () => {
      assert.throws(() => createHarness().target(settings), message);
    });
  }
});
