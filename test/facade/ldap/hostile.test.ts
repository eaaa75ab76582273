import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { int, message, text, tlv } from './support/ber.ts';
import { type LdapWorld, startWorld } from './support/ldap-world.ts';
import type { RawClient } from './support/raw-client.ts';
import { bindRequest, pagedControl, searchRequest, whoAmIRequest } from './support/requests.ts';

const noticeOid = '1.3.6.1.4.1.1466.20036';

/** The connection ends with a Notice of Disconnection, and nothing else. */
async function expectNotice(client: RawClient, code = 2): Promise<void> {
  const notice = await client.next();
  assert.deepEqual([notice.id, notice.tag, notice.code, notice.extension.name], [0, 0x78, code, noticeOid]);
  await client.closed;
  assert.equal(client.pending(), 0);
}

describe('what is no LDAP', () => {
  let world: LdapWorld;
  before(async () => {
    world = await startWorld();
  });
  after(() => world.stop());
  after(() => assert.deepEqual(world.errors, []));

  const broken: readonly (readonly [string, Uint8Array])[] = [
    ['a TLS greeting', Buffer.from('16030100a5010000a10303', 'hex')],
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')],
    ['an indefinite length', Buffer.from('3080020101', 'hex')],
    ['a length of 4 GB', Buffer.from('3084ffffffff', 'hex')],
    ['a length of more octets', Buffer.from('3088000000000000000a', 'hex')],
    ['a message id of 0', message(0, tlv(0x42))],
    ['a negative message id', tlv(0x30, Buffer.from([0x02, 0x01, 0xff]), tlv(0x42))],
    ['a message id beyond 2^31-1', tlv(0x30, Buffer.from([0x02, 0x05, 0, 0x80, 0, 0, 0]), tlv(0x42))],
    ['a message id without octets', tlv(0x30, tlv(0x02), tlv(0x42))],
    ['a message id of another type', tlv(0x30, text('1'), tlv(0x42))],
    ['an empty message', tlv(0x30)],
    ['a message without operation', tlv(0x30, int(1))],
    ['an unknown operation', message(1, tlv(0x5f, 'x'))],
    ['a response', message(1, tlv(0x61, int(0, 0x0a), text(''), text('')))],
    ['a tag of several octets', message(1, Buffer.from([0x7f, 0x21, 0x00]))],
    ['an operation longer than its message', tlv(0x30, int(1), Buffer.from([0x60, 0x20, 0x02, 0x01, 0x03]))],
    ['a bind without content', message(1, tlv(0x60))],
    ['a bind without password', message(1, tlv(0x60, int(3), text('cn=reader')))],
    ['a bind with a name that is no UTF-8', bindRequest(1, Buffer.from([0xc3, 0x28]), 'x')],
    [
      'a search without filter',
      message(1, tlv(0x63, text(''), int(0, 0x0a), int(0, 0x0a), int(0), int(0), Buffer.from([1, 1, 0]))),
    ],
    [
      'a search with a negative size limit',
      message(1, tlv(0x63, text(''), int(0, 0x0a), int(0, 0x0a), Buffer.from([2, 1, 0x80]))),
    ],
    [
      'a filter with a broken length',
      searchRequest(1, { base: '', scope: 0, filter: Buffer.from([0xa0, 0x7f, 0x87, 0x00]) }),
    ],
    ['a not without content', searchRequest(1, { base: '', scope: 0, filter: tlv(0xa2) })],
    ['controls that are none', message(1, tlv(0x77, text('1.2', 0x80)), tlv(0xa0, text('x')))],
    [
      'an element behind the operation that is cut off',
      tlv(0x30, int(1), tlv(0x77, text('1.2', 0x80)), Buffer.from([0x04, 0x05])),
    ],
    ['more than 64 KiB before a bind', Buffer.from([0x30, 0x83, 0x01, 0x00, 0x01])],
  ];
  for (const [name, octets] of broken) {
    it(`ends the session with a notice: ${name}`, async () => {
      const client = await world.connect();
      client.send(octets);
      await expectNotice(client);
    });
  }

  it('ends the session behind operations that were answered', async () => {
    const client = await world.connect();
    client.send(whoAmIRequest(1), Buffer.from('garbage'), whoAmIRequest(2));
    assert.equal((await client.next()).id, 1);
    await expectNotice(client);
  });

  it('is not what stands behind the known parts of a message', async () => {
    const client = await world.connect();
    client.send(message(1, tlv(0x77, text('1.3.6.1.4.1.4203.1.11.3', 0x80)), text('later', 0x8f)));
    assert.equal((await client.next()).code, 0);
  });

  it('allows 1 MiB and no more after a bind', async () => {
    const client = await world.connectReader();
    client.send(searchRequest(2, { filter: text('x'.repeat(1_000_000), 0x87) }));
    assert.equal((await client.searchResult()).done.code, 0);
    client.send(Buffer.from([0x30, 0x83, 0x10, 0x00, 0x00]));
    await expectNotice(client);
  });

  it('never takes the process down, whatever octets come, and others are served', async () => {
    const recorded = [
      bindRequest(1, 'cn=reader', 'reader-demo'),
      searchRequest(2, { base: '', scope: 0, controls: [pagedControl(3)] }),
      whoAmIRequest(3),
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(2), fc.nat(200), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        async (mutations) => {
          const messages = recorded.map((one) => Buffer.from(one));
          for (const [index, place, octet] of mutations) {
            const target = messages[index];
            if (target !== undefined) target[place % target.length] = octet;
          }
          const socket = connect(world.port, '127.0.0.1');
          socket.on('error', () => {});
          socket.end(Buffer.concat(messages));
          socket.resume();
          await new Promise((resolve) => socket.once('close', resolve));
        },
      ),
      { numRuns: 300 },
    );
    const client = await world.connectReader();
    client.send(searchRequest(2));
    assert.equal((await client.searchResult()).entries.length, 23);
  });
});
