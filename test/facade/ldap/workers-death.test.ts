import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { buildSnapshot } from '../../../sidecar/directory/builder.ts';
import { createCompany } from './support/ldap-world.ts';
import type { RawClient } from './support/raw-client.ts';
import { bindRequest, equal, searchRequest } from './support/requests.ts';
import { startWorkerWorld, type WorkerWorld } from './support/worker-world.ts';

const block = buildSnapshot(createCompany(), { baseDn: 'o=icewarp', publishedAt: new Date('2026-01-01') });

async function until(what: string, holds: () => boolean): Promise<void> {
  for (const deadline = performance.now() + 10_000; !holds(); await delay(5)) {
    assert.ok(performance.now() < deadline, `${what} did not come true`);
  }
}

async function expectAnswer(client: RawClient): Promise<void> {
  client.send(searchRequest(9, { filter: equal('mail', 'robert@example.com') }));
  const { entries, done } = await client.searchResult();
  assert.deepEqual([entries.length, done.code], [1, 0]);
}

/** Connections to both workers, and which of them the death of one took away. */
async function killOne(
  world: WorkerWorld,
  kind: string,
): Promise<{ readonly alive: RawClient[]; readonly dead: number }> {
  const clients = await Promise.all(Array.from({ length: 24 }, () => world.connectReader()));
  const lost = new Set<RawClient>();
  for (const client of clients) void client.closed.then(() => lost.add(client));
  const [victim] = world.threads;
  victim?.postMessage({ kind });
  await until('the death', () => world.logged.some((line) => line.startsWith('an LDAP worker died')));
  await until('the replacement', () => world.workers.state.alive === 2 && !world.threads.includes(victim as never));
  await until('the loss', () => lost.size > 0);
  return { alive: clients.filter((client) => !lost.has(client)), dead: lost.size };
}

describe('an LDAP worker that dies', () => {
  for (const [name, kind, cause] of [
    ['of a fault', 'test:throw', /a fault of the worker/],
    ['for want of memory', 'test:out-of-memory', /memory/],
  ] as const) {
    it(`${name} is replaced, and takes only its own connections with it`, async () => {
      await using world = await startWorkerWorld(block);
      const { alive, dead } = await killOne(world, kind);
      assert.ok(alive.length > 0, 'the other worker had connections');
      for (const client of alive) await expectAnswer(client);
      assert.equal(world.workers.connections, 24 - dead);
      const fresh = await Promise.all(Array.from({ length: 24 }, () => world.connectReader()));
      for (const client of fresh) await expectAnswer(client);
      assert.match(world.logged.join('\n'), cause);
      assert.match(world.logged.join('\n'), /took the place of the dead one/);
    });
  }

  it('leaves its logins behind: their end harms nobody', async () => {
    await using world = await startWorkerWorld(block, { workers: 1 });
    let finish = () => {};
    world.answer = () =>
      new Promise((resolve) => {
        finish = () => resolve({ kind: 'refused', reason: 'wrong_password' });
      });
    const client = await world.connect();
    client.send(bindRequest(1, 'alice', 'a'));
    await until('the login', () => world.logins.length === 1);
    world.threads[0]?.postMessage({ kind: 'test:throw' });
    await client.closed;
    finish();
    await until('the death', () => world.logged.length > 0);
    await until('the replacement', () => world.workers.state.alive === 1);
    await expectAnswer(await world.connectReader());
  });

  it('is replaced on the directory and the service accounts of now', async () => {
    await using world = await startWorkerWorld(block, { workers: 1 });
    const later = buildSnapshot(createCompany(3), { baseDn: 'o=icewarp', publishedAt: new Date('2026-01-02') });
    world.publications.publish(later);
    world.threads[0]?.postMessage({ kind: 'test:throw' });
    await until('the death', () => world.logged.length > 0);
    await until('the replacement', () => world.workers.state.alive === 1);
    const reader = await world.connectReader();
    reader.send(searchRequest(2, { filter: equal('mail', 'user2@example.com') }));
    assert.equal((await reader.searchResult()).entries.length, 1);
  });

  it('again and again is replaced ever later, and then well again', async () => {
    await using world = await startWorkerWorld(block, { workers: 1 });
    world.state.diesAtStart = true;
    world.threads[0]?.postMessage({ kind: 'test:throw' });
    await until('three deaths', () => world.workers.state.deathsInARow >= 3);
    assert.equal(world.workers.state.alive, 0);
    const delays = world.logged.flatMap((line) => /"delayMs":(\d+)/.exec(line)?.[1] ?? []).map(Number);
    assert.deepEqual(delays.slice(0, 3), [0, 200, 400]);
    world.state.diesAtStart = false;
    await until('the replacement', () => world.workers.state.alive === 1);
    await expectAnswer(await world.connectReader());
  });

  it('at the start keeps the service from starting', async () => {
    // A thread left behind would keep this very process from ending.
    await assert.rejects(startWorkerWorld(block, { diesAtStart: true }), /ended at its start \(dead on arrival\)/);
  });
});
