import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DomainError } from '../../../sidecar/core/errors.ts';
import { buildSnapshot, openSnapshot } from '../../../sidecar/directory/builder.ts';
import { company, generateCompany, janeDn } from './company.ts';
import { everything, publish, publishedAt, readDn, readEntry } from './reading.ts';

describe('the base DN', () => {
  for (const [given, served, objectClass] of [
    ['O = IceWarp', 'o=IceWarp', 'organization'],
    ['dc=archive , DC=Example', 'dc=archive,dc=Example', 'domain'],
    ['ou=mail,o=Company', 'ou=mail,o=Company', 'organizationalUnit'],
  ] as const) {
    it(`"${given}" is served as ${served}`, () => {
      const snapshot = publish(company, given);
      assert.equal(snapshot.baseDn, served);
      assert.ok(readDn(snapshot, served).attributes.get('objectClass')?.includes(objectClass));
      assert.equal(
        readDn(snapshot, `uid=JANE@example.com,ou=users,${given}`).dn,
        `uid=jane@example.com,ou=users,${served}`,
      );
    });
  }
  for (const baseDn of ['', 'cn=x', 'o=', 'o=a+ou=b', 'nonsense', 'foo=x,o=y']) {
    it(`"${baseDn}" is refused`, () => {
      const build = () => buildSnapshot(company, { baseDn, publishedAt });
      assert.throws(build, (error) => error instanceof DomainError && error.code === 'invalid_input');
    });
  }
});

describe('a selection', () => {
  const snapshot = publish(company);
  const id = snapshot.findDn(janeDn, everything) ?? -1;
  const names = (attributes: string[], typesOnly = false) => [
    ...readEntry(snapshot, id, attributes, typesOnly).attributes.keys(),
  ];

  it('of nothing or * is all user attributes, of + all operational ones', () => {
    const operational = names(['+']);
    assert.ok(operational.includes('entryUUID') && !operational.includes('cn'));
    assert.ok(names([]).includes('memberOf') && !names([]).includes('entryUUID'));
    assert.deepEqual(names(['*']), names([]));
    assert.deepEqual(names(['*', '+']), [...names([]), ...operational]);
    assert.deepEqual(names(['*', 'entryDN']), [...names([]), 'entryDN']);
  });

  for (const [asked, expected] of [
    [
      ['MAIL', 'cn'],
      ['cn', 'mail'],
    ],
    [
      ['2.5.4.3', 'surname', 'rfc822Mailbox'],
      ['cn', 'sn', 'mail'],
    ],
    [['cn', 'cn'], ['cn']],
    [['1.1'], []],
    [['1.1', 'cn'], ['cn']],
    [['noSuchAttribute'], []],
    [['cn;lang-en', 'sn;binary'], []],
    [['nsAccountLock'], []],
    [
      ['entryUUID', 'uid'],
      ['uid', 'entryUUID'],
    ],
  ] as const) {
    it(`of ${asked.join(', ')} is ${expected.join(', ') || 'nothing'}`, () =>
      assert.deepEqual(names([...asked]), expected));
  }

  it('of types only has no values', () => {
    const { attributes } = readEntry(snapshot, id, ['cn', '+'], true);
    assert.ok(attributes.has('entryUUID'));
    assert.deepEqual(attributes.get('cn'), []);
    assert.ok([...readEntry(snapshot, id, [], true).attributes.values()].every((values) => values.length === 0));
  });

  it('is never mistaken for another whose names run together', () => {
    assert.deepEqual(names(['cn\0sn']), []);
    assert.deepEqual(names(['cn","sn']), []);
    assert.deepEqual(names(['cn', 'sn']), ['cn', 'sn']);
  });

  it('stays right when many others were asked for', () => {
    for (let number = 0; number < 1000; number++) snapshot.select([`x${number}`], false);
    assert.deepEqual(names(['cn', 'sn']), ['cn', 'sn']);
  });

  it('does not write past the target', () => {
    for (const attributes of [[], ['cn'], ['+']]) {
      const selection = snapshot.select(attributes, false);
      const target = Buffer.alloc(snapshot.entrySize(id, selection) - 1);
      assert.throws(() => snapshot.writeEntry(id, selection, target, 0), RangeError);
    }
  });
});

describe('a block', () => {
  it('takes at most 2,100 octets for a user with an alias and five memberships', () => {
    const block = buildSnapshot(generateCompany(4000, 80), { baseDn: 'o=icewarp', publishedAt });
    assert.ok(block.memory.byteLength / 4000 < 2100, `${block.memory.byteLength / 4000}`);
  });

  it('is refused by a program of another layout', () => {
    const block = buildSnapshot(company, { baseDn: 'o=icewarp', publishedAt });
    assert.throws(() => openSnapshot({ ...block, header: { ...block.header, layoutVersion: 0 } }), TypeError);
  });

  it('carries generation and time, and shares its memory', () => {
    const block = buildSnapshot(company, { baseDn: 'o=icewarp', publishedAt });
    const snapshot = openSnapshot(structuredClone(block));
    assert.equal(snapshot.generation, 7);
    assert.deepEqual(snapshot.publishedAt, publishedAt);
    new Uint8Array(block.memory).fill(0);
    assert.deepEqual(snapshot.findByName('jane@example.com'), { kind: 'unknown' });
  });
});
