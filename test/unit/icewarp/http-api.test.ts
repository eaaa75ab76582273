import assert from 'node:assert/strict';
import { createServer as createTcpServer } from 'node:net';
import { describe, it } from 'node:test';
import { createHttpApi } from '../../../sidecar/icewarp/http-api.ts';
import { connectionTo, rejectsWith } from './fixtures.ts';
import { type Answer, type Asked, failure, result, type Script, startServer } from './scripted-server.ts';
import { page, startApi } from './started-api.ts';

describe('a call that fails', () => {
  it('decides on the envelope, never on the HTTP status', async () => {
    const { api } = await startApi(() => page(500, 'text/html', result('1')));
    assert.equal((await api.call('logout', [])).type, 'result');
  });

  it('gives the uid of an error reply as an answer, and counts it', async () => {
    const { api, calls } = await startApi(({ command }) => (command === 'logout' ? failure('a_b') : result('1')));
    assert.deepEqual(await api.call('logout', []), { type: 'error', uid: 'a_b' });
    await api.call('getsessioninfo', []);
    assert.deepEqual(
      calls.map(({ durationMs, ...call }) => call),
      [
        { command: 'logout', outcome: 'error', uid: 'a_b' },
        { command: 'getsessioninfo', outcome: 'ok' },
      ],
    );
    assert.ok(calls.every((call) => call.durationMs >= 0));
  });

  const broken: readonly (readonly [what: string, answer: Answer, detail: RegExp])[] = [
    ['HTTP 503', page(503, 'text/html', '<html>busy</html>'), /status 503/],
    ['half a reply', page(200, 'text/xml', result('1').slice(0, 40)), /unusable XML/],
    ['invalid XML', page(200, 'text/xml', '<iq type="result"><query></iq>'), /unusable XML/],
    ['a dropped connection', (_, request) => request.socket.destroy(), /dropped the connection/],
    [
      'a connection dropped half-way',
      (response, request) => {
        response.writeHead(200, { 'content-length': '1000' });
        response.write('<iq', () => request.socket.destroy());
      },
      /dropped the connection|terminated|aborted/,
    ],
    ['no HTTP', (_, request) => request.socket.end('SSH-2.0-x\r\n'), /no HTTP/],
    ['silence', () => {}, /time-out: no complete answer within 0\.3 s/],
    [
      'a reply that trickles',
      (response) => {
        response.writeHead(200);
        const timer = setInterval(() => response.write('<'), 50);
        response.on('close', () => clearInterval(timer));
      },
      /time-out/,
    ],
  ];
  for (const [what, answer, detail] of broken) {
    it(`says what happened on ${what}`, async () => {
      const { api, calls } = await startApi(() => answer, { timeoutMs: 300 });
      const call = api.call('getaccountproperties', [], { about: 'account al@corp.test' });
      await rejectsWith(call, 'upstream_unavailable', /getaccountproperties for account al@corp\.test/, detail);
      assert.equal(calls[0]?.outcome, 'error');
    });
  }

  it('refuses a reply larger than it may be', async () => {
    const answer = page(200, 'text/xml', result('x'.repeat(3000)));
    const { api } = await startApi(() => answer, {}, { maxReplyBytes: 2000 });
    await rejectsWith(api.call('logout', []), 'upstream_unavailable', /larger/);
  });

  it('says when nobody listens, and when the name is unknown', async () => {
    const server = await startServer(() => undefined);
    await server.close();
    const nobody = createHttpApi(connectionTo(server.url), { concurrency: 1 });
    await rejectsWith(nobody.call('logout', []), 'upstream_unavailable', /connection refused/);
    await nobody.close();
    const unknown = createHttpApi(connectionTo('http://mail.invalid'), { concurrency: 1 });
    await rejectsWith(unknown.call('logout', []), 'upstream_unavailable', /DNS/);
    await unknown.close();
  });

  it('rejects with the reason of the caller who gives up', async () => {
    const { api } = await startApi(() => () => {});
    const giveUp = new AbortController();
    const call = api.call('logout', [], { signal: giveUp.signal });
    setTimeout(() => giveUp.abort(new RangeError('enough')), 50);
    await assert.rejects(call, RangeError);
    await assert.rejects(api.call('logout', [], { signal: giveUp.signal }), RangeError);
  });

  it('ends what is under way when it is closed', async () => {
    const { api } = await startApi(() => () => {});
    const call = rejectsWith(api.call('logout', []), 'upstream_unavailable', /closed/);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await api.close();
    await call;
    await rejectsWith(api.call('logout', []), 'upstream_unavailable', /closed/);
  });
});

describe('connections', () => {
  it('are never more than allowed, and kept alive between calls', async () => {
    let now = 0;
    let most = 0;
    const ports = new Set<number | undefined>();
    const { api } = await startApi(
      () => (response, request) => {
        ports.add(request.socket.remotePort);
        now += 1;
        most = Math.max(most, now);
        setTimeout(() => {
          now -= 1;
          response.end(result('1'));
        }, 5);
      },
      {},
      { concurrency: 3 },
    );
    await Promise.all(Array.from({ length: 30 }, () => api.call('logout', [])));
    assert.equal(most, 3);
    assert.equal(ports.size, 3);
  });

  it('do not count the time spent waiting for a place', async () => {
    const slow: Answer = (response) => void setTimeout(() => response.end(result('1')), 150);
    const { api } = await startApi(() => slow, { timeoutMs: 400 }, { concurrency: 1 });
    await Promise.all(Array.from({ length: 4 }, () => api.call('logout', [])));
  });

  it('turn a call away at once when too many wait', async () => {
    const { api } = await startApi(() => () => {}, { timeoutMs: 200 }, { concurrency: 1, maxWaiting: 0 });
    const first = rejectsWith(api.call('logout', []), 'upstream_unavailable', /time-out/);
    await rejectsWith(api.call('logout', []), 'upstream_unavailable', /under way already/);
    await first;
  });

  it('are replaced once for a read when the server has dropped them, never for a login', async () => {
    const dropFirst = (): Script => {
      const seen = new Set<string>();
      return ({ command }: Asked) => {
        if (seen.has(command)) return result('1');
        seen.add(command);
        return (_, request) => request.socket.destroy();
      };
    };
    const { api, server } = await startApi(dropFirst());
    assert.equal((await api.call('getdomainsinfolist', [])).type, 'result');
    for (const command of ['getauthtoken', 'authenticate'] as const) {
      await rejectsWith(api.call(command, []), 'upstream_unavailable', /dropped the connection/);
    }
    assert.deepEqual(server.commands(), ['getdomainsinfolist', 'getdomainsinfolist', 'getauthtoken', 'authenticate']);
  });

  it('say so when the port speaks no TLS', async () => {
    const plain = createTcpServer((socket) =>
      socket
        .on('error', () => {})
        .resume()
        .end('HTTP/1.1 400 Bad Request\r\n\r\n'),
    );
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
    const { port } = plain.address() as { port: number };
    const api = createHttpApi(connectionTo(`https://127.0.0.1:${port}`), { concurrency: 1 });
    await rejectsWith(api.call('logout', []), 'upstream_unavailable', /no TLS spoken/);
    await api.close();
    await new Promise((resolve) => plain.close(resolve));
  });
});
