import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { type AddressInfo, createServer } from 'node:net';
import { describe, it } from 'node:test';
import { createCertificate } from '../../../sidecar/simulator/certificate.ts';
import { startReceiver } from './support/http-receiver.ts';
import { createNotifyWorld, failing, heldPlan, recovered } from './support/notify-world.ts';

describe('notices by webhook', () => {
  it('posts a held plan as a JSON document with the command that confirms it', async (t) => {
    const receiver = await startReceiver(t);
    const { notifier, log } = createNotifyWorld(t, { webhook: { url: `${receiver.url}/hook?key=k` } });
    await notifier.notify(heldPlan);
    const [request] = receiver.received;
    assert.equal(request?.method, 'POST');
    assert.equal(request?.path, '/hook?key=k');
    assert.equal(request?.headers['content-type'], 'application/json');
    assert.equal(request?.headers['x-sidecar-signature'], undefined, 'no key, no signature');
    const { id, text, ...body } = JSON.parse(request?.body ?? '');
    assert.match(id, /^[0-9a-f-]{36}$/);
    assert.match(text, /^IceWarp sidecar: a synchronisation waits .*3f2a9c01b7de/);
    assert.deepEqual(body, {
      version: 1,
      event: 'plan_held',
      at: '2026-11-24T10:00:00.000Z',
      host: 'mail01',
      commands: ['icewarp-sidecar sync --dry-run --verbose', 'icewarp-sidecar sync --confirm 3f2a9c01b7de'],
      plan: '3f2a9c01b7de',
      reasons: ['25 users would be disabled: more than 20 (sync.limitUsers)'],
      summary: '+3 new, -25 disabled',
    });
    assert.match(log.text(), /notice delivered/);
  });

  it('tells of failing runs and of the recovery, in that order', async (t) => {
    const receiver = await startReceiver(t);
    const { notifier } = createNotifyWorld(t, { webhook: { url: receiver.url } });
    await Promise.all([notifier.notify(failing), notifier.notify(recovered)]);
    const [first, second] = receiver.received.map(({ body }) => JSON.parse(body));
    assert.equal(first.event, 'sync_failing');
    assert.equal(first.failures, 3);
    assert.equal(first.since, '2026-11-24T09:30:00.000Z');
    assert.match(first.error, /al@example\.com: connection refused/);
    assert.equal(second.event, 'sync_recovered');
    assert.equal(second.after, 4);
    assert.deepEqual(second.commands, []);
  });

  it('signs time and body, so that a receiver can check both, and never shows the key', async (t) => {
    const receiver = await startReceiver(t, (response, count) => {
      response.statusCode = count === 1 ? 503 : 200;
      response.end();
    });
    const world = createNotifyWorld(t, { webhook: { url: receiver.url, secret: 'kept-key' } });
    const done = world.notifier.notify(heldPlan);
    await world.passPause();
    await done;
    const stamps = receiver.received.map(({ headers, body }) => {
      const stamp = String(headers['x-sidecar-timestamp']);
      const digest = createHmac('sha256', 'kept-key').update(`${stamp}.${body}`).digest('hex');
      assert.equal(headers['x-sidecar-signature'], `sha256=${digest}`);
      return Number(stamp);
    });
    assert.deepEqual(stamps, [1_795_514_400, 1_795_514_405], 'a repetition is signed anew');
    const ids = receiver.received.map(({ body }) => JSON.parse(body).id);
    assert.equal(ids[0], ids[1], 'a receiver can tell a repetition');
    assert.doesNotMatch(world.log.text() + receiver.received.map(({ body }) => body).join(), /kept-key/);
  });

  it('tries again with growing pauses while the receiver is out of order, then gives up and says what was lost', async (t) => {
    const receiver = await startReceiver(t, (response) => response.writeHead(500).end('boom'));
    const { notifier, log, passPause } = createNotifyWorld(t, { webhook: { url: `${receiver.url}/path-is-secret` } });
    const done = notifier.notify(heldPlan);
    const pauses = [];
    for (let turn = 0; turn < 4; turn += 1) pauses.push(await passPause());
    await done;
    assert.deepEqual(pauses, [5_000, 30_000, 120_000, 600_000]);
    assert.equal(receiver.received.length, 5);
    const last = log.lines().at(-1);
    assert.equal(last?.level, 'error');
    assert.equal(last?.why, 'HTTP status 500');
    assert.match(JSON.stringify(last?.notice), /-25 disabled/);
    assert.doesNotMatch(log.text(), /path-is-secret/);
  });

  it('survives an outage: delivers once somebody listens', async (t) => {
    const port = await findFreePort();
    const { notifier, log, passPause } = createNotifyWorld(t, { webhook: { url: `http://127.0.0.1:${port}/` } });
    const done = notifier.notify(heldPlan);
    await passPause();
    assert.match(log.text(), /ECONNREFUSED/);
    const receiver = await startReceiver(t, undefined, { port });
    await passPause();
    await done;
    assert.equal(receiver.received.length, 1);
  });

  for (const status of [400, 401, 404, 410]) {
    it(`does not ask again after status ${status}`, async (t) => {
      const receiver = await startReceiver(t, (response) => response.writeHead(status).end());
      const { notifier, log } = createNotifyWorld(t, { webhook: { url: receiver.url } });
      await notifier.notify(heldPlan);
      assert.equal(receiver.received.length, 1);
      assert.match(log.text(), new RegExp(`HTTP status ${status}; check notify\\.webhook\\.url`));
    });
  }

  it('asks again after 429', async (t) => {
    const receiver = await startReceiver(t, (response, count) => response.writeHead(count === 1 ? 429 : 204).end());
    const { notifier, passPause } = createNotifyWorld(t, { webhook: { url: receiver.url } });
    const done = notifier.notify(heldPlan);
    await passPause();
    await done;
    assert.equal(receiver.received.length, 2);
  });

  it('follows no redirect', async (t) => {
    const elsewhere = await startReceiver(t);
    const receiver = await startReceiver(t, (response) => response.writeHead(307, { location: elsewhere.url }).end());
    const { notifier, log } = createNotifyWorld(t, { webhook: { url: receiver.url } });
    await notifier.notify(heldPlan);
    assert.equal(elsewhere.received.length, 0);
    assert.match(log.text(), /307, a redirect, which is not followed/);
  });

  it('waits for a silent receiver no longer than the time-out', async (t) => {
    const receiver = await startReceiver(t, () => {});
    const { notifier, log, passPause } = createNotifyWorld(t, { webhook: { url: receiver.url }, timeoutMs: 100 });
    const began = performance.now();
    const done = notifier.notify(heldPlan);
    await passPause();
    assert.ok(performance.now() - began < 2_000);
    assert.match(log.text(), /no answer within 0\.1 s/);
    await notifier.close();
    await done;
  });

  it('reads nothing of an endless answer', async (t) => {
    let written = 0;
    const receiver = await startReceiver(t, (response) => {
      const pour = () => {
        while (!response.destroyed && response.write('x'.repeat(65_536))) written += 65_536;
        if (!response.destroyed) response.once('drain', pour);
      };
      pour();
    });
    const { notifier, log } = createNotifyWorld(t, { webhook: { url: receiver.url } });
    await notifier.notify(heldPlan);
    assert.match(log.text(), /notice delivered/);
    assert.ok(written < 16 * 1024 * 1024, `${written} bytes were taken`);
  });

  it('takes no header without end', async (t) => {
    const receiver = await startReceiver(t, (response) => {
      for (let line = 0; line < 100; line += 1) response.setHeader(`x-${line}`, 'y'.repeat(1_000));
      response.end();
    });
    const { notifier, log, passPause } = createNotifyWorld(t, { webhook: { url: receiver.url } });
    const done = notifier.notify(heldPlan);
    await passPause();
    assert.match(log.text(), /[Hh]eaders? [Oo]verflow/);
    await notifier.close();
    await done;
  });

  it('tells nothing to a receiver whose certificate nobody vouches for, and says what to do', async (t) => {
    const receiver = await startReceiver(t, undefined, { tls: createCertificate(new Date()) });
    const { notifier, log, passPause } = createNotifyWorld(t, { webhook: { url: receiver.url } });
    const done = notifier.notify(heldPlan);
    await passPause();
    assert.equal(receiver.received.length, 0);
    assert.match(log.text(), /self-signed certificate.*NODE_EXTRA_CA_CERTS/);
    await notifier.close();
    await done;
  });

  it('ends at once when the sidecar stops while a receiver is silent', async (t) => {
    const receiver = await startReceiver(t, () => {});
    const { notifier } = createNotifyWorld(t, { webhook: { url: receiver.url } });
    const done = notifier.notify(heldPlan);
    while (receiver.received.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const began = performance.now();
    await notifier.close();
    await done;
    assert.ok(performance.now() - began < 1_000);
    await notifier.notify(recovered);
    assert.equal(receiver.received.length, 1, 'nothing is sent after the end');
  });
});

async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
