import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { toNotice } from '../../../sidecar/notify/notice.ts';
import { toWebhookBody } from '../../../sidecar/notify/webhook-body.ts';
import { startReceiver } from './support/http-receiver.ts';
import { createNotifyWorld, failing, heldPlan, recovered } from './support/notify-world.ts';
import { startSmtpServer } from './support/smtp-server.ts';

describe('the notifier', () => {
  it('does nothing when neither webhook nor mail is set', async (t) => {
    const { notifier, log } = createNotifyWorld(t, {});
    await notifier.notify(heldPlan);
    assert.equal(log.text(), '');
  });

  it('reaches one channel while the other is out of order', async (t) => {
    const receiver = await startReceiver(t, (response) => response.writeHead(500).end());
    const server = await startSmtpServer(t);
    const { notifier, passPause } = createNotifyWorld(t, {
      webhook: { url: receiver.url },
      mail: { port: server.port },
    });
    const done = notifier.notify(heldPlan);
    await passPause();
    while (server.mails.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await notifier.close();
    await done;
  });

  it('keeps the order of events: a recovery waits for the failure that could not be told yet', async (t) => {
    const receiver = await startReceiver(t, (response, count) => response.writeHead(count === 1 ? 503 : 200).end());
    const { notifier, passPause } = createNotifyWorld(t, { webhook: { url: receiver.url } });
    const done = [notifier.notify(failing), notifier.notify(recovered)];
    await passPause();
    await Promise.all(done);
    const kinds = receiver.received.map(({ body }) => JSON.parse(body).event);
    assert.deepEqual(kinds, ['sync_failing', 'sync_failing', 'sync_recovered']);
  });

  it('goes on with the next notice after one was given up', async (t) => {
    const receiver = await startReceiver(t, (response, count) => response.writeHead(count === 1 ? 404 : 200).end());
    const { notifier } = createNotifyWorld(t, { webhook: { url: receiver.url } });
    await notifier.notify(failing);
    await notifier.notify(recovered);
    assert.equal(JSON.parse(receiver.received[1]?.body ?? '').event, 'sync_recovered');
  });

  it('drops notices, loudly, when too many wait', async (t) => {
    const receiver = await startReceiver(t, () => {});
    const { notifier, log } = createNotifyWorld(t, { webhook: { url: receiver.url } });
    const done = Array.from({ length: 60 }, () => notifier.notify(heldPlan));
    assert.equal(log.lines().filter(({ message }) => /dropped/.test(String(message))).length, 10);
    await notifier.close();
    await Promise.all(done);
  });

  it('never rejects, not even for an event that cannot be put into words', async (t) => {
    const receiver = await startReceiver(t);
    const { notifier, log } = createNotifyWorld(t, { webhook: { url: receiver.url } });
    await notifier.notify({ ...failing, since: new Date(Number.NaN) });
    assert.match(log.text(), /could not be made/);
    assert.equal(receiver.received.length, 0);
  });
});

describe('a notice', () => {
  it('stays in one line per fact, bounded and well-formed, whatever the texts of an event hold', () => {
    const text = fc.string({ unit: 'binary', maxLength: 3_000 });
    fc.assert(
      fc.property(text, fc.array(text, { maxLength: 60 }), text, (plan, reasons, summary) => {
        const notice = toNotice({ ...heldPlan, plan, reasons, summary }, 'id', 'host');
        for (const line of [notice.subject, ...notice.lines, ...notice.steps.map(({ command }) => command)]) {
          assert.doesNotMatch(line, /[\p{Cc}\u2028\u2029]/u);
          assert.ok(line.isWellFormed());
          assert.ok(line.length < 600);
        }
        assert.match(notice.steps[1]?.command ?? '', /^icewarp-sidecar sync --confirm [\w-]{0,64}$/);
        assert.ok(Buffer.byteLength(toWebhookBody(notice)) < 128 * 1024);
      }),
      { numRuns: 200 },
    );
  });

  it('cuts no character in two', () => {
    for (const length of [498, 499, 1_998, 1_999]) {
      const { event } = toNotice({ ...failing, error: `${'x'.repeat(length)}😀😀` }, 'id', 'host');
      assert.ok(event.kind === 'sync_failing');
      assert.ok(event.error.isWellFormed());
      assert.equal(event.error.length, 500);
    }
  });

  it('says how many reasons it leaves out', () => {
    const reasons = Array.from({ length: 25 }, (_, number) => `reason ${number}`);
    const { event } = toNotice({ ...heldPlan, reasons }, 'id', 'host');
    assert.ok(event.kind === 'plan_held');
    assert.equal(event.reasons.length, 21);
    assert.equal(event.reasons.at(-1), 'and 5 more');
  });
});
