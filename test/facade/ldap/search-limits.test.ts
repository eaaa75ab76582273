import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Snapshot } from '../../../sidecar/directory/snapshot.ts';
import { createCompany, type LdapWorld, publish, startWorld } from './support/ldap-world.ts';
import type { Answer, RawClient } from './support/raw-client.ts';
import { equal, pagedControl, present, type SearchParts, searchRequest, sortControl } from './support/requests.ts';

async function search(client: RawClient, parts: SearchParts = {}): Promise<{ count: number; done: Answer }> {
  client.send(searchRequest(4, { base: 'ou=users,o=icewarp', scope: 1, attributes: ['1.1'], ...parts }));
  const { entries, done } = await client.searchResult();
  return { count: entries.length, done };
}

describe('the limit of entries', () => {
  async function startLimited(entries: number): Promise<{ world: LdapWorld; reader: RawClient }> {
    const world = await startWorld({ limits: { entries } }, publish(createCompany(20)));
    return { world, reader: await world.connectReader() };
  }

  it('lets a search fail before its first entry, and never cuts it short', async () => {
    const { world, reader } = await startLimited(24);
    await using _ = world;
    for (const parts of [
      {},
      { controls: [pagedControl(5)] },
      { controls: [sortControl([{ attribute: 'cn' }])] },
      { sizeLimit: 25 },
    ]) {
      const { count, done } = await search(reader, parts);
      assert.deepEqual([count, done.code, done.paging], [0, 11, undefined]);
      assert.match(done.text, /24 entries here \(ldap\.limits\.entries\)/);
    }
    assert.deepEqual(world.searches.at(-1), [11, 0]);
  });

  it('lets through what is within it, and what the client itself keeps within it', async () => {
    const { world, reader } = await startLimited(24);
    await using _ = world;
    const some = await search(reader, { filter: equal('sn', 'nobody') });
    assert.deepEqual([some.count, some.done.code], [0, 0]);
    for (const controls of [undefined, [sortControl([{ attribute: 'cn' }])]]) {
      const limited = await search(reader, { sizeLimit: 24, ...(controls === undefined ? {} : { controls }) });
      assert.deepEqual([limited.count, limited.done.code], [24, 4]);
    }
  });

  it('is of what is found: exactly so many are let through, and 0 is none', async () => {
    for (const limit of [25, 0]) {
      const { world, reader } = await startLimited(limit);
      await using _ = world;
      const { count, done } = await search(reader);
      assert.deepEqual([count, done.code], [25, 0]);
    }
  });
});

/** A directory that takes this long to find something. */
function slowDown(snapshot: Snapshot, ms: number): Snapshot {
  return new Proxy(snapshot, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return (...parameters: unknown[]) => {
        const end = performance.now() + (name === 'search' ? ms : 0);
        while (performance.now() < end);
        return Reflect.apply(value, target, parameters);
      };
    },
  });
}

describe('the limit of time', () => {
  it('of the server lets a search fail before its first entry', async () => {
    await using world = await startWorld({ limits: { searchMs: 20 } });
    const reader = await world.connectReader();
    assert.deepEqual((await search(reader)).done.code, 0);
    assert.ok(world.snapshot);
    world.snapshot = slowDown(world.snapshot, 40);
    for (const controls of [[], [pagedControl(2)], [sortControl([{ attribute: 'cn' }])]]) {
      const { count, done } = await search(reader, { controls });
      assert.deepEqual([count, done.code], [0, 11]);
      assert.match(done.text, /ldap\.limits\.searchSeconds/);
    }
  });

  it('of the server may be none', async () => {
    await using world = await startWorld({ limits: { searchMs: 0 } });
    const reader = await world.connectReader();
    assert.ok(world.snapshot);
    world.snapshot = slowDown(world.snapshot, 40);
    assert.equal((await search(reader)).done.code, 0);
  });

  it('of the client ends a search that takes longer, and no other', async () => {
    await using world = await startWorld();
    const reader = await world.connectReader();
    const { snapshot } = world;
    assert.ok(snapshot);
    world.snapshot = slowDown(snapshot, 1100);
    const late = await search(reader, { timeLimit: 1 });
    assert.deepEqual([late.count, late.done.code], [0, 3]);
    world.snapshot = slowDown(snapshot, 10);
    assert.deepEqual((await search(reader, { timeLimit: 1 })).done.code, 0);
  });

  it('of the client ends a search that it does not read in time', async () => {
    await using world = await startWorld({ limits: { backlogBytes: 20_000 } }, publish(createCompany(20_000)));
    const reader = await world.connectReader();
    reader.send(searchRequest(4, { timeLimit: 1, filter: present('objectClass') }));
    await reader.next();
    reader.socket.pause();
    await new Promise((resolve) => setTimeout(resolve, 1200));
    reader.socket.resume();
    const { entries, done } = await reader.searchResult();
    assert.equal(done.code, 3);
    assert.ok(entries.length < 20_000);
  });
});
