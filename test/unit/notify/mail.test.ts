import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { describe, it } from 'node:test';
import { createCertificate } from '../../../sidecar/simulator/certificate.ts';
import { at, createNotifyWorld, failing, heldPlan, recovered } from './support/notify-world.ts';
import { startSmtpServer } from './support/smtp-server.ts';

const password = 'pässword-of-the-mailer';
const login = { username: 'mailer', password };

/** The head of a mail as names and values, folded lines joined (RFC 5322 §2.2.3). */
function headOf(text: string): Map<string, string> {
  const head = text.slice(0, text.indexOf('\n\n')).replace(/\n[ \t]+/g, ' ');
  return new Map(head.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]));
}

/** The text as a person reads it: quoted-printable undone (RFC 2045 §6.7). */
function bodyOf(text: string): string {
  assert.match(text, /^Content-Transfer-Encoding: (quoted-printable|7bit)$/m);
  return text
    .slice(text.indexOf('\n\n'))
    .replace(/=\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

describe('notices by mail', () => {
  it('tells everybody in plain text what happened and which command confirms it', async (t) => {
    const server = await startSmtpServer(t);
    const to = ['admin@example.com', 'Night.Shift@example.com'];
    const { notifier, log } = createNotifyWorld(t, { mail: { port: server.port, to } });
    await notifier.notify(heldPlan);
    const [mail] = server.mails;
    assert.ok(mail, log.text());
    assert.match(mail.from, /^MAIL FROM:<sidecar@example\.com>/);
    assert.deepEqual(mail.to, ['RCPT TO:<admin@example.com>', 'RCPT TO:<Night.Shift@example.com>']);
    const head = headOf(mail.text);
    assert.equal(head.get('Subject'), 'IceWarp sidecar: a synchronisation waits for confirmation (plan 3f2a9c01b7de)');
    assert.equal(head.get('Auto-Submitted'), 'auto-generated');
    assert.equal(head.get('Date'), at.toUTCString().replace('GMT', '+0000'));
    assert.match(head.get('Message-ID') ?? '', /^<[0-9a-f-]{36}@example\.com>$/);
    assert.match(head.get('Content-Type') ?? '', /^text\/plain/);
    assert.match(bodyOf(mail.text), /^ {4}icewarp-sidecar sync --confirm 3f2a9c01b7de$/m);
    assert.match(bodyOf(mail.text), /What would change: \+3 new, -25 disabled/);
    assert.match(bodyOf(mail.text), /25 users would be disabled: more than 20 \(sync\.limitUsers\)/);
    assert.match(bodyOf(mail.text), /mail01 at 2026-11-24T10:00:00\.000Z/);
  });

  it('tells of failing runs with their last error, and of the recovery', async (t) => {
    const server = await startSmtpServer(t);
    const { notifier } = createNotifyWorld(t, { mail: { port: server.port } });
    await notifier.notify(failing);
    await notifier.notify(recovered);
    const [first, second] = server.mails.map(({ text }) => headOf(text).get('Subject') + bodyOf(text));
    assert.match(first ?? '', /failed 3 times in a row/);
    assert.match(first ?? '', /for account al@example\.com:\s*connection refused/);
    assert.match(first ?? '', /^ {4}icewarp-sidecar sync test-connection$/m);
    assert.match(second ?? '', /works again/);
  });

  it('logs in when it has an account, and never sends without the login', async (t) => {
    const server = await startSmtpServer(t, { login });
    const { notifier } = createNotifyWorld(t, { mail: { port: server.port, ...login } });
    await notifier.notify(heldPlan);
    assert.equal(server.mails[0]?.username, 'mailer');

    const forgetful = await startSmtpServer(t);
    const other = createNotifyWorld(t, { mail: { port: forgetful.port, ...login } });
    await other.notifier.notify(heldPlan);
    assert.deepEqual(forgetful.mails, []);
  });

  it('does not repeat a refused login, which could lock the account, and shows no password, whatever the server repeats', async (t) => {
    const server = await startSmtpServer(t, {
      login,
      answer: (line) => (line.startsWith('AUTH') ? `535 not understood: ${line} ${password}` : undefined),
    });
    const { notifier, log } = createNotifyWorld(t, { mail: { port: server.port, ...login } });
    await notifier.notify(heldPlan);
    assert.equal(server.commands.filter((line) => line.startsWith('AUTH')).length, 1);
    assert.match(log.text(), /refused the login \(answer 535\); check notify\.mail\.username/);
    assert.ok(!log.text().includes(password));
    assert.ok(!log.text().includes(Buffer.from(`\0mailer\0${password}`).toString('base64')));
  });

  it('does not repeat a login that was answered with nonsense', async (t) => {
    const answer = (line: string) => (line.startsWith('AUTH') ? `what is ${line}?` : undefined);
    const server = await startSmtpServer(t, { login, answer });
    const { notifier, log } = createNotifyWorld(t, { mail: { port: server.port, ...login } });
    await notifier.notify(heldPlan);
    assert.equal(server.commands.filter((line) => line.startsWith('AUTH')).length, 1);
    assert.match(log.text(), /refused the login \(no usable answer\)/);
  });

  it('shows no password of a server that repeats it and hangs up', async (t) => {
    const server = await startSmtpServer(t, {
      login,
      answer: (line, socket) => {
        if (!line.startsWith('AUTH')) return undefined;
        socket.end(`454-${line}\r\n454 ${password}\r\n`);
        return 'silent';
      },
    });
    const { notifier, log, passPause } = createNotifyWorld(t, { mail: { port: server.port, ...login } });
    const done = notifier.notify(heldPlan);
    await passPause();
    assert.ok(!log.text().includes(password));
    assert.ok(!log.text().includes(Buffer.from(`\0mailer\0${password}`).toString('base64')));
    await notifier.close();
    await done;
  });

  it('sends nothing readable when the server refuses STARTTLS', async (t) => {
    const server = await startSmtpServer(t, { starttls: 'refuse', login });
    const { notifier, log, passPause } = createNotifyWorld(t, {
      mail: { port: server.port, security: 'starttls', ...login },
    });
    const done = notifier.notify(heldPlan);
    await passPause();
    assert.deepEqual(server.commands.map((line) => line.split(' ')[0]).slice(0, 2), ['EHLO', 'STARTTLS']);
    assert.ok(!server.commands.some((line) => /^(AUTH|MAIL)/.test(line)));
    assert.match(log.text(), /refused STARTTLS \(answer 454\); set notify\.mail\.security/);
    await notifier.close();
    await done;
  });

  it('sends nothing readable when the server does not even offer STARTTLS', async (t) => {
    const server = await startSmtpServer(t);
    const { notifier } = createNotifyWorld(t, { mail: { port: server.port, security: 'starttls' } });
    const done = notifier.notify(heldPlan);
    while (!server.commands.includes('STARTTLS')) await new Promise((resolve) => setTimeout(resolve, 5));
    await notifier.close();
    await done;
    assert.deepEqual(server.mails, []);
  });

  for (const security of ['starttls', 'tls'] as const) {
    it(`tells nothing to a server with a wrong certificate (${security})`, async (t) => {
      const identity = createCertificate(new Date());
      const server = await startSmtpServer(t, {
        identity,
        login,
        ...(security === 'tls' ? { implicitTls: true } : { starttls: 'accept' }),
      });
      const { notifier, log, passPause } = createNotifyWorld(t, { mail: { port: server.port, security, ...login } });
      const done = notifier.notify(heldPlan);
      await passPause();
      assert.ok(!server.commands.some((line) => line.startsWith('(tls)')), server.commands.join('; '));
      assert.match(log.text(), /self-signed certificate.*NODE_EXTRA_CA_CERTS/);
      await notifier.close();
      await done;
    });
  }

  it('survives a server that speaks no TLS where TLS is expected, and a stop in the midst of it', async (t) => {
    const readable = await startSmtpServer(t);
    const silent = createServer().listen(0, '127.0.0.1');
    t.after(() => silent.close());
    await once(silent, 'listening');
    const first = createNotifyWorld(t, { mail: { port: readable.port, security: 'tls' } });
    const { port } = silent.address() as AddressInfo;
    const second = createNotifyWorld(t, { mail: { port, security: 'tls' } });
    const done = [first.notifier.notify(heldPlan), second.notifier.notify(heldPlan)];
    const [socket] = (await once(silent, 'connection')) as [Socket];
    t.after(() => socket.destroy());
    await first.passPause();
    assert.match(first.log.text(), /wrong version number/);
    await Promise.all([first.notifier.close(), second.notifier.close()]);
    await Promise.all(done);
    assert.deepEqual(readable.mails, []);
  });

  it('asks again after a passing refusal (greylisting)', async (t) => {
    let refusals = 0;
    const server = await startSmtpServer(t, {
      answer: (line) => (line.startsWith('RCPT') && refusals++ === 0 ? '450 4.7.1 greylisted' : undefined),
    });
    const { notifier, log, passPause } = createNotifyWorld(t, { mail: { port: server.port } });
    const done = notifier.notify(heldPlan);
    await passPause();
    await done;
    assert.equal(server.mails.length, 1);
    assert.match(log.text(), /refused RCPT TO \(answer 450\): 450 4\.7\.1 greylisted/);
  });

  it('does not ask again after a final refusal', async (t) => {
    const server = await startSmtpServer(t, {
      answer: (line) => (line.startsWith('MAIL') ? '550 5.7.1 not from here' : undefined),
    });
    const { notifier, log } = createNotifyWorld(t, { mail: { port: server.port } });
    await notifier.notify(heldPlan);
    assert.equal(server.commands.filter((line) => line.startsWith('MAIL')).length, 1);
    assert.match(log.text(), /given up/);
  });

  it('sends to the others when one address is refused, and names that one', async (t) => {
    const server = await startSmtpServer(t, {
      answer: (line) => (line.startsWith('RCPT') && line.includes('gone@') ? '550 5.1.1 nobody' : undefined),
    });
    const to = ['gone@example.com', 'admin@example.com'];
    const { notifier, log } = createNotifyWorld(t, { mail: { port: server.port, to } });
    await notifier.notify(heldPlan);
    assert.deepEqual(server.mails[0]?.to, ['RCPT TO:<admin@example.com>']);
    assert.match(log.text(), /refused some of the addresses/);
    assert.deepEqual(log.lines()[0]?.addresses, ['gone@example.com']);
  });

  it('waits for a silent server no longer than the time-out', async (t) => {
    const server = await startSmtpServer(t, { answer: () => 'silent' });
    const { notifier, log, passPause } = createNotifyWorld(t, { mail: { port: server.port }, timeoutMs: 150 });
    const done = notifier.notify(heldPlan);
    await passPause();
    assert.match(log.text(), /no end within 0\.15 s|Timeout|timeout/);
    await notifier.close();
    await done;
  });

  it('cuts a server off that answers without end', async (t) => {
    let poured = 0;
    const server = await startSmtpServer(t, {
      answer: (_, socket) => {
        const pour = () => {
          while (!socket.destroyed && socket.write('250-more '.repeat(1_000))) poured += 9_000;
          if (!socket.destroyed) socket.once('drain', pour);
        };
        pour();
        return 'silent';
      },
    });
    const { notifier, log, passPause } = createNotifyWorld(t, { mail: { port: server.port } });
    const done = notifier.notify(heldPlan);
    await passPause();
    assert.match(log.text(), /sent more than 262144 bytes/);
    assert.ok(poured < 64 * 1024 * 1024, `${poured} bytes were taken`);
    await notifier.close();
    await done;
  });

  it('ends at once when the sidecar stops while the server is silent', async (t) => {
    const server = await startSmtpServer(t, { answer: () => 'silent' });
    const { notifier } = createNotifyWorld(t, { mail: { port: server.port } });
    const done = notifier.notify(heldPlan);
    while (server.commands.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const began = performance.now();
    await notifier.close();
    await done;
    assert.ok(performance.now() - began < 1_000);
  });

  it('lets no text from elsewhere add a header, a recipient or a command', async (t) => {
    const server = await startSmtpServer(t);
    const { notifier } = createNotifyWorld(t, {
      mail: {
        port: server.port,
        from: 'sidecar@example.com\r\nBcc: spy@example.net',
        to: ['admin@example.com>\r\nRCPT TO:<spy@example.net', 'a@example.com,spy@example.net'],
      },
    });
    await notifier.notify({
      ...heldPlan,
      plan: 'abc\r\nBcc: spy@example.net; rm -rf /',
      reasons: ['one\r\n.\r\nMAIL FROM:<spy@example.net>\r\nBcc: x'],
      summary: 'two\u2028\nSubject: three',
    });
    for (const line of server.commands) assert.doesNotMatch(line, /^RCPT TO:<spy@example\.net>$/);
    for (const mail of server.mails) {
      const head = headOf(mail.text);
      assert.equal(head.has('Bcc'), false);
      assert.equal([...mail.text.matchAll(/^Subject:/gm)].length, 1);
      assert.match(bodyOf(mail.text), /sync --confirm abcBccspyexamplenetrm-rf/);
    }
    assert.ok(server.mails.length <= 1);
  });
});
