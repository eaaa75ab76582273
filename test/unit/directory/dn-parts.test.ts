import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildDirectory, buildUser } from './company.ts';
import { extensible, findDns, publish } from './reading.ts';

describe('an extensible match of the parts of a DN', () => {
  const user = buildUser(1, 'a@example.com', { roles: ['x,ou=sales', 'Ärzte+Pfleger'] });
  const snapshot = publish(buildDirectory([user]), 'ou=Büro,l=Bonn,o=icewarp');
  const base = 'ou=Büro,l=Bonn,o=icewarp';
  const find = (attribute: string | undefined, rule: string | undefined, value: string) =>
    findDns(snapshot, { ...extensible(attribute, rule, value), dnAttributes: true } as ReturnType<typeof extensible>);

  it('does not take for a part what stands inside a value', () => {
    assert.deepEqual(find('ou', undefined, 'sales'), []);
    assert.deepEqual(find(undefined, 'caseIgnoreMatch', 'sales'), []);
    assert.deepEqual(find('cn', undefined, 'x,ou=sales'), [`cn=x\\,ou=sales,ou=roles,${base}`]);
    assert.deepEqual(find('cn', undefined, 'x'), []);
  });

  it('compares values beyond ASCII, and those that need escapes', () => {
    assert.deepEqual(find('cn', undefined, 'ÄRZTE+pfleger'), [`cn=Ärzte\\+Pfleger,ou=roles,${base}`]);
    assert.deepEqual(find('cn', 'caseExactMatch', 'ärzte+Pfleger'), []);
    assert.equal(find('ou', undefined, 'BÜRO').length, snapshot.counts.entries);
  });

  it('knows the parts of the base, whatever their type', () => {
    for (const name of ['l', 'L', 'localityName', '2.5.4.7'])
      assert.equal(find(name, undefined, 'bonn').length, snapshot.counts.entries, name);
    assert.equal(find('o', 'caseExactMatch', 'icewarp').length, snapshot.counts.entries);
    assert.deepEqual(find('st', undefined, 'bonn'), []);
  });
});
