import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type LdapWorld, startWorld } from './support/ldap-world.ts';
import type { Answer, RawClient } from './support/raw-client.ts';
import { assertionControl, bindRequest, compareRequest, control, equal } from './support/requests.ts';

const alice = 'uid=alice@example.com,ou=users,o=icewarp';

describe('compare', () => {
  let world: LdapWorld;
  let reader: RawClient;
  before(async () => {
    world = await startWorld();
    reader = await world.connectReader();
  });
  after(() => world.stop());

  type Compared = readonly [dn: string, attribute: string, value: string, controls?: readonly Buffer[]];
  async function answerTo(compared: Compared, client = reader): Promise<Answer> {
    client.send(compareRequest(3, ...compared));
    const answer = await client.next();
    assert.deepEqual([answer.id, answer.tag], [3, 0x6f]);
    return answer;
  }
  const codeOf = async (...compared: Compared) => (await answerTo(compared)).code;

  const auditors = 'cn=auditors@example.com,ou=groups,o=icewarp';
  const cases: readonly (readonly [name: string, compared: Compared, code: number])[] = [
    ['is true by the matching rule', [alice, 'mail', 'ALICE@example.com'], 6],
    ['is true for any name of the attribute', [alice, 'RFC822Mailbox', 'alice@example.com'], 6],
    ['is true for the OID of the attribute', [alice, '2.5.4.4', ' example '], 6],
    ['is true for a DN in any spelling', [auditors, 'member', alice.toUpperCase().replaceAll(',', ' , ')], 6],
    ['is true for operational attributes', [alice, 'hasSubordinates', 'FALSE'], 6],
    ['is false for another value', [alice, 'mail', 'bob@example.com'], 5],
    ['says that the entry lacks the attribute', [alice, 'telephoneNumber', '1'], 16],
    ['says so of an attribute that no entry has', [alice, 'employeeType', 'x'], 16],
    ['says so of an attribute with options', [alice, 'cn;lang-de', 'Alice Example'], 16],
    ['says that nobody knows the attribute', [alice, 'shoeSize', '43'], 17],
    ['says that an attribute has no matching rule', [alice, 'userPassword', 'alice-demo'], 18],
    ['says that the value is none of the attribute', [alice, 'createTimestamp', 'yesterday'], 21],
    ['takes the root DSE too', ['', 'supportedLDAPVersion', '3'], 6],
    ['takes the subschema too', ['cn=Subschema', 'cn', 'x'], 5],
    ['says that there is no such entry', ['uid=x,ou=users,o=icewarp', 'mail', 'x'], 32],
    ['says that the name is no DN', ['no dn', 'mail', 'x'], 34],
  ];
  for (const [name, compared, code] of cases) {
    it(name, async () => assert.equal(await codeOf(...compared), code));
  }

  it('names the part of the DN that exists', async () => {
    assert.equal((await answerTo(['uid=x,ou=users,o=icewarp', 'mail', 'x'])).matchedDn, 'ou=users,o=icewarp');
  });

  it('obeys an assertion', async () => {
    const holds = [assertionControl(equal('givenName', 'ALICE'))];
    assert.equal(await codeOf(alice, 'sn', 'example', holds), 6);
    assert.equal(await codeOf(alice, 'sn', 'example', [assertionControl(equal('givenName', 'bob'))]), 122);
    assert.equal(await codeOf(alice, 'sn', 'example', [assertionControl(equal('shoeSize', '43'), false)]), 122);
    assert.equal(await codeOf('uid=x,ou=users,o=icewarp', 'sn', 'example', holds), 32);
  });

  it('is never answered from a copy', async () => {
    assert.equal(await codeOf(alice, 'sn', 'example', [control('1.3.6.1.1.22', true)]), 6);
  });

  it('shows nobody what a search does not', async () => {
    const nobody = await world.connect();
    for (const compared of [
      [alice, 'mail', 'x'],
      ['dc=nowhere', 'shoeSize', 'x'],
    ] as const) {
      const answer = await answerTo(compared, nobody);
      assert.deepEqual([answer.code, answer.matchedDn], [50, '']);
    }
    assert.equal((await answerTo(['cn=subschema', 'cn', 'subschema'], nobody)).code, 6);
    const user = await world.connect();
    user.send(bindRequest(1, 'bob', 'bob-demo'));
    await user.next();
    assert.equal((await answerTo([alice, 'mail', 'alice@example.com'], user)).code, 32);
    assert.equal((await answerTo(['ou=users,o=icewarp', 'ou', 'users'], user)).code, 32);
    assert.equal((await answerTo(['uid=bob@example.com,ou=users,o=icewarp', 'sn', 'example'], user)).code, 6);
  });
});
