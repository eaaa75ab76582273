import assert from 'node:assert/strict';
import { connect, createServer, type Socket } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import express from 'express';
import request from 'supertest';
import { DomainError, type ErrorCode } from '../../../sidecar/core/errors.ts';
import { silentLog } from '../../../sidecar/core/ports/log.ts';
import { type HttpServer, startHttpServer } from '../../../sidecar/host/http-server.ts';

const local = { host: '127.0.0.1', port: 0, log: silentLog, routes: () => {} };

/** Sends text as it is and gives all that comes back until the server closes. */
function exchange(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect(port, '127.0.0.1', () => socket.write(text));
    let received = '';
    socket.setEncoding('utf8').on('data', (chunk) => {
      received += chunk;
    });
    socket.on('close', () => resolve(received)).on('error', reject);
  });
}

describe('the HTTP server', () => {
  const logged: { message: string; fields: Readonly<Record<string, unknown>> | undefined }[] = [];
  let server: HttpServer;
  let url: string;

  before(async () => {
    server = await startHttpServer({
      ...local,
      log: { ...silentLog, error: (message, fields) => void logged.push({ message, fields }) },
      routes: (app) => {
        app.get('/fine', (_request, response) => void response.json({ fine: true }));
        app.post('/json', express.json({ limit: '1kb' }), (incoming, response) => void response.json(incoming.body));
        app.get('/fault', async () => {
          throw new Error('hunter2 in the database');
        });
        app.get('/half', (_request, response) => {
          response.write('half');
          throw new Error('broken');
        });
        app.get('/domain/:code', (incoming) => {
          throw new DomainError(incoming.params.code as ErrorCode, 'for the administrator only');
        });
      },
    });
    url = `http://127.0.0.1:${server.port}`;
  });
  after(() => server.stop());

  it('answers with security headers and does not tell what it is made with', async () => {
    const { headers, body } = await request(url).get('/fine').expect(200);
    assert.deepEqual(body, { fine: true });
    assert.equal(headers['x-powered-by'], undefined);
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.equal(headers['x-frame-options'], 'SAMEORIGIN');
    assert.match(headers['content-security-policy'] ?? '', /default-src 'self'/);
    assert.equal(headers['strict-transport-security'], undefined);
  });

  it('says in JSON that nothing is there, without repeating the address', async () => {
    const { body, text } = await request(url).get('/<script>').expect(404).expect('content-type', /json/);
    assert.equal(body.error, 'not_found');
    assert.ok(!text.includes('script'));
  });

  it('keeps the details of a fault to the log, under a reference', async () => {
    logged.length = 0;
    const { body, text } = await request(url).get('/fault?token=hunter2').expect(500);
    assert.equal(body.error, 'server_error');
    assert.ok(!text.includes('hunter2'));
    assert.equal(logged.length, 1);
    assert.equal(logged[0]?.fields?.reference, body.reference);
    assert.equal(logged[0]?.fields?.path, '/fault');
    assert.match(String(logged[0]?.fields?.error), /hunter2 in the database/);
  });

  it('cuts an answer that breaks half-way, so that it is not taken for whole', async () => {
    await assert.rejects(fetch(`${url}/half`).then((response) => response.text()));
  });

  const statuses: Readonly<Record<ErrorCode, number>> = {
    invalid_credentials: 401,
    not_found: 404,
    forbidden: 403,
    invalid_input: 400,
    conflict: 409,
    unsupported: 501,
    upstream_unavailable: 503,
    upstream_undecided: 503,
  };
  for (const [code, status] of Object.entries(statuses)) {
    it(`answers ${code} with ${status}`, async () => {
      const { body, headers, text } = await request(url).get(`/domain/${code}`).expect(status);
      assert.equal(body.error, code);
      assert.equal(headers['retry-after'], status === 503 ? '30' : undefined);
      assert.ok(!text.includes('administrator'));
    });
  }

  it('refuses what no client should send', async () => {
    await request(url)
      .get('/domain/%E0%A4%A')
      .expect(400, /"invalid_input"/);
    await request(url)
      .post('/json')
      .set('content-type', 'application/json')
      .send('{"a":')
      .expect(400, /"invalid_input"/);
    await request(url)
      .post('/json')
      .send({ a: 'x'.repeat(2000) })
      .expect(413, /"too_large"/);
    assert.match(
      await exchange(server.port, 'POST /fine HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\n\r\n'),
      /^HTTP\/1\.1 413 /,
    );
    assert.match(
      await exchange(server.port, `GET /fine HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`),
      /^HTTP\/1\.1 431 /,
    );
    assert.match(await exchange(server.port, 'NONSENSE\r\n\r\n'), /^HTTP\/1\.1 400 /);
  });
});

describe('starting and stopping the HTTP server', () => {
  it('names the setting when the port is taken', async (t) => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    t.after(() => other.close());
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await assert.rejects(startHttpServer({ ...local, port }), {
      code: 'conflict',
      message: `http.port: port ${port} on 127.0.0.1 is taken by another program; choose a free one (SIDECAR_HTTP_PORT), 0 takes any`,
    });
  });

  it('names the setting when the address is not one of this machine', async () => {
    await assert.rejects(startHttpServer({ ...local, host: '192.0.2.1' }), {
      code: 'invalid_input',
      message: 'http.host: 192.0.2.1 is no address of this machine; write one it has, or 0.0.0.0 for all of them',
    });
  });

  it('stops within a second though connections idle, hang in a request or wait for an answer', async () => {
    const server = await startHttpServer({ ...local, routes: (app) => app.get('/never', () => {}) });
    const texts = ['', 'GET / HTTP/1.1\r\nHost: x\r\n\r\n', 'GET / HT', 'GET /never HTTP/1.1\r\nHost: x\r\n\r\n'];
    const ends = texts.map((text) => exchange(server.port, text).catch(() => 'reset'));
    await sleep(100);
    const begun = performance.now();
    await server.stop();
    assert.ok(performance.now() - begun < 1000);
    await Promise.all(ends);
    await server.stop();
  });

  it('lets a running answer end', async () => {
    const routes = (app: express.Express) =>
      void app.get('/slow', async (_request, response) => {
        await sleep(300);
        response.send('whole');
      });
    const server = await startHttpServer({ ...local, routes });
    const answer = fetch(`http://127.0.0.1:${server.port}/slow`).then((response) => response.text());
    await sleep(100);
    const begun = performance.now();
    await server.stop();
    assert.equal(await answer, 'whole');
    assert.ok(performance.now() - begun < 600);
  });
});
