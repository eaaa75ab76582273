import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { bool, int, message, text, tlv } from './support/ber.ts';
import { type LdapWorld, startWorld } from './support/ldap-world.ts';
import type { RawClient } from './support/raw-client.ts';
import { equal, not, present, searchRequest, whoAmIRequest } from './support/requests.ts';

const noticeOid = '1.3.6.1.4.1.1466.20036';
const fourGigabytes = Buffer.from([0x84, 0xff, 0xff, 0xff, 0xff]);
const negative = Buffer.from([0x84, 0x80, 0, 0, 1]);
const indefinite = Buffer.from([0x80]);

/** A search of which one part after the other can be replaced. */
function searchOf(
  parts: Partial<Record<'base' | 'scope' | 'deref' | 'size' | 'time' | 'types' | 'filter' | 'list', Buffer>>,
) {
  const { base = text('o=icewarp'), scope = int(2, 0x0a), deref = int(0, 0x0a), size = int(0) } = parts;
  const { time = int(0), types = bool(false), filter = present('cn'), list = tlv(0x30) } = parts;
  return message(2, tlv(0x63, base, scope, deref, size, time, types, filter, list));
}
const repeat = (octets: Buffer, times: number) => Buffer.alloc(octets.length * times, octets);
const raw = (...octets: readonly (number | Buffer)[]) =>
  Buffer.concat(octets.map((one) => (typeof one === 'number' ? Buffer.from([one]) : one)));

describe('a request that is broken inside', () => {
  let world: LdapWorld;
  before(async () => {
    world = await startWorld();
  });
  after(() => world.stop());
  after(() => assert.deepEqual(world.errors, []));

  const broken: readonly (readonly [string, Buffer])[] = [
    ['a base of 4 GB', searchOf({ base: raw(0x04, fourGigabytes, 0x41) })],
    ['a base of a negative length', searchOf({ base: raw(0x04, negative, 0x41) })],
    ['a base of indefinite length', searchOf({ base: raw(0x24, indefinite, text('x'), 0, 0) })],
    ['a base in pieces', searchOf({ base: tlv(0x24, text('o='), text('icewarp')) })],
    ['a base of another type', searchOf({ base: int(7) })],
    ['a base that is no UTF-8', searchOf({ base: text(Buffer.from([0xc0, 0xaf])) })],
    ['a scope of another type', searchOf({ scope: int(2) })],
    ['a scope without octets', searchOf({ scope: tlv(0x0a) })],
    ['a scope of five octets', searchOf({ scope: tlv(0x0a, Buffer.from([1, 0, 0, 0, 0])) })],
    ['a size limit beyond 2^31-1', searchOf({ size: tlv(0x02, Buffer.from([0, 0x80, 0, 0, 0])) })],
    ['a negative time limit', searchOf({ time: tlv(0x02, Buffer.from([0xff])) })],
    ['a boolean of two octets', searchOf({ types: tlv(0x01, Buffer.from([0, 0])) })],
    ['a boolean without octets', searchOf({ types: tlv(0x01) })],
    ['a filter of 4 GB', searchOf({ filter: raw(0xa0, fourGigabytes) })],
    ['a filter of indefinite length', searchOf({ filter: raw(0xa0, indefinite, present('cn'), 0, 0) })],
    ['a filter that goes on behind its end', searchOf({ filter: raw(0xa0, 4, present('objectClass')) })],
    ['a filter with an assertion of 4 GB', searchOf({ filter: tlv(0xa3, text('cn'), raw(0x04, fourGigabytes)) })],
    ['a filter without a value', searchOf({ filter: tlv(0xa3, text('cn')) })],
    ['a filter with a value of another type', searchOf({ filter: tlv(0xa3, text('cn'), int(1)) })],
    ['substrings that are no list', searchOf({ filter: tlv(0xa4, text('cn'), text('a', 0x80)) })],
    ['an extensible match without a value', searchOf({ filter: tlv(0xa9, text('cn', 0x82)) })],
    ['a filter of a tag of several octets', searchOf({ filter: raw(0xbf, 0x81, 0x01, 0x00) })],
    ['a list of attributes that is none', searchOf({ list: text('cn') })],
    ['an attribute that is no text', searchOf({ list: tlv(0x30, int(1)) })],
    ['an attribute that is no UTF-8', searchOf({ list: tlv(0x30, text(Buffer.from([0xff]))) })],
    ['an attribute longer than the list', searchOf({ list: tlv(0x30, raw(0x04, 0x20, 0x63)) })],
    ['a list of attributes of indefinite length', searchOf({ list: raw(0x30, indefinite, text('cn'), 0, 0) })],
    ['a search that ends early', message(2, tlv(0x63, text('o=icewarp'), int(2, 0x0a)))],
    ['a compare without an assertion', message(2, tlv(0x6e, text('o=icewarp')))],
    ['a compare without a value', message(2, tlv(0x6e, text('o=icewarp'), tlv(0x30, text('o'))))],
    ['an extended operation without a name', message(2, tlv(0x77, text('x', 0x81)))],
    ['an extended operation without content', message(2, tlv(0x77))],
    ['an abandon of nothing', message(2, tlv(0x50))],
    ['an abandon of a negative id', message(2, tlv(0x50, Buffer.from([0x80])))],
    ['controls of indefinite length', message(2, tlv(0x42), raw(0xa0, indefinite, 0, 0))],
    ['a control without a name', message(2, tlv(0x77, text('1.2', 0x80)), tlv(0xa0, tlv(0x30)))],
    ['a control of 4 GB', message(2, tlv(0x77, text('1.2', 0x80)), tlv(0xa0, raw(0x30, fourGigabytes)))],
  ];
  for (const [name, octets] of broken) {
    it(`ends the session with a notice, and what follows is not answered: ${name}`, async () => {
      const client = await world.connectReader();
      client.send(octets, whoAmIRequest(3));
      const notice = await client.next();
      assert.deepEqual([notice.id, notice.tag, notice.code, notice.extension.name], [0, 0x78, 2, noticeOid]);
      await client.closed;
      assert.equal(client.pending(), 0);
    });
  }
});

describe('a request that asks for what cannot be done', () => {
  async function codesOf(client: RawClient, ...requests: readonly Buffer[]): Promise<number[]> {
    const codes: number[] = [];
    for (const request of requests) {
      client.send(request);
      const { done } = await client.searchResult();
      codes.push(done.code);
    }
    return codes;
  }

  it('gets its own answer, and the session goes on', async () => {
    await using world = await startWorld();
    const client = await world.connectReader();
    const junk = Buffer.from('30805a84ffffffff', 'hex');
    const codes = await codesOf(
      client,
      searchOf({ scope: int(9, 0x0a) }),
      searchOf({ deref: int(9, 0x0a) }),
      searchOf({ filter: tlv(0xaf, junk) }),
      searchOf({ base: text('o=icewarp,') }),
      searchOf({ base: text(`cn=${'x'.repeat(9000)}`) }),
      searchOf({ base: text(Array.from({ length: 65 }, () => 'o=x').join(',')) }),
      message(2, tlv(0x66, junk)),
      message(2, tlv(0x68, junk)),
      message(2, tlv(0x4a, junk)),
      message(2, tlv(0x6c, junk)),
      message(2, tlv(0x77, text('1.3.6.1.4.1.1466.20037', 0x80))),
    );
    assert.deepEqual(codes, [2, 2, 2, 34, 34, 34, 53, 53, 53, 53, 2]);
    client.send(whoAmIRequest(3));
    assert.equal((await client.next()).code, 0);
    assert.deepEqual(world.errors, []);
  });

  it('takes what stands behind the parts that are known', async () => {
    await using world = await startWorld();
    const client = await world.connectReader();
    const known = [text('o=icewarp'), int(0, 0x0a), int(0, 0x0a), int(0), int(0), bool(false), present('o'), tlv(0x30)];
    assert.deepEqual(await codesOf(client, message(2, tlv(0x63, ...known, text('later', 0x8f)))), [0]);
  });

  it('may name a million attributes, nest 10,000 filters or list 100,000, and costs nothing', async () => {
    await using world = await startWorld({ limits: { messageBytes: 16 * 1024 * 1024 } });
    const client = await world.connectReader();
    let deep = present('cn');
    for (let depth = 0; depth < 10_000; depth++) deep = not(deep);
    const before = process.cpuUsage();
    const codes = await codesOf(
      client,
      searchOf({ list: tlv(0x30, repeat(text('a'), 1_000_000)) }),
      searchRequest(2, { filter: deep }),
      searchOf({ filter: tlv(0xa1, repeat(equal('cn', 'x'), 100_000)) }),
      searchRequest(2, { filter: equal('cn', 'x'.repeat(1_000_000)) }),
      searchRequest(2, { filter: equal('memberOf', 'cn=x,'.repeat(100_000)) }),
      searchRequest(2, { filter: tlv(0xa4, text('mail'), tlv(0x30, text('a'.repeat(1_000_000), 0x81))) }),
    );
    const { user, system } = process.cpuUsage(before);
    assert.deepEqual(codes, [53, 53, 53, 0, 0, 0]);
    // Building the requests is in it.
    assert.ok(user + system < 3_000_000, `${(user + system) / 1000} ms of processor time`);
  });

  it('is no message at all when it is larger than a message may be', async () => {
    await using world = await startWorld();
    const client = await world.connectReader();
    client.send(searchOf({ list: tlv(0x30, repeat(text('a'), 1_000_000)) }));
    const notice = await client.next();
    assert.deepEqual([notice.id, notice.code, notice.extension.name], [0, 2, noticeOid]);
    assert.match(notice.text, /1048576 octets/);
    await client.closed;
  });
});
