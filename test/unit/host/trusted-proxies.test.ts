import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import request from 'supertest';
import { silentLog } from '../../../sidecar/core/ports/log.ts';
import { startHttpServer } from '../../../sidecar/host/http-server.ts';

const said = {
  Forwarded: 'for=192.0.2.7',
  'X-Forwarded-For': '192.0.2.9, 192.0.2.7',
  'X-Forwarded-Proto': 'https',
  'X-Forwarded-Host': 'evil.example',
  'X-Real-IP': '192.0.2.7',
};

async function hear(trustProxy: readonly string[]) {
  const server = await startHttpServer({
    ...{ host: '127.0.0.1', port: 0, log: silentLog, trustProxy },
    routes: (app) =>
      void app.get('/', ({ ip, protocol, hostname, headers }, response) => {
        const left = Object.keys(headers).filter((name) => /forwarded|real-ip/.test(name));
        response.json({ ip, protocol, hostname, left });
      }),
  });
  try {
    return (await request(`http://127.0.0.1:${server.port}`).get('/').set(said).expect(200)).body;
  } finally {
    await server.stop();
  }
}

describe('what a request says about the browser behind a proxy', () => {
  it('counts for nothing without a trusted proxy, and nobody further in sees it', async () => {
    assert.deepEqual(await hear([]), { ip: '127.0.0.1', protocol: 'http', hostname: '127.0.0.1', left: [] });
    assert.deepEqual((await hear(['10.0.0.0/8'])).left, []);
  });

  it('is believed of a trusted one, up to the first address that is none', async () => {
    const { ip, protocol, left } = await hear(['127.0.0.0/8']);
    assert.deepEqual({ ip, protocol }, { ip: '192.0.2.7', protocol: 'https' });
    assert.equal(left.length, 5);
    assert.equal((await hear(['127.0.0.1/32', '192.0.2.7/32'])).ip, '192.0.2.9');
  });
});
