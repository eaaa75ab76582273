import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { createCompany, publish, startWorld } from './support/ldap-world.ts';
import type { RawClient } from './support/raw-client.ts';
import { bindRequest, searchRequest, unbindRequest, whoAmIRequest } from './support/requests.ts';

const noticeOid = '1.3.6.1.4.1.1466.20036';

/** The connection ends with a Notice of Disconnection, and nothing else. */
async function expectNotice(client: RawClient, code = 2): Promise<void> {
  const notice = await client.next();
  assert.deepEqual([notice.id, notice.tag, notice.code, notice.extension.name], [0, 0x78, code, noticeOid]);
  await client.closed;
  assert.equal(client.pending(), 0);
}

describe('a client that takes its time', () => {
  it('must finish a message, however many octets it sends', async () => {
    await using world = await startWorld({ limits: { messageMs: 300, sweepMs: 20 } });
    const client = await world.connect();
    const request = bindRequest(1, 'cn=reader', 'reader-demo');
    const startedAt = performance.now();
    const drip = setInterval(() => client.socket.write(request.subarray(0, 1)), 30).unref();
    client.socket.write(Buffer.from([0x30, 0x82, 0x01]));
    await expectNotice(client);
    clearInterval(drip);
    assert.ok(performance.now() - startedAt >= 290);
  });

  it('may send one octet at a time within that time', async () => {
    await using world = await startWorld({ limits: { messageMs: 2000, sweepMs: 20 } });
    const client = await world.connect();
    for (const octet of bindRequest(1, 'cn=reader', 'reader-demo')) {
      client.socket.write(Buffer.from([octet]));
      await delay(2);
    }
    assert.equal((await client.next()).code, 0);
  });

  it('is closed when idle, sooner before a bind, and not while it works', async () => {
    await using world = await startWorld({ limits: { idleMs: 400, anonymousIdleMs: 100, sweepMs: 10 } });
    const [anonymous, reader] = [await world.connect(), await world.connectReader()];
    await expectNotice(anonymous, 52);
    reader.send(whoAmIRequest(2));
    assert.equal((await reader.next()).extension.value, 'dn:cn=reader');
    await expectNotice(reader, 52);
    world.answer = async () => {
      await delay(300);
      return { kind: 'accepted' };
    };
    const waiting = await world.connect();
    waiting.send(bindRequest(1, 'alice', 'x'));
    assert.equal((await waiting.next()).code, 0);
  });

  it('gets its answers when it ends its side first, and is closed then', async () => {
    await using world = await startWorld();
    world.answer = async () => {
      await delay(50);
      return { kind: 'accepted' };
    };
    const client = await world.connect({ allowHalfOpen: true });
    client.socket.end(Buffer.concat([bindRequest(1, 'alice', 'x'), whoAmIRequest(2), Buffer.from([0x30])]));
    assert.equal((await client.next()).code, 0);
    assert.match((await client.next()).extension.value ?? '', /^dn:uid=alice/);
    await client.closed;
    client.close();
    await delay(20);
    assert.equal(world.server.connections, 0);
  });

  it('gets a large result whole when it ends its side first and reads slowly', async () => {
    await using world = await startWorld(
      { limits: { closeMs: 1, backlogBytes: 100_000_000 } },
      publish(createCompany(3000)),
    );
    const client = await world.connect({ allowHalfOpen: true });
    client.socket.end(Buffer.concat([bindRequest(1, 'cn=reader', 'reader-demo'), searchRequest(2), searchRequest(3)]));
    client.socket.pause();
    await delay(200);
    client.socket.resume();
    assert.equal((await client.next()).code, 0);
    for (const id of [2, 3]) {
      const { entries, done } = await client.searchResult();
      assert.deepEqual([entries.length, done.id, done.code], [3023, id, 0]);
    }
    await client.closed;
  });

  it('leaves nothing behind when it goes away in the middle', async () => {
    await using world = await startWorld({}, publish(createCompany(3000)));
    const answer = Promise.withResolvers<{ kind: 'accepted' }>();
    world.answer = () => answer.promise;
    const binding = await world.connect();
    binding.send(bindRequest(1, 'alice', 'x'), searchRequest(2));
    const searching = await world.connectReader();
    searching.send(searchRequest(2), searchRequest(3));
    await searching.next();
    searching.socket.resetAndDestroy();
    binding.socket.resetAndDestroy();
    await delay(50);
    answer.resolve({ kind: 'accepted' });
    await delay(20);
    assert.equal(world.server.connections, 0);
    assert.deepEqual(world.errors, []);
  });
});

describe('too many connections', () => {
  it('are told so, and those that are open go on', async () => {
    await using world = await startWorld({ limits: { connections: 2 } });
    const first = await world.connectReader();
    const second = await world.connect();
    const third = await world.connect();
    await expectNotice(third, 52);
    first.send(whoAmIRequest(2));
    assert.equal((await first.next()).code, 0);
    second.send(unbindRequest(1));
    await second.closed;
    await delay(20);
    const fourth = await world.connect();
    fourth.send(whoAmIRequest(1));
    assert.equal((await fourth.next()).code, 0);
  });
});

describe('stopping', () => {
  it('tells every client and ends within a second, whatever they are doing', async () => {
    await using world = await startWorld({}, publish(createCompany(3000)));
    world.answer = () => new Promise(() => {});
    const idle = await world.connectReader();
    const binding = await world.connect();
    binding.send(bindRequest(1, 'alice', 'x'));
    const deaf = await world.connectReader();
    deaf.socket.pause();
    deaf.send(...Array.from({ length: 20 }, (_, index) => searchRequest(index + 2)));
    await delay(50);
    const startedAt = performance.now();
    const stopped = world.server.stop();
    await expectNotice(idle, 52);
    await expectNotice(binding, 52);
    await stopped;
    assert.ok(performance.now() - startedAt < 1000);
  });
});
