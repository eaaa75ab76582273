import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import request from 'supertest';
import { silentLog } from '../../../sidecar/core/ports/log.ts';
import { type HttpServer, startHttpServer } from '../../../sidecar/host/http-server.ts';
import { addObserveRoutes } from '../../../sidecar/host/observe-routes.ts';
import { createHealth } from '../../../sidecar/observe/health.ts';
import { createMetrics } from '../../../sidecar/observe/metrics.ts';

describe('the routes for whoever watches', () => {
  const health = createHealth({ required: ['directory'] });
  const metrics = createMetrics();
  let server: HttpServer;
  let url: string;

  before(async () => {
    const routes = (app: Parameters<typeof addObserveRoutes>[0]) => addObserveRoutes(app, { health, metrics });
    server = await startHttpServer({ host: '127.0.0.1', port: 0, log: silentLog, routes });
    url = `http://127.0.0.1:${server.port}`;
  });
  after(() => server.stop());

  it('say that the process lives, ready or not', async () => {
    await request(url).get('/health/live').expect(200, { status: 'ok' }).expect('cache-control', 'no-store');
  });

  it('say 503 until a directory is served, and 200 though IceWarp is down', async () => {
    const parts = { directory: { status: 'down', message: 'not started' } };
    await request(url).get('/health/ready').expect(503, { status: 'down', parts });
    health.register('directory', () => ({ status: 'ok', generation: 1 }));
    health.register('icewarp', () => ({ status: 'down', state: 'down' }));
    await request(url)
      .get('/health/ready')
      .expect(200, {
        status: 'degraded',
        parts: { directory: { status: 'ok', generation: 1 }, icewarp: { status: 'down', state: 'down' } },
      });
    await request(url).head('/health/ready').expect(200);
  });

  it('give the metrics in the text format of Prometheus', async () => {
    metrics.recordLdap({ binds: [[0, 1]], searches: [], entries: 0, durations: [], durationSeconds: 0 });
    const { text } = await request(url)
      .get('/metrics')
      .expect(200)
      .expect('content-type', /^text\/plain; version=0\.0\.4/);
    assert.match(text, /^icewarp_sidecar_ldap_binds_total\{result="0"\} 1$/m);
  });

  it('take no other method', async () => {
    await request(url).post('/health/ready').expect(404);
  });
});
