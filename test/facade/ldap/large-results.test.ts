import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { createCompany, publish, startWorld } from './support/ldap-world.ts';
import { abandonRequest, pagedControl, searchRequest, unbindRequest, whoAmIRequest } from './support/requests.ts';

describe('a large result', () => {
  const others = 5000;
  const company = publish(createCompany(others));

  it('comes whole, in one piece after the other, while others are served', async () => {
    await using world = await startWorld({}, company);
    const [large, small] = [await world.connectReader(), await world.connectReader()];
    large.send(searchRequest(2));
    small.send(searchRequest(2, { base: 'o=icewarp', scope: 0 }));
    assert.equal((await small.searchResult()).entries.length, 1);
    const { entries, done } = await large.searchResult();
    assert.deepEqual([entries.length, done.code], [others + 23, 0]);
    assert.equal(new Set(entries.map(({ entry }) => entry?.dn)).size, others + 23);
  });

  it('waits for a slow reader without piling up, then goes on', async () => {
    await using world = await startWorld({}, company);
    const client = await world.connectReader();
    client.socket.pause();
    const searches = 30;
    client.send(...Array.from({ length: searches }, (_, index) => searchRequest(index + 2)));
    await delay(300);
    // Everything together has over 100 MB: what the server holds is what the kernel takes and the bound.
    assert.ok(process.memoryUsage().arrayBuffers < 60_000_000, `${process.memoryUsage().arrayBuffers}`);
    client.socket.resume();
    for (let id = 2; id < 5; id++) {
      const { entries, done } = await client.searchResult();
      assert.deepEqual([entries.length, done.id, done.code], [others + 23, id, 0]);
    }
  });

  it('ends with its connection when the reader is too slow', async () => {
    await using world = await startWorld({ limits: { drainMs: 100, sweepMs: 20 } }, company);
    const client = await world.connectReader();
    client.socket.pause();
    client.send(...Array.from({ length: 10 }, (_, index) => searchRequest(index + 2)));
    const startedAt = performance.now();
    while (world.server.connections > 0 && performance.now() - startedAt < 4000) await delay(10);
    assert.equal(world.server.connections, 0);
  });

  it('stops when it is abandoned, without an end, and the connection goes on', async () => {
    await using world = await startWorld({}, company);
    const client = await world.connectReader();
    client.socket.pause();
    client.send(...Array.from({ length: 8 }, (_, index) => searchRequest(index + 2)));
    await delay(100);
    client.send(...Array.from({ length: 8 }, (_, index) => abandonRequest(50 + index, index + 2)), whoAmIRequest(99));
    await delay(50);
    client.socket.resume();
    let ends = 0;
    for (let answer = await client.next(); answer.id !== 99; answer = await client.next())
      if (answer.tag === 0x65) ends += 1;
    // The kernel may have taken the first results before the client gave them up.
    assert.ok(ends < 8, `${ends} results came to an end`);
  });

  it('that is abandoned while it is sent has no end', async () => {
    await using world = await startWorld({}, company);
    const client = await world.connectReader();
    client.send(searchRequest(2), abandonRequest(3, 2), whoAmIRequest(4));
    const { entries, done } = await client.searchResult();
    assert.equal(done.id, 4);
    assert.ok(entries.length < others, `${entries.length} entries`);
  });

  it('is answered from one snapshot, though another is published meanwhile', async () => {
    await using world = await startWorld({}, company);
    const client = await world.connectReader();
    client.socket.pause();
    client.send(searchRequest(2));
    await delay(50);
    world.snapshot = undefined;
    client.socket.resume();
    const { entries, done } = await client.searchResult();
    assert.deepEqual([entries.length, done.code], [others + 23, 0]);
  });

  it('is dropped by unbind', async () => {
    await using world = await startWorld({}, company);
    const client = await world.connectReader();
    client.send(searchRequest(2), unbindRequest(3));
    await client.closed;
    await delay(50);
    assert.equal(world.server.connections, 0);
  });

  it('obeys the time limit of the client', async () => {
    await using world = await startWorld({}, company);
    const client = await world.connectReader();
    client.socket.pause();
    client.send(...Array.from({ length: 4 }, (_, index) => searchRequest(index + 2, { timeLimit: 1 })));
    await delay(1200);
    client.socket.resume();
    const codes: number[] = [];
    for (let index = 0; index < 4; index++) codes.push((await client.searchResult()).done.code);
    assert.ok(codes.includes(3), `codes ${codes}`);
  });

  it('can be paged in large pages', async () => {
    await using world = await startWorld({}, company);
    const client = await world.connectReader();
    client.send(searchRequest(2, { controls: [pagedControl(4000)] }));
    const first = await client.searchResult();
    client.send(searchRequest(3, { controls: [pagedControl(4000, first.done.paging?.cookie)] }));
    const second = await client.searchResult();
    assert.deepEqual([first.entries.length, second.entries.length], [4000, others + 23 - 4000]);
  });
});
