import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { digestSecret, makeSecret, makeSecretKey } from '../../../sidecar/core/made-secret.ts';
import type { LoginName } from '../../../sidecar/core/names.ts';
import { buildSnapshot } from '../../../sidecar/directory/builder.ts';
import { createCompany } from './support/ldap-world.ts';
import { connectRaw } from './support/raw-client.ts';
import { bindRequest, equal, searchRequest, unbindRequest, whoAmIRequest } from './support/requests.ts';
import { startWorkerWorld } from './support/worker-world.ts';

const block = buildSnapshot(createCompany(), { baseDn: 'o=icewarp', publishedAt: new Date('2026-01-01') });
const alice = {
  id: '00000000-0000-4000-9000-000000000001',
  login: 'alice@example.com' as LoginName,
  passwordOf: 'alice@example.com' as LoginName,
  state: 'enabled',
  privileges: ['LogOn'],
  roles: [],
} as const;

async function until(what: string, holds: () => boolean): Promise<void> {
  for (const deadline = performance.now() + 5000; !holds(); await delay(5)) {
    assert.ok(performance.now() < deadline, `${what} did not come true`);
  }
}

describe('LDAP workers', () => {
  it('share one port and answer searches by themselves', async () => {
    await using world = await startWorkerWorld(block);
    assert.deepEqual(world.workers.state, { alive: 2, wanted: 2, deathsInARow: 0 });
    const clients = await Promise.all(Array.from({ length: 24 }, () => world.connectReader()));
    for (const [index, client] of clients.entries()) {
      client.send(
        searchRequest(2, { filter: equal('mail', index % 2 === 0 ? 'robert@example.com' : 'no@example.com') }),
      );
      const { entries, done } = await client.searchResult();
      assert.deepEqual([entries.length, done.code], [index % 2 === 0 ? 1 : 0, 0]);
    }
    assert.equal(world.workers.connections, 24);
    assert.equal(world.logins.length, 0);
    await until('the counts', () => world.counts.length >= 2);
    const sum = (pairs: readonly (readonly [number, number])[]) => pairs.reduce((all, [, count]) => all + count, 0);
    await until('the sums', () => world.counts.reduce((all, { searches }) => all + sum(searches), 0) === 24);
    assert.equal(
      world.counts.reduce((all, { binds }) => all + sum(binds), 0),
      24,
    );
    assert.equal(
      world.counts.reduce((all, { entries }) => all + entries, 0),
      12,
    );
  });

  it('ask the main thread about passwords, on the terms of the listener', async () => {
    await using world = await startWorkerWorld(block);
    world.answer = async ({ password }) =>
      password.reveal() === 'pässword ✓'
        ? { kind: 'accepted', user: alice }
        : { kind: 'refused', reason: 'wrong_password' };
    const client = await world.connect();
    client.send(bindRequest(1, 'uid=alice@example.com,ou=users,o=icewarp', 'wrong'));
    assert.equal((await client.next()).code, 49);
    client.send(bindRequest(2, 'alice', 'pässword ✓'), whoAmIRequest(3));
    assert.equal((await client.next()).code, 0);
    assert.equal((await client.next()).extension.value, 'dn:uid=alice@example.com,ou=users,o=icewarp');
    const [first] = world.logins;
    assert.ok(first);
    const { password: _, ...request } = first;
    assert.deepEqual(request, {
      name: 'alice@example.com',
      require: ['LogOn'],
      deadlineMs: 1200,
      facade: 'ldap',
      listener: 'ldap',
      clientAddress: '127.0.0.1',
      applicationAddress: false,
      twoFactor: 'reject',
      passwordOnlyListener: true,
    });
  });

  it('tell apart what could not be told, and what went wrong in the main thread', async () => {
    await using world = await startWorkerWorld(block);
    const client = await world.connect();
    world.answer = async () => ({ kind: 'could_not_tell', reason: 'held_back', message: 'x' });
    client.send(bindRequest(1, 'alice', 'a'));
    assert.equal((await client.next()).code, 51);
    world.answer = () => Promise.reject(new Error('a fault'));
    client.send(bindRequest(2, 'alice', 'a'));
    assert.equal((await client.next()).code, 52);
    assert.match(world.logged.join(), /a login over LDAP failed.*a fault/);
  });

  it('let go of a login whose client went away', async () => {
    await using world = await startWorkerWorld(block, { workers: 1 });
    let finish = () => {};
    world.answer = () =>
      new Promise((resolve) => {
        finish = () => resolve({ kind: 'accepted', user: alice });
      });
    const client = await world.connect();
    client.send(bindRequest(1, 'alice', 'a'));
    await until('the login', () => world.logins.length === 1);
    client.socket.resetAndDestroy();
    await until('the close', () => world.workers.connections === 0);
    finish();
    const reader = await world.connectReader();
    reader.send(whoAmIRequest(2));
    assert.equal((await reader.next()).extension.value, 'dn:cn=reader');
    assert.deepEqual(world.logged, []);
  });

  it('know service accounts that are made while they run, and close connections of those that change', async () => {
    const key = makeSecretKey();
    const [first, second] = [makeSecret(), makeSecret()];
    const toAccount = (name: string, { id, text }: typeof first) => ({
      ...{ name, secretId: id, digest: digestSecret(key, text) },
      key: key.reveal(),
    });
    await using world = await startWorkerWorld(block, { madeServiceAccounts: [toAccount('app', first)] });
    const clients = await Promise.all(Array.from({ length: 12 }, () => world.connect()));
    for (const client of clients) {
      client.send(bindRequest(1, 'cn=app', first.text.reveal()));
      assert.equal((await client.next()).code, 0);
    }
    const reader = await world.connectReader();
    world.workers.replaceServiceAccounts([toAccount('app', second)]);
    for (const client of clients) {
      const notice = await client.next();
      assert.deepEqual([notice.id, notice.code], [0, 52]);
      await client.closed;
    }
    for (const [secret, code] of [
      [first, 49],
      [second, 0],
    ] as const) {
      const client = await world.connect();
      client.send(bindRequest(1, 'cn=app', secret.text.reveal()));
      assert.equal((await client.next()).code, code);
    }
    reader.send(whoAmIRequest(2));
    assert.equal((await reader.next()).extension.value, 'dn:cn=reader');
    assert.equal(world.logins.length, 0);
  });

  it('let in as many connections as allowed, all together', async () => {
    await using world = await startWorkerWorld(block, { limits: { connections: 10, sweepMs: 20 } });
    const clients = await Promise.all(Array.from({ length: 10 }, () => world.connectReader()));
    const turnedAway = await world.connect();
    const notice = await turnedAway.next();
    assert.deepEqual([notice.id, notice.code, notice.text], [0, 52, 'too many connections']);
    await turnedAway.closed;
    clients[0]?.send(unbindRequest(2));
    await until('room', () => world.workers.connections === 9);
    await world.connectReader();
  });

  it('tell every client when the service stops, within a second', async () => {
    await using world = await startWorkerWorld(block);
    const clients = await Promise.all(Array.from({ length: 8 }, () => world.connectReader()));
    world.answer = () => new Promise(() => {});
    const waiting = await world.connect();
    waiting.send(bindRequest(1, 'alice', 'a'));
    await until('the login', () => world.logins.length === 1);
    const startedAt = performance.now();
    await world.workers.stop();
    assert.ok(performance.now() - startedAt < 1000);
    for (const client of [...clients, waiting]) {
      const notice = await client.next();
      assert.deepEqual([notice.id, notice.code], [0, 52]);
    }
    assert.equal(world.threads.length, 0);
    await assert.rejects(connectRaw(world.port));
  });
});

describe('the port of LDAP workers', () => {
  async function holdPort(): Promise<{ readonly port: number; close(): void }> {
    const holder = createServer().listen({ port: 0, host: '127.0.0.1', reusePort: true });
    await new Promise((resolve) => holder.once('listening', resolve));
    const address = holder.address();
    return { port: typeof address === 'object' && address !== null ? address.port : 0, close: () => holder.close() };
  }
  const place = { name: 'ldap', host: '127.0.0.1', diagnostics: 'none' } as const;
  const listener = { ...place, require: [], deadlineMs: 1000, twoFactor: 'reject' } as const;

  it('is refused when another program has it, though that would share it', async () => {
    const holder = await holdPort();
    for (const workers of [1, 2]) {
      await assert.rejects(startWorkerWorld(block, { workers, listeners: [{ ...listener, port: holder.port }] }), {
        code: 'conflict',
        message: new RegExp(`127\\.0\\.0\\.1:${holder.port}.*ldap\\.port`),
      });
    }
    holder.close();
  });

  it('is the same for all, at several listeners', async () => {
    const listeners = [
      { ...listener, port: 0 },
      { ...listener, name: 'second', port: 0, require: ['Administrator'] },
    ];
    await using world = await startWorkerWorld(block, { listeners });
    const ports = world.workers.listeners.map(({ port }) => port);
    assert.equal(new Set(ports).size, 2);
    for (const [index, port] of ports.entries()) {
      for (let count = 0; count < 8; count++) {
        const client = await connectRaw(port);
        client.send(bindRequest(1, 'alice', 'a'));
        assert.equal((await client.next()).code, 49);
        client.close();
      }
      const asked = world.logins.splice(0).map((request) => [request.listener, request.require]);
      assert.deepEqual(
        new Set(asked.map(String)),
        new Set([String(index === 0 ? ['ldap', []] : ['second', ['Administrator']])]),
      );
    }
  });

  it('must be on an address of this machine', async () => {
    await assert.rejects(startWorkerWorld(block, { listeners: [{ ...listener, host: '192.0.2.1', port: 0 }] }), {
      code: 'invalid_input',
    });
  });
});
