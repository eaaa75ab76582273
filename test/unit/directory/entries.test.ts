import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { plainPrivileges } from '../../../sidecar/core/mapping/rules.ts';
import { bob, buildDirectory, buildUser, company, jane, janeDn, sales, toUuid } from './company.ts';
import { findDns, present, publish, readDn, readEntry } from './reading.ts';

describe('a user entry', () => {
  it('bears exactly the attributes of the tree', () => {
    const { dn, attributes } = readDn(publish(company), janeDn);
    assert.equal(dn, janeDn);
    assert.deepEqual(Object.fromEntries(attributes), {
      objectClass: ['top', 'person', 'organizationalPerson', 'inetOrgPerson', 'icewarpAccount'],
      uid: ['jane@example.com'],
      cn: ['Jane Müller'],
      sn: ['Müller'],
      givenName: ['Jane'],
      displayName: ['Jane Müller'],
      mail: ['jane@example.com', 'j.mueller@example.com'],
      mailAlternateAddress: ['j.mueller@example.com'],
      proxyAddresses: ['SMTP:jane@example.com', 'smtp:j.mueller@example.com'],
      sAMAccountName: ['jane'],
      userPrincipalName: ['jane@example.com'],
      objectCategory: ['cn=Person,cn=Schema,cn=Configuration,o=icewarp'],
      description: ['Boss'],
      telephoneNumber: ['+49 30 1'],
      accountEnabled: ['TRUE'],
      userAccountControl: ['512'],
      memberOf: [
        'cn=sales@example.com,ou=groups,o=icewarp',
        'cn=LogOn,ou=privileges,o=icewarp',
        'cn=ReadArchive:bob@example.com,ou=privileges,o=icewarp',
        'cn=auditor,ou=roles,o=icewarp',
      ],
      entryUUID: [jane.id],
      entryDN: [janeDn],
      createTimestamp: ['20260201000000Z'],
      modifyTimestamp: ['20260202000000Z'],
      structuralObjectClass: ['inetOrgPerson'],
      subschemaSubentry: ['cn=subschema'],
      hasSubordinates: ['FALSE'],
      numSubordinates: ['0'],
    });
  });

  it('leaves empty values out and always has cn and sn', () => {
    const blank = { displayName: ' ', givenName: '', surname: '', description: '\t' };
    const named = (fields: object) =>
      publish(buildDirectory([buildUser(1, 'x.y@example.com', { ...blank, ...fields })]));
    const read = (fields: object) => readDn(named(fields), 'uid=x.y@example.com,ou=users,o=icewarp').attributes;
    assert.deepEqual([read({}).get('cn'), read({}).get('sn')], [['x.y'], ['x.y']]);
    for (const name of [
      'displayName',
      'givenName',
      'description',
      'telephoneNumber',
      'memberOf',
      'mailAlternateAddress',
    ]) {
      assert.equal(read({}).has(name), false, name);
    }
    assert.deepEqual(read({ displayName: 'Xy Z' }).get('sn'), ['Xy Z']);
    assert.deepEqual(read({ givenName: 'Xy', surname: 'Z' }).get('cn'), ['Xy Z']);
  });

  for (const state of ['disabled', 'expired', 'password_expired', 'domain_disabled', 'missing'] as const) {
    it(`says that it cannot log in when its state is ${state}`, () => {
      const snapshot = publish(buildDirectory([{ ...jane, state }]));
      const { attributes } = readDn(snapshot, janeDn);
      const shown = ['accountEnabled', 'userAccountControl', 'nsAccountLock', 'pwdAccountLockedTime'];
      assert.deepEqual(
        shown.map((name) => attributes.get(name)?.[0]),
        ['FALSE', '514', 'TRUE', '000001010000Z'],
      );
    });
  }

  it('has a sAMAccountName only when its local part is its own', () => {
    const snapshot = publish(
      buildDirectory([buildUser(1, 'a@x.com'), buildUser(2, 'a@y.com'), buildUser(3, 'b@y.com')]),
    );
    const names = ['a@x.com', 'a@y.com', 'b@y.com'].map(
      (login) => readDn(snapshot, `uid=${login},ou=users,o=icewarp`).attributes.get('sAMAccountName') ?? [],
    );
    assert.deepEqual(names, [[], [], ['b']]);
  });

  for (const [login, dn] of [
    ["o'neil+tag@example.com", "uid=o'neil\\+tag@example.com,ou=users,o=icewarp"],
    ['a,b@example.com', 'uid=a\\,b@example.com,ou=users,o=icewarp'],
    ['#1@example.com', 'uid=\\#1@example.com,ou=users,o=icewarp'],
    ['"q"@example.com', 'uid=\\"q\\"@example.com,ou=users,o=icewarp'],
    ['jürgen@example.com', 'uid=jürgen@example.com,ou=users,o=icewarp'],
  ] as const) {
    it(`of ${login} has the one DN ${dn}`, () => {
      const user = buildUser(1, login, { memberships: [{ groupId: sales.id, direct: true }] });
      const snapshot = publish(buildDirectory([user], [sales]));
      assert.equal(readDn(snapshot, dn).dn, dn);
      assert.deepEqual(readDn(snapshot, dn).attributes.get('entryDN'), [dn]);
      assert.deepEqual(readDn(snapshot, 'cn=sales@example.com,ou=groups,o=icewarp').attributes.get('member'), [dn]);
    });
  }

  it('refuses an id that is no UUID', () => {
    assert.throws(() => publish(buildDirectory([{ ...jane, id: 'jane' }])), /"jane" is no value of entryUUID/);
  });
});

describe('the tree', () => {
  it('lists entries depth first, all plain privileges, and the roles that somebody has', () => {
    assert.deepEqual(findDns(publish(company), present('objectClass')), [
      'o=icewarp',
      'ou=users,o=icewarp',
      'uid=bob@example.com,ou=users,o=icewarp',
      janeDn,
      'ou=groups,o=icewarp',
      'cn=sales@example.com,ou=groups,o=icewarp',
      'ou=privileges,o=icewarp',
      ...[...plainPrivileges, 'ReadArchive:bob@example.com'].sort().map((name) => `cn=${name},ou=privileges,o=icewarp`),
      'ou=roles,o=icewarp',
      'cn=auditor,ou=roles,o=icewarp',
    ]);
  });

  it('has groups with their effective members', () => {
    const { attributes } = readDn(publish(company), 'cn=sales@example.com,ou=groups,o=icewarp');
    assert.deepEqual(attributes.get('objectClass'), ['top', 'groupOfNames', 'icewarpGroup']);
    assert.deepEqual(attributes.get('member'), ['uid=bob@example.com,ou=users,o=icewarp', janeDn]);
    assert.deepEqual(attributes.get('proxyAddresses'), ['SMTP:sales@example.com', 'smtp:vertrieb@example.com']);
    assert.deepEqual(attributes.get('modifyTimestamp'), ['20260301000001Z']);
  });

  it('has groups without members as entries without member', () => {
    const { attributes } = readDn(publish(company), 'cn=Administrator,ou=privileges,o=icewarp');
    assert.equal(attributes.has('member'), false);
  });

  it('gives base and units the earliest time of all, privileges and roles that of the publication', () => {
    const snapshot = publish(company);
    const times = (dn: string) =>
      ['createTimestamp', 'modifyTimestamp'].map((name) => readDn(snapshot, dn).attributes.get(name)?.[0]);
    assert.deepEqual(times('o=icewarp'), ['20260102030405Z', '20260102030405Z']);
    assert.deepEqual(times('ou=users,o=icewarp'), ['20260102030405Z', '20260102030405Z']);
    assert.deepEqual(times('cn=LogOn,ou=privileges,o=icewarp'), ['20260102030405Z', '20260506070810Z']);
  });

  it('gives every entry a UUID of its own that is the same in every build', () => {
    const uuids = (snapshot = publish(company)) =>
      Array.from(
        { length: snapshot.counts.entries },
        (_, id) => readEntry(snapshot, id).attributes.get('entryUUID')?.[0],
      );
    assert.equal(new Set(uuids()).size, uuids().length);
    assert.deepEqual(uuids(), uuids());
    assert.match(uuids()[0] ?? '', /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('says which entries have others below them', () => {
    const snapshot = publish(company);
    const hasOthers = (dn: string, from = snapshot) => readDn(from, dn).attributes.get('hasSubordinates')?.[0];
    assert.equal(hasOthers('o=icewarp'), 'TRUE');
    assert.equal(hasOthers('ou=roles,o=icewarp'), 'TRUE');
    assert.equal(hasOthers('ou=roles,o=icewarp', publish(buildDirectory([bob]))), 'FALSE');
  });

  it('exists without a single user', () => {
    const snapshot = publish({ generation: 0, users: new Map(), groups: new Map() });
    assert.deepEqual(snapshot.counts, { users: 0, groups: 0, entries: 5 + plainPrivileges.length });
    assert.deepEqual(findDns(snapshot, present('uid')), []);
    assert.deepEqual(findDns(snapshot, present('ou')).length, 4);
    assert.deepEqual(snapshot.findByName('a@example.com'), { kind: 'unknown' });
  });

  it('leaves out a membership of a group that is not served', () => {
    const stray = buildUser(1, 'a@x.com', { memberships: [{ groupId: toUuid('group', 99), direct: true }] });
    assert.equal(
      readDn(publish(buildDirectory([stray])), 'uid=a@x.com,ou=users,o=icewarp').attributes.has('memberOf'),
      false,
    );
  });

  it('serves a group of 5,000 whole', () => {
    const users = Array.from({ length: 5000 }, (_, number) =>
      buildUser(number, `user${String(number).padStart(4, '0')}@example.com`, {
        memberships: [{ groupId: sales.id, direct: true }],
      }),
    );
    const snapshot = publish(buildDirectory(users, [sales]));
    const members = readDn(snapshot, 'cn=sales@example.com,ou=groups,o=icewarp').attributes.get('member');
    assert.deepEqual(
      members,
      users.map(({ login }) => `uid=${login},ou=users,o=icewarp`),
    );
    const { attributes } = readDn(snapshot, 'cn=sales@example.com,ou=groups,o=icewarp', ['cn', 'entryUUID']);
    assert.deepEqual([...attributes.values()], [['sales@example.com'], [sales.id]]);
  });
});
