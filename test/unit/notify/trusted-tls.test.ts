import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { createCertificate } from '../../../sidecar/simulator/certificate.ts';
import { startReceiver } from './support/http-receiver.ts';
import { createNotifyWorld, heldPlan } from './support/notify-world.ts';
import { startSmtpServer } from './support/smtp-server.ts';

const login = { username: 'mailer', password: 'mailer-password' };

describe('notices over TLS that an authority of the machine vouches for', () => {
  const identity = createCertificate(new Date());
  before(() => setDefaultCACertificates([...getCACertificates('default'), identity.certificatePem]));

  it('posts to an https receiver', async (t) => {
    const receiver = await startReceiver(t, undefined, { tls: identity });
    const { notifier, log } = createNotifyWorld(t, { webhook: { url: receiver.url } });
    await notifier.notify(heldPlan);
    assert.equal(receiver.received.length, 1, log.text());
  });

  it('encrypts by STARTTLS before it tells password or mail', async (t) => {
    const server = await startSmtpServer(t, { starttls: 'accept', identity, login });
    const { notifier, log } = createNotifyWorld(t, { mail: { port: server.port, security: 'starttls', ...login } });
    await notifier.notify(heldPlan);
    assert.equal(server.mails[0]?.isEncrypted, true, log.text());
    assert.equal(server.mails[0]?.username, 'mailer');
    const readable = server.commands.filter((line) => !line.startsWith('(tls)')).map((line) => line.split(' ')[0]);
    assert.deepEqual(readable, ['EHLO', 'STARTTLS']);
  });

  it('encrypts from the first byte with tls', async (t) => {
    const server = await startSmtpServer(t, { implicitTls: true, identity, login });
    const { notifier, log } = createNotifyWorld(t, { mail: { port: server.port, security: 'tls', ...login } });
    await notifier.notify(heldPlan);
    assert.equal(server.mails[0]?.username, 'mailer', log.text());
    assert.ok(server.commands.every((line) => line.startsWith('(tls)')));
  });

  it('refuses a certificate that is for another name', async (t) => {
    const receiver = await startReceiver(t, undefined, { tls: identity, host: '127.0.0.2' });
    const server = await startSmtpServer(t, { implicitTls: true, identity, host: '127.0.0.2' });
    const { notifier, log, passPause } = createNotifyWorld(t, { webhook: { url: receiver.url } });
    const mail = { port: server.port, security: 'tls', server: '127.0.0.2' } as const;
    const mailWorld = createNotifyWorld(t, { mail });
    const done = [notifier.notify(heldPlan), mailWorld.notifier.notify(heldPlan)];
    await Promise.all([passPause(), mailWorld.passPause()]);
    assert.deepEqual([receiver.received, server.commands], [[], []]);
    assert.match(log.text(), /does not match certificate's altnames/);
    assert.match(mailWorld.log.text(), /does not match certificate's altnames/);
    await Promise.all([notifier.close(), mailWorld.notifier.close()]);
    await Promise.all(done);
  });
});
