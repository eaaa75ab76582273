import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { buildSnapshot } from '../../../sidecar/directory/builder.ts';
import type { SnapshotBlock } from '../../../sidecar/directory/layout.ts';
import { createCompany } from './support/ldap-world.ts';
import type { RawClient } from './support/raw-client.ts';
import { equal, pagedControl, searchRequest } from './support/requests.ts';
import { startWorkerWorld, type WorkerWorld } from './support/worker-world.ts';

let generation = 0;

/** A company of so many others; each call is a newer version. */
function build(others: number, memory?: SharedArrayBuffer): SnapshotBlock {
  generation += 1;
  const options = { baseDn: 'o=icewarp', publishedAt: new Date(Date.UTC(2026, 0, 1) + generation * 1000), memory };
  return buildSnapshot({ ...createCompany(others), generation }, options);
}

async function until(what: string, holds: () => boolean): Promise<void> {
  for (const deadline = performance.now() + 5000; !holds(); await delay(5)) {
    assert.ok(performance.now() < deadline, `${what} did not come true`);
  }
}

const adopted = (world: WorkerWorld) =>
  until('the adoption', () => world.workers.oldestVersion === world.publications.current?.version);

async function readPage(client: RawClient, size: number, cookie?: Buffer) {
  client.send(
    searchRequest(7, {
      filter: equal('objectClass', 'person'),
      attributes: ['uid'],
      controls: [pagedControl(size, cookie)],
    }),
  );
  const { entries, done } = await client.searchResult();
  assert.equal(done.code, 0);
  return { names: entries.map(({ entry }) => entry?.attributes.uid?.[0]), cookie: done.paging?.cookie };
}

describe('a version of the directory that is published', () => {
  it('is what all workers answer from, on connections old and new', async () => {
    await using world = await startWorkerWorld(build(0));
    const old = await Promise.all(Array.from({ length: 12 }, () => world.connectReader()));
    world.publications.publish(build(3));
    await adopted(world);
    const fresh = await Promise.all(Array.from({ length: 12 }, () => world.connectReader()));
    for (const client of [...old, ...fresh]) {
      client.send(searchRequest(2, { filter: equal('mail', 'user2@example.com') }));
      assert.equal((await client.searchResult()).entries.length, 1);
    }
  });

  it('does not change pagings under way, and its memory waits for them', async () => {
    await using world = await startWorkerWorld(build(40), { workers: 1 });
    const client = await world.connectReader();
    const first = await readPage(client, 20);
    world.publications.publish(build(0));
    await delay(100);
    assert.equal(world.workers.oldestVersion, 1);
    assert.equal(world.publications.takeSpare(), undefined);
    const second = await readPage(client, 100, first.cookie);
    assert.equal(new Set([...first.names, ...second.names]).size, 45);
    assert.equal(second.cookie?.length, 0);
    await adopted(world);
    assert.ok(world.publications.takeSpare());
  });

  it('does not change a search whose client reads slowly', async () => {
    await using world = await startWorkerWorld(build(8_000), {
      workers: 1,
      limits: { sweepMs: 20, backlogBytes: 16 * 1024 },
    });
    const client = await world.connectReader();
    client.socket.pause();
    client.send(searchRequest(2, { filter: equal('objectClass', 'person') }));
    await delay(100);
    const memory = world.publications.current?.block.memory;
    world.publications.publish(build(1));
    await delay(100);
    assert.equal(world.workers.oldestVersion, 1);
    client.socket.resume();
    const { entries, done } = await client.searchResult();
    assert.deepEqual([entries.length, done.code], [8_005, 0]);
    await adopted(world);
    assert.equal(world.publications.takeSpare(), memory);
  });

  it('ends the connection of a paging that three later ones have left behind', async () => {
    await using world = await startWorkerWorld(build(40), { workers: 1 });
    const [forgetful, other] = [await world.connectReader(), await world.connectReader()];
    await readPage(forgetful, 20);
    for (const expected of [1, 1]) {
      world.publications.publish(build(40));
      await readPage(other, 20);
      await delay(60);
      assert.equal(world.workers.oldestVersion, expected);
    }
    world.publications.publish(build(40));
    const notice = await forgetful.next();
    assert.deepEqual([notice.id, notice.code], [0, 52]);
    await forgetful.closed;
    await until('the release', () => (world.workers.oldestVersion ?? 0) > 1);
    // The other one's pagings are of the two versions before the current one.
    other.send(searchRequest(3, { filter: equal('mail', 'user2@example.com') }));
    assert.equal((await other.searchResult()).entries.length, 1);
  });

  it('has its memory kept as long as the main thread reads it', async () => {
    await using world = await startWorkerWorld(build(1));
    const release = world.publications.hold();
    world.publications.publish(build(2));
    await adopted(world);
    assert.equal(world.publications.takeSpare(), undefined);
    release();
    assert.ok(world.publications.takeSpare());
  });

  it('gives its memory up when no build takes it', async () => {
    await using world = await startWorkerWorld(build(1), { spareMs: 50 });
    world.publications.publish(build(2));
    await adopted(world);
    await delay(150);
    assert.equal(world.publications.takeSpare(), undefined);
  });

  it('is freed for reuse by the death of the worker that read it', async () => {
    await using world = await startWorkerWorld(build(40), { workers: 1 });
    await readPage(await world.connectReader(), 20);
    world.publications.publish(build(1));
    await delay(60);
    assert.equal(world.publications.takeSpare(), undefined);
    world.threads[0]?.postMessage({ kind: 'test:throw' });
    await until('the release', () => (world.workers.oldestVersion ?? 0) > 1);
    assert.ok(world.publications.takeSpare());
  });
});

/** The block with much more in it, as if the company were large: built nowhere, so that no builder's heap blurs the picture. */
function fatten(block: SnapshotBlock, memory = new SharedArrayBuffer(fatMb * 2 ** 20)): SnapshotBlock {
  generation += 1;
  const octets = new Uint8Array(memory);
  octets.fill(generation);
  octets.set(new Uint8Array(block.memory, 0, block.header.length));
  return { header: { ...block.header, generation, length: memory.byteLength }, memory };
}
const fatMb = 24;

describe('the memory of the service', () => {
  it('is after 20 publications what it was after 2', async () => {
    const block = build(3_000);
    await using world = await startWorkerWorld(fatten(block));
    const clients = await Promise.all(Array.from({ length: 8 }, () => world.connectReader()));
    const seen: number[] = [];
    for (let count = 0; count < 20; count++) {
      const spare = world.publications.takeSpare();
      assert.equal(spare === undefined, count === 0, 'each build but the first has memory to build in');
      world.publications.publish(fatten(block, spare));
      for (const client of clients) {
        client.send(searchRequest(2, { filter: equal('mail', 'user2999@example.com') }));
        assert.equal((await client.searchResult()).entries.length, 1);
      }
      await adopted(world);
      seen.push(Math.round(process.memoryUsage.rss() / 2 ** 20));
    }
    const grown = (seen[19] ?? 0) - (seen[1] ?? 0);
    assert.ok(grown < 2 * fatMb, `grew by ${grown} MiB, a block has ${fatMb}: ${seen}`);
  });

  it('goes back to the system when blocks are given up instead of reused', async () => {
    const block = build(100);
    await using world = await startWorkerWorld(fatten(block), { spareMs: 10 });
    const seen: number[] = [];
    for (let count = 0; count < 12; count++) {
      world.publications.publish(fatten(block));
      await adopted(world);
      await delay(60);
      seen.push(Math.round(process.memoryUsage.rss() / 2 ** 20));
    }
    const grown = (seen[11] ?? 0) - (seen[1] ?? 0);
    assert.ok(grown < 3 * fatMb, `grew by ${grown} MiB, a block has ${fatMb}: ${seen}`);
  });
});
