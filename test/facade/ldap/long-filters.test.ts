import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { text, tlv } from './support/ber.ts';
import { createCompany, publish, startWorld } from './support/ldap-world.ts';
import { bindRequest, equal, pagedControl, searchRequest } from './support/requests.ts';

/** So many parts, each of which looks at all addresses; together they find what ends with a 7. */
const filter = tlv(
  0xa1,
  ...Array.from({ length: 1000 }, (_, part) =>
    tlv(0xa4, text('mail'), tlv(0x30, text(`u${part}x`, 0x81), text('m', 0x82))),
  ),
  tlv(0xa4, text('mail'), tlv(0x30, text('7@', 0x81))),
);
const base = 'ou=users,o=icewarp';

describe('a search with a filter of many parts', () => {
  it('lets others of the thread go on, and finds the same', async () => {
    await using world = await startWorld({ limits: { filterParts: 10_000 } }, publish(createCompany(6_000)));
    const [long, other] = [await world.connectReader(), await world.connectReader()];
    long.send(searchRequest(2, { base, scope: 1, filter, attributes: ['1.1'] }));
    await new Promise((resolve) => setImmediate(resolve));
    other.send(searchRequest(3, { filter: equal('uid', 'alice@example.com') }));
    const result = long.searchResult();
    const first = await Promise.race([result.then(() => 'long'), other.searchResult().then(() => 'other')]);
    assert.equal(first, 'other');
    const { entries, done } = await result;
    assert.deepEqual([entries.length, done.code], [600, 0]);
    long.send(searchRequest(4, { base, scope: 1, filter, controls: [pagedControl(400)], attributes: ['1.1'] }));
    const page = await long.searchResult();
    assert.deepEqual([page.entries.length, page.done.paging?.estimate], [400, 600]);
  });

  it('finds the same in every scope, and no more than the account may see', async () => {
    await using world = await startWorld({ limits: { filterParts: 10_000 } }, publish(createCompany(20)));
    const reader = await world.connectReader();
    const count = async (client: typeof reader, scope: number, from = base) => {
      client.send(searchRequest(2, { base: from, scope, filter, attributes: ['1.1'] }));
      return (await client.searchResult()).entries.length;
    };
    const found = [await count(reader, 0), await count(reader, 1), await count(reader, 2), await count(reader, 3)];
    assert.deepEqual(found, [0, 2, 2, 2]);
    assert.equal(await count(reader, 0, 'uid=user17@example.com,ou=users,o=icewarp'), 1);
    assert.equal(await count(reader, 1, 'o=icewarp'), 0);
    const user = await world.connect();
    user.send(bindRequest(1, 'user7@example.com', 'user7-demo'));
    assert.equal((await user.next()).code, 0);
    assert.equal(await count(user, 2, 'o=icewarp'), 1);
  });

  it('ends when its time is over', async () => {
    await using world = await startWorld(
      { limits: { filterParts: 10_000, searchMs: 1 } },
      publish(createCompany(6_000)),
    );
    const reader = await world.connectReader();
    reader.send(searchRequest(2, { base, scope: 1, filter, attributes: ['1.1'] }));
    const { entries, done } = await reader.searchResult();
    assert.deepEqual([entries.length, done.code], [0, 11]);
  });

  it('ends when its client has gone', async () => {
    await using world = await startWorld({ limits: { filterParts: 10_000 } }, publish(createCompany(6_000)));
    const reader = await world.connectReader();
    world.searches.length = 0;
    reader.send(searchRequest(3, { base, scope: 1, filter }));
    reader.socket.resetAndDestroy();
    const other = await world.connectReader();
    other.send(searchRequest(2, { filter: equal('uid', 'alice@example.com') }));
    assert.equal((await other.searchResult()).entries.length, 1);
    assert.deepEqual([world.searches, world.errors], [[[0, 1]], []]);
  });
});
