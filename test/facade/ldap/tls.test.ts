import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { ConnectionOptions } from 'node:tls';
import { createAuthority } from './support/certificates.ts';
import { createCompany, publish, startWorld } from './support/ldap-world.ts';
import { connectRaw, connectSecurely, type RawClient, talkOver } from './support/raw-client.ts';
import { bindRequest, extendedRequest, searchRequest, startTlsRequest, whoAmIRequest } from './support/requests.ts';
import { until } from './support/until.ts';

const authority = createAuthority();
after(() => authority[Symbol.dispose]());
const material = authority.issue('server');
const trust: ConnectionOptions = { ca: authority.ca, host: '127.0.0.1' };
const startTlsOid = '1.3.6.1.4.1.1466.20037';

const startTlsWorld = (options: Parameters<typeof startWorld>[0] = {}) =>
  startWorld({ tls: 'starttls', material, requireTls: true, ...options }, publish(createCompany(3000)));

async function startTls(port: number): Promise<RawClient> {
  const plain = await connectRaw(port);
  plain.send(startTlsRequest(1));
  const answer = await plain.next();
  assert.deepEqual([answer.code, answer.extension.name], [0, startTlsOid]);
  plain.socket.removeAllListeners('data');
  return connectSecurely(port, { ...trust, socket: plain.socket });
}

async function extensionsOf(client: RawClient): Promise<string[] | undefined> {
  client.send(searchRequest(90, { base: '', scope: 0 }));
  return (await client.searchResult()).entries[0]?.entry?.attributes.supportedExtension;
}

describe('StartTLS', () => {
  it('encrypts the connection, and only then is a password taken', async () => {
    await using world = await startTlsWorld();
    const plain = await world.connect();
    assert.ok((await extensionsOf(plain))?.includes(startTlsOid));
    plain.send(bindRequest(1, 'cn=reader', 'reader-demo'));
    assert.equal((await plain.next()).code, 13);
    const client = await startTls(world.port);
    client.send(bindRequest(2, 'cn=reader', 'reader-demo'), whoAmIRequest(3), searchRequest(4));
    assert.equal((await client.next()).code, 0);
    assert.equal((await client.next()).extension.value, 'dn:cn=reader');
    assert.equal((await client.searchResult()).entries.length, 3023);
    client.close();
  });

  it('keeps who was logged in before it', async () => {
    await using world = await startTlsWorld({ requireTls: false });
    const plain = await world.connectReader();
    plain.send(startTlsRequest(2));
    assert.equal((await plain.next()).code, 0);
    const client = await connectSecurely(world.port, { ...trust, socket: plain.socket });
    client.send(whoAmIRequest(3));
    assert.equal((await client.next()).extension.value, 'dn:cn=reader');
    client.close();
  });

  it('drops what was sent in clear text behind it', async () => {
    await using world = await startTlsWorld({ requireTls: false });
    const plain = await world.connect();
    plain.send(startTlsRequest(1), bindRequest(2, 'cn=reader', 'reader-demo'), searchRequest(3));
    assert.equal((await plain.next()).code, 0);
    const client = await connectSecurely(world.port, { ...trust, socket: plain.socket });
    client.send(whoAmIRequest(4));
    const answer = await client.next();
    assert.deepEqual([answer.id, answer.extension.value, client.pending()], [4, '', 0]);
    assert.deepEqual(world.binds, []);
    client.close();
  });

  it('is an operationsError a second time, and on a connection that was encrypted from the start', async () => {
    await using world = await startTlsWorld();
    await using ldaps = await startTlsWorld({ tls: 'ldaps' });
    for (const client of [await startTls(world.port), await connectSecurely(ldaps.port, trust)]) {
      client.send(startTlsRequest(5), whoAmIRequest(6));
      assert.deepEqual([(await client.next()).code, (await client.next()).code], [1, 0]);
      client.close();
    }
  });

  it('is an operationsError while other operations are outstanding, which end well', async () => {
    await using world = await startTlsWorld({ requireTls: false });
    world.answer = async () => {
      await delay(100);
      return { kind: 'accepted' };
    };
    const client = await world.connect();
    client.send(bindRequest(1, 'alice', 'x'), startTlsRequest(2), whoAmIRequest(3));
    const refused = await client.next();
    assert.deepEqual([refused.id, refused.code], [2, 1]);
    assert.deepEqual([(await client.next()).code, (await client.next()).id], [0, 3]);
    client.send(startTlsRequest(4));
    assert.equal((await client.next()).code, 0);
  });

  it('is a protocolError with a value, and on a listener without certificate, which does not list it', async () => {
    await using world = await startTlsWorld();
    const client = await world.connect();
    client.send(extendedRequest(1, startTlsOid, 'x'));
    assert.equal((await client.next()).code, 2);
    await using bare = await startWorld();
    const other = await bare.connect();
    other.send(startTlsRequest(1), whoAmIRequest(2));
    assert.deepEqual([(await other.next()).code, (await other.next()).code], [2, 0]);
    assert.equal((await extensionsOf(other))?.includes(startTlsOid), false);
  });

  it('without a handshake behind it ends the connection, and the server goes on', async () => {
    await using world = await startTlsWorld({ limits: { handshakeMs: 150 } });
    const silent = await world.connect();
    silent.send(startTlsRequest(1));
    assert.equal((await silent.next()).code, 0);
    const noisy = await world.connect();
    noisy.send(startTlsRequest(1));
    assert.equal((await noisy.next()).code, 0);
    noisy.send(bindRequest(2, 'cn=reader', 'reader-demo'));
    await Promise.all([silent.closed, noisy.closed]);
    assert.deepEqual(world.binds, []);
    const client = await startTls(world.port);
    client.close();
    await until(() => world.server.connections === 0, 'all connections are gone');
    assert.deepEqual(world.errors, []);
  });
});

describe('a listener with TLS from the start', () => {
  it('serves large results over it, in TLS 1.2 and 1.3', async () => {
    await using world = await startTlsWorld({ tls: 'ldaps' });
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
      const client = await connectSecurely(world.port, { ...trust, minVersion: version, maxVersion: version });
      assert.equal(client.socket.getProtocol(), version);
      client.send(bindRequest(1, 'cn=reader', 'reader-demo'), searchRequest(2), searchRequest(3));
      assert.equal((await client.next()).code, 0);
      for (const id of [2, 3]) {
        const { entries, done } = await client.searchResult();
        assert.deepEqual([entries.length, done.id, done.code], [3023, id, 0]);
      }
      client.close();
    }
  });

  it('refuses older versions', async () => {
    await using world = await startTlsWorld({ tls: 'ldaps' });
    for (const version of ['TLSv1', 'TLSv1.1'] as const) {
      const old = { ...trust, minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' };
      await assert.rejects(connectSecurely(world.port, old), /protocol version/);
    }
  });

  it('closes a connection that speaks LDAP at once, sends nothing, or goes away, and goes on', async () => {
    await using world = await startTlsWorld({ tls: 'ldaps', limits: { handshakeMs: 150, connections: 10 } });
    const plain = await world.connect();
    plain.send(bindRequest(1, 'cn=reader', 'reader-demo'));
    await plain.closed;
    assert.equal(plain.pending(), 0);
    const silent = await world.connect();
    await silent.closed;
    const gone = await world.connect();
    gone.socket.resetAndDestroy();
    await until(() => world.server.connections === 0, 'all connections are gone');
    (await connectSecurely(world.port, trust)).close();
    assert.deepEqual(world.errors, []);
  });

  it('tells its clients when it stops', async () => {
    await using world = await startTlsWorld({ tls: 'ldaps' });
    const client = await connectSecurely(world.port, trust);
    const half = connect(world.port, '127.0.0.1');
    half.on('error', () => {});
    await once(half, 'connect');
    await delay(20);
    const startedAt = performance.now();
    const stopped = world.server.stop();
    assert.equal((await client.next()).code, 52);
    await stopped;
    assert.ok(performance.now() - startedAt < 1000);
    half.destroy();
  });
});

describe('TLS on a port for clear text', () => {
  it('gets a notice that says so', async () => {
    await using world = await startTlsWorld();
    const socket = connect(world.port, '127.0.0.1');
    await once(socket, 'connect');
    const client = talkOver(socket);
    socket.write(Buffer.from('1603010200010001fc0303', 'hex'));
    const notice = await client.next();
    assert.deepEqual([notice.id, notice.code], [0, 2]);
    assert.match(notice.text, /StartTLS/);
    await client.closed;
  });
});

describe('a client that reads slowly over TLS', () => {
  it('is paused, then closed; what waits for it is bounded', async () => {
    const limits = { drainMs: 200, sweepMs: 20, backlogBytes: 64 * 1024 };
    await using world = await startTlsWorld({ tls: 'ldaps', limits });
    const client = await connectSecurely(world.port, trust);
    client.send(bindRequest(1, 'cn=reader', 'reader-demo'));
    assert.equal((await client.next()).code, 0);
    client.socket.pause();
    client.send(...Array.from({ length: 40 }, (_, index) => searchRequest(index + 2)));
    await until(() => world.server.connections === 0, 'the connection is closed');
    assert.ok(world.searches.length < 40, `${world.searches.length} searches went through`);
    client.close();
  });
});
