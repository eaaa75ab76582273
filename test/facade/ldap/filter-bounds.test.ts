import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { int, message, text, tlv } from './support/ber.ts';
import { startWorld } from './support/ldap-world.ts';
import { control, not, or, present, type SearchParts, searchRequest } from './support/requests.ts';

describe('a filter beyond the bounds', () => {
  it('ends its search only', async () => {
    await using world = await startWorld({ limits: { filterParts: 100, attributes: 10, controls: 3 } });
    const client = await world.connectReader();
    const nested = (depth: number) => {
      let filter = present('cn');
      for (let level = 1; level < depth; level++) filter = not(filter);
      return filter;
    };
    const code = async (parts: SearchParts) => {
      client.send(searchRequest(2, parts));
      return (await client.searchResult()).done.code;
    };
    assert.equal(await code({ filter: nested(64) }), 0);
    assert.equal(await code({ filter: nested(65) }), 53);
    assert.equal(await code({ filter: nested(10_000) }), 53);
    assert.equal(await code({ filter: or(...Array.from({ length: 99 }, () => present('cn'))) }), 0);
    assert.equal(await code({ filter: or(...Array.from({ length: 100 }, () => present('cn'))) }), 53);
    const pieces = Array.from({ length: 100 }, () => text('a', 0x81));
    assert.equal(await code({ filter: tlv(0xa4, text('cn'), tlv(0x30, ...pieces)) }), 53);
    assert.equal(await code({ attributes: Array.from({ length: 10 }, (_, index) => `a${index}`) }), 0);
    assert.equal(await code({ attributes: Array.from({ length: 11 }, (_, index) => `a${index}`) }), 53);
    assert.equal(await code({ controls: Array.from({ length: 4 }, () => control('1.2.3', false)) }), 53);
  });

  const malformed: readonly (readonly [string, Buffer])[] = [
    ['an unknown choice', tlv(0xaf, text('cn'))],
    ['substrings without a substring', tlv(0xa4, text('cn'), tlv(0x30))],
    ['a substring after the final one', tlv(0xa4, text('cn'), tlv(0x30, text('a', 0x82), text('b', 0x81)))],
    ['an initial substring in the middle', tlv(0xa4, text('cn'), tlv(0x30, text('a', 0x81), text('b', 0x80)))],
    ['an extensible match of nothing', tlv(0xa9, text('x', 0x83))],
  ];
  it('that is malformed gets a protocolError for its search only', async () => {
    await using world = await startWorld();
    const client = await world.connectReader();
    for (const [name, filter] of malformed) {
      client.send(searchRequest(2, { filter }));
      assert.equal((await client.searchResult()).done.code, 2, name);
    }
    client.send(message(3, int(1, 0x50)), searchRequest(4));
    assert.equal((await client.searchResult()).done.code, 0);
  });
});
