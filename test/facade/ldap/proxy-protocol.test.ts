import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { createAuthority } from './support/certificates.ts';
import { startWorld } from './support/ldap-world.ts';
import { connectRaw, connectSecurely } from './support/raw-client.ts';
import { bindRequest, whoAmIRequest } from './support/requests.ts';
import { until } from './support/until.ts';

const signature = Buffer.from('0d0a0d0a000d0a515549540a', 'hex');
const balancer = '127.0.0.2';

function header(family: number, addresses: Uint8Array, { command = 0x21, extra = 0 } = {}): Buffer {
  const rest = Buffer.concat([addresses, Buffer.alloc(extra)]);
  return Buffer.concat([signature, Buffer.from([command, family, rest.length >> 8, rest.length & 0xff]), rest]);
}
const fromV4 = (address: string, extra = 0) =>
  header(0x11, Buffer.from([...address.split('.').map(Number), 127, 0, 0, 1, 0x30, 0x39, 1, 0x85]), { extra });
const fromV6 = (hex: string) =>
  header(0x21, Buffer.concat([Buffer.from(hex, 'hex'), Buffer.alloc(16), Buffer.from([1, 2, 3, 4])]));

type World = Awaited<ReturnType<typeof startProxiedWorld>>;

function startProxiedWorld(options: Parameters<typeof startWorld>[0] = {}) {
  const addresses: string[] = [];
  return startWorld({
    proxyProtocolFrom: [`${balancer}/32`],
    requireTls: false,
    onServiceRefusal: ({ clientAddress }) => addresses.push(clientAddress),
    ...options,
  }).then((world) => Object.assign(world, { addresses }));
}

/** The address that the server takes the client for, or undefined when it hung up. */
async function addressSeen(world: World, ...octets: readonly Uint8Array[]): Promise<string | undefined> {
  const client = await connectRaw(world.port, { localAddress: balancer });
  client.send(...octets, bindRequest(1, 'cn=reader', `wrong ${world.addresses.length}`));
  try {
    await client.next();
    return world.addresses.at(-1);
  } catch {
    return undefined;
  } finally {
    client.close();
  }
}

describe('the PROXY protocol, from a balancer that was named', () => {
  it('tells the address of the client, in IPv4 and IPv6, with whatever else stands in the header', async () => {
    await using world = await startProxiedWorld();
    assert.equal(await addressSeen(world, fromV4('192.0.2.7')), '192.0.2.7');
    assert.equal(await addressSeen(world, fromV4('192.0.2.8', 900)), '192.0.2.8');
    assert.equal(await addressSeen(world, fromV6('20010db8000000000000000000000001')), '2001:db8::1');
  });

  it('keeps the balancer’s own address for its health checks and unknown families', async () => {
    await using world = await startProxiedWorld();
    assert.equal(await addressSeen(world, header(0x11, Buffer.alloc(12), { command: 0x20 })), balancer);
    assert.equal(await addressSeen(world, header(0x00, Buffer.alloc(0))), balancer);
  });

  it('may arrive in any pieces, with the first request right behind it', async () => {
    await using world = await startProxiedWorld();
    const client = await connectRaw(world.port, { localAddress: balancer });
    for (const octet of fromV4('192.0.2.7', 3)) {
      client.socket.write(Buffer.from([octet]));
      await delay(1);
    }
    client.send(whoAmIRequest(1));
    assert.equal((await client.next()).code, 0);
    client.close();
  });

  it('comes before TLS', async () => {
    using authority = createAuthority();
    await using world = await startProxiedWorld({ tls: 'ldaps', material: authority.issue('server') });
    const plain = await connectRaw(world.port, { localAddress: balancer });
    plain.send(fromV4('192.0.2.7'));
    const client = await connectSecurely(0, { ca: authority.ca, host: '127.0.0.1', socket: plain.socket });
    client.send(bindRequest(1, 'cn=reader', 'wrong'));
    assert.equal((await client.next()).code, 49);
    assert.deepEqual(world.addresses, ['192.0.2.7']);
    client.close();
  });

  for (const [what, octets] of [
    ['no header', Buffer.alloc(0)],
    ['the text header of version 1', Buffer.from('PROXY TCP4 192.0.2.7 127.0.0.1 1 389\r\n')],
    ['another version', header(0x11, Buffer.alloc(12), { command: 0x31 })],
    ['an unknown command', header(0x11, Buffer.alloc(12), { command: 0x22 })],
    ['UDP', header(0x12, Buffer.alloc(12))],
    ['a path of this machine', header(0x31, Buffer.alloc(216))],
    ['addresses that are cut off', header(0x11, Buffer.alloc(8))],
    ['a header without bounds', header(0x11, Buffer.alloc(12), { extra: 5000 })],
  ] as const) {
    it(`hangs up on ${what}`, async () => {
      await using world = await startProxiedWorld({ limits: { handshakeMs: 300 } });
      // More than a header's fixed part, so that it does not wait for one.
      assert.equal(await addressSeen(world, octets, whoAmIRequest(7)), undefined);
      assert.deepEqual(world.addresses, []);
      await until(() => world.server.connections === 0, 'the connection is gone');
      assert.deepEqual(world.errors, []);
    });
  }

  it('must be whole in time', async () => {
    await using world = await startProxiedWorld({ limits: { handshakeMs: 150 } });
    const client = await connectRaw(world.port, { localAddress: balancer });
    client.send(fromV4('192.0.2.7').subarray(0, 20));
    const startedAt = performance.now();
    await client.closed;
    assert.ok(performance.now() - startedAt > 120);
    client.close();
  });
});

describe('the PROXY protocol, from anybody else', () => {
  it('is no LDAP, and moves nobody’s address', async () => {
    await using world = await startProxiedWorld();
    const client = await world.connect();
    client.send(fromV4('192.0.2.7'), bindRequest(1, 'cn=reader', 'wrong'));
    assert.equal((await client.next()).code, 2);
    await client.closed;
    const plain = await world.connect();
    plain.send(bindRequest(1, 'cn=reader', 'wrong'));
    assert.equal((await plain.next()).code, 49);
    assert.deepEqual(world.addresses, ['127.0.0.1']);
  });
});

describe('a client behind a balancer on this machine', () => {
  it('is not on this machine: its password is not taken in clear text', async () => {
    await using world = await startProxiedWorld({ requireTls: undefined });
    const client = await connectRaw(world.port, { localAddress: balancer });
    client.send(fromV4('192.0.2.7'), bindRequest(1, 'cn=reader', 'reader-demo'));
    assert.equal((await client.next()).code, 13);
    client.close();
  });

  it('is let in by its own address', async () => {
    await using world = await startProxiedWorld({ networks: ['192.0.2.0/28'] });
    assert.equal(await addressSeen(world, fromV4('192.0.2.7')), '192.0.2.7');
    assert.equal(await addressSeen(world, fromV4('192.0.2.77')), undefined);
  });
});
