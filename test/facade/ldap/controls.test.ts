import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { message, text, tlv } from './support/ber.ts';
import { type LdapWorld, startWorld } from './support/ldap-world.ts';
import type { Answer, RawClient } from './support/raw-client.ts';
import {
  and,
  assertionControl,
  bindRequest,
  control,
  equal,
  not,
  present,
  type SearchParts,
  searchRequest,
} from './support/requests.ts';

const manageDsaIt = '2.16.840.1.113730.3.4.2';
const dontUseCopy = '1.3.6.1.1.22';
const assertion = '1.3.6.1.1.12';
const alice = 'uid=alice@example.com,ou=users,o=icewarp';

describe('controls of a search', () => {
  let world: LdapWorld;
  let reader: RawClient;
  before(async () => {
    world = await startWorld();
    reader = await world.connectReader();
  });
  after(() => world.stop());

  async function search(parts: SearchParts, client = reader): Promise<{ count: number; done: Answer }> {
    client.send(searchRequest(7, { base: alice, scope: 0, ...parts }));
    const { entries, done } = await client.searchResult();
    return { count: entries.length, done };
  }
  const codeWith = async (...controls: readonly Buffer[]) => (await search({ controls })).done.code;

  it('may ask for entries as they are, and never from a copy', async () => {
    for (const oid of [manageDsaIt, dontUseCopy])
      for (const isCritical of [true, false]) assert.equal(await codeWith(control(oid, isCritical)), 0);
  });

  it('may demand that something holds for the base', async () => {
    const holds = [assertionControl(and(equal('givenName', 'ALICE'), not(present('telephoneNumber'))))];
    assert.deepEqual((await search({ controls: holds })).count, 1);
    for (const filter of [equal('givenName', 'bob'), equal('shoeSize', '43'), not(equal('shoeSize', '43'))]) {
      const { count, done } = await search({ controls: [assertionControl(filter)] });
      assert.deepEqual([count, done.code], [0, 122]);
    }
  });

  it('have their assertion hold for the base, not for what is found', async () => {
    const below = { base: 'ou=users,o=icewarp', scope: 1, filter: equal('givenName', 'bob') };
    assert.equal((await search({ ...below, controls: [assertionControl(equal('ou', 'users'))] })).count, 1);
    assert.equal((await search({ ...below, controls: [assertionControl(equal('givenName', 'bob'))] })).done.code, 122);
    const nothing = { base: 'ou=nothing,o=icewarp', controls: [assertionControl(present('ou'))] };
    assert.equal((await search(nothing)).done.code, 32);
  });

  it('have their assertion hold for the root DSE and the subschema too', async () => {
    const rootDse = (filter: Buffer) => search({ base: '', controls: [assertionControl(filter)] });
    assert.equal((await rootDse(equal('supportedLDAPVersion', '3'))).count, 1);
    assert.equal((await rootDse(equal('supportedLDAPVersion', '2'))).done.code, 122);
    const subschema = { base: 'cn=subschema', controls: [assertionControl(present('mail'))] };
    assert.equal((await search(subschema)).done.code, 122);
  });

  it('do not let an assertion see more than a search', async () => {
    const user = await world.connect();
    user.send(bindRequest(1, 'bob', 'bob-demo'));
    assert.equal((await user.next()).code, 0);
    const controls = [assertionControl(present('objectClass'))];
    assert.equal((await search({ base: 'ou=users,o=icewarp', scope: 2, controls }, user)).done.code, 122);
    assert.equal((await search({ controls }, user)).done.code, 32);
  });

  it('end the operation when they are unknown and critical, and are passed over otherwise', async () => {
    assert.equal(await codeWith(control('1.2.3.4', true)), 12);
    assert.equal(await codeWith(control('1.2.3.4', true, text('x'))), 12);
    assert.equal(await codeWith(control('1.2.3.4', false), control('1.2.3.4', false, text('y'))), 0);
    assert.equal(await codeWith(control('', false)), 0);
  });

  it('are refused when given twice', async () => {
    const holds = assertionControl(present('cn'));
    for (const one of [control(manageDsaIt, false), control(dontUseCopy, true), holds])
      assert.equal(await codeWith(one, one), 2);
  });

  it('are refused when malformed, and the connection goes on', async () => {
    const broken: readonly Buffer[] = [
      control(manageDsaIt, true, Buffer.alloc(0)),
      control(dontUseCopy, true, text('x')),
      control(assertion, true),
      control(assertion, false),
      control(assertion, true, Buffer.alloc(0)),
      control(assertion, true, Buffer.from('(cn=*)')),
      control(assertion, true, Buffer.concat([present('cn'), present('cn')])),
      control(assertion, true, Buffer.from([0xa0, 0x80])),
    ];
    for (const one of broken) assert.equal(await codeWith(one), 2, one.toString('hex'));
    assert.equal(await codeWith(control(manageDsaIt, true)), 0);
  });

  it('have bounds on their filter as any other', async () => {
    let filter = present('cn');
    for (let depth = 0; depth < 100; depth++) filter = not(filter);
    assert.equal(await codeWith(assertionControl(filter)), 53);
  });

  it('mean nothing for other operations', async () => {
    const codes: number[] = [];
    const bind = tlv(0x60, tlv(0x02, Buffer.from([3])), text(''), text('', 0x80));
    const whoAmI = tlv(0x77, text('1.3.6.1.4.1.4203.1.11.3', 0x80));
    const client = await world.connect();
    for (const operation of [bind, whoAmI]) {
      for (const oid of [assertion, dontUseCopy, '1.2.840.113556.1.4.319', '1.2.840.113556.1.4.473', manageDsaIt]) {
        client.send(message(8, operation, tlv(0xa0, control(oid, true))));
        codes.push((await client.next()).code);
      }
    }
    assert.deepEqual(codes, [12, 12, 12, 12, 0, 12, 12, 12, 12, 0]);
  });
});
