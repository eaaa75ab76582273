import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import type { LoginOutcome } from '../../../sidecar/core/login/order.ts';
import { buildSnapshot } from '../../../sidecar/directory/builder.ts';
import { createAuthority } from './support/certificates.ts';
import { createCompany, startWorld } from './support/ldap-world.ts';
import { connectRaw, connectSecurely, type RawClient } from './support/raw-client.ts';
import { bindRequest, searchRequest, whoAmIRequest } from './support/requests.ts';
import { until } from './support/until.ts';
import { startWorkerWorld } from './support/worker-world.ts';

const authority = createAuthority();
after(() => authority[Symbol.dispose]());
const material = authority.issue('server');
const block = buildSnapshot(createCompany(20), { baseDn: 'o=icewarp', publishedAt: new Date(0) });
const refused: LoginOutcome = { kind: 'refused', reason: 'disabled', presumed: true };

describe('several listeners', () => {
  it('are served by all workers, each on its own terms', async () => {
    const terms = { host: '127.0.0.1', port: 0, twoFactor: 'reject', diagnostics: 'none' } as const;
    await using world = await startWorkerWorld(block, {
      listeners: [
        { ...terms, name: 'ldap', require: ['LogOn'], deadlineMs: 1000 },
        { ...terms, name: 'ldaps', tls: 'ldaps', material, require: ['LogOn'], deadlineMs: 1000 },
        {
          ...{ ...terms, name: 'archive', require: ['auditor'], deadlineMs: 4000 },
          ...{ diagnostics: 'activedirectory', twoFactor: 'accept' },
        },
      ],
    });
    world.answer = async () => refused;
    const [plain, secure, archive] = world.workers.listeners.map(({ port }) => port);
    assert.ok(plain && secure && archive && new Set([plain, secure, archive]).size === 3);
    const texts = new Map<number, string>();
    for (const port of [plain, secure, archive]) {
      // Enough connections for every worker to get some.
      for (let count = 0; count < 8; count++) {
        const client: RawClient =
          port === secure
            ? await connectSecurely(port, { ca: authority.ca, host: '127.0.0.1' })
            : await connectRaw(port);
        client.send(
          bindRequest(1, 'alice', `wrong ${count}`),
          bindRequest(2, 'cn=reader', 'reader-demo'),
          searchRequest(3),
        );
        texts.set(port, (await client.next()).text);
        assert.equal((await client.next()).code, 0);
        assert.equal((await client.searchResult()).done.code, 0);
        client.close();
      }
    }
    assert.match(texts.get(archive) ?? '', /data 533/);
    assert.doesNotMatch(`${texts.get(plain)} ${texts.get(secure)}`, /data/);
    const asked = world.logins.map(({ listener, require, deadlineMs, twoFactor }) =>
      JSON.stringify([listener, require, deadlineMs, twoFactor]),
    );
    assert.deepEqual(
      [...new Set(asked)],
      [
        '["ldap",["LogOn"],1000,"reject"]',
        '["ldaps",["LogOn"],1000,"reject"]',
        '["archive",["auditor"],4000,"accept"]',
      ],
    );
  });

  it('all have to be free: a taken one is named with its setting, and none is left listening', async () => {
    await using holder = await startWorld();
    const place = { host: '127.0.0.1', require: [], deadlineMs: 1, twoFactor: 'reject', diagnostics: 'none' } as const;
    await using free = await startWorld();
    const freePort = free.port;
    await free.stop();
    await assert.rejects(
      startWorkerWorld(block, {
        listeners: [
          { ...place, name: 'ldap', port: freePort },
          { ...place, name: 'archive', port: holder.port, section: 'ldap.listeners[0]' },
        ],
      }),
      { code: 'conflict', message: new RegExp(`127\\.0\\.0\\.1:${holder.port}.*ldap\\.listeners\\[0\\]\\.port`) },
    );
    await assert.rejects(connectRaw(freePort), { code: 'ECONNREFUSED' });
  });
});

describe('the networks of a listener', () => {
  it('let their clients in and hang up on others before anything is read', async () => {
    await using world = await startWorld({ networks: ['127.0.0.2/32', '2001:db8::/32'] });
    const stranger = await connectRaw(world.port);
    stranger.send(whoAmIRequest(1));
    await stranger.closed;
    assert.equal(stranger.pending(), 0);
    const friend = await connectRaw(world.port, { localAddress: '127.0.0.2' });
    friend.send(whoAmIRequest(1));
    assert.equal((await friend.next()).code, 0);
    friend.close();
  });

  it('come before the handshake', async () => {
    await using world = await startWorld({ tls: 'ldaps', material, networks: ['192.0.2.0/24'] });
    await assert.rejects(
      connectSecurely(world.port, { ca: authority.ca, host: '127.0.0.1' }),
      /disconnected|ECONNRESET/,
    );
  });
});

describe('what a listener demands of passwords', () => {
  for (const [requireTls, isTls, code] of [
    [undefined, false, 0],
    [true, false, 13],
    [true, true, 0],
    [false, false, 0],
  ] as const) {
    it(`gives ${code} with requireTls ${requireTls} on loopback ${isTls ? 'over TLS' : 'in clear text'}`, async () => {
      await using world = await startWorld({ requireTls, ...(isTls ? { tls: 'ldaps', material } : {}) });
      const client = isTls
        ? await connectSecurely(world.port, { ca: authority.ca, host: '127.0.0.1' })
        : await world.connect();
      client.send(bindRequest(1, 'cn=reader', 'reader-demo'));
      assert.equal((await client.next()).code, code);
      client.close();
    });
  }
});

describe('connections from one address', () => {
  it('are bounded; more are told so, other addresses go on, and one that leaves makes room', async () => {
    await using world = await startWorld({ limits: { connectionsPerAddress: 2 } });
    const first = await world.connect();
    const second = await world.connect();
    second.send(whoAmIRequest(1));
    assert.equal((await second.next()).code, 0);
    const third = await world.connect();
    const notice = await third.next();
    assert.deepEqual([notice.code, notice.text], [52, 'too many connections from this address']);
    const other = await connectRaw(world.port, { localAddress: '127.0.0.9' });
    other.send(whoAmIRequest(1));
    assert.equal((await other.next()).code, 0);
    other.close();
    first.close();
    await new Promise((resolve) => setTimeout(resolve, 50));
    const fourth = await world.connect();
    fourth.send(whoAmIRequest(1));
    assert.equal((await fourth.next()).code, 0);
  });

  it('are counted over all workers, and forgotten with a worker that dies', async () => {
    await using world = await startWorkerWorld(block, { limits: { connectionsPerAddress: 6, sweepMs: 20 } });
    const codes: number[] = [];
    for (let count = 0; count < 9; count++) {
      const client = await world.connect();
      client.send(whoAmIRequest(1));
      codes.push((await client.next()).code);
    }
    assert.deepEqual(codes, [0, 0, 0, 0, 0, 0, 52, 52, 52]);
    for (const thread of world.threads) thread.postMessage({ kind: 'test:throw' });
    await until(() => world.workers.connections === 0, 'both workers are dead');
    await until(() => world.workers.state.alive === 2, 'both are replaced');
    const client = await world.connect();
    client.send(whoAmIRequest(1));
    assert.equal((await client.next()).code, 0);
  });
});
