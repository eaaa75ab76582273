import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { message, text, tlv } from './support/ber.ts';
import { type LdapWorld, startWorld } from './support/ldap-world.ts';
import type { RawClient } from './support/raw-client.ts';
import { control, extendedRequest, pagedControl, unbindRequest, whoAmIRequest } from './support/requests.ts';

const alice = 'uid=alice@example.com,ou=users,o=icewarp';

describe('other operations', () => {
  let world: LdapWorld;
  let reader: RawClient;
  before(async () => {
    world = await startWorld();
    reader = await world.connectReader();
  });
  after(() => world.stop());

  async function ask(request: Buffer, client = reader): Promise<{ code: number; tag: number; text: string }> {
    client.send(request);
    return client.next();
  }

  it('write nothing and say where passwords are changed', async () => {
    const change = tlv(0x30, tlv(0x0a, Buffer.from([2])), tlv(0x30, text('userPassword'), tlv(0x31, text('new'))));
    const writes: readonly (readonly [Buffer, number])[] = [
      [message(4, tlv(0x66, text(alice), tlv(0x30, change))), 0x67],
      [message(4, tlv(0x68, text(alice), tlv(0x30))), 0x69],
      [message(4, text(alice, 0x4a)), 0x6b],
      [message(4, tlv(0x6c, text(alice), text('uid=x'), Buffer.from([1, 1, 0]))), 0x6d],
      [extendedRequest(4, '1.3.6.1.4.1.4203.1.11.1', ''), 0x78],
    ];
    for (const [request, tag] of writes) {
      const answer = await ask(request);
      assert.deepEqual([answer.code, answer.tag], [53, tag]);
      assert.match(answer.text, /changed in IceWarp/);
    }
  });

  it('answer "Who am I?"', async () => {
    const client = await world.connect();
    client.send(whoAmIRequest(1));
    assert.deepEqual((await client.next()).extension, { name: undefined, value: '' });
    reader.send(whoAmIRequest(1));
    assert.equal((await reader.next()).extension.value, 'dn:cn=reader');
    assert.equal((await ask(extendedRequest(2, '1.3.6.1.4.1.4203.1.11.3', 'x'))).code, 2);
  });

  it('know no other extended operation, StartTLS not either', async () => {
    for (const oid of ['1.3.6.1.4.1.1466.20037', '1.2.3', ''])
      assert.equal((await ask(extendedRequest(2, oid))).code, 2);
  });

  it('refuse an unknown critical control', async () => {
    const critical = tlv(0xa0, control('1.2.3', true));
    const whoAmI = tlv(0x77, text('1.3.6.1.4.1.4203.1.11.3', 0x80));
    assert.equal((await ask(message(2, whoAmI, critical))).code, 12);
    // The control for pages means nothing here.
    assert.equal((await ask(message(2, whoAmI, tlv(0xa0, pagedControl(1))))).code, 12);
  });

  it('end with unbind', async () => {
    const client = await world.connectReader();
    client.send(unbindRequest(2));
    await client.closed;
    assert.equal(client.pending(), 0);
  });
});
