import type { Socket } from 'node:net';
import { createTransport } from 'nodemailer';
import type SMTPTransport from 'nodemailer/lib/smtp-transport/index.js';
import type { Log } from '../core/ports/log.ts';
import type { Secret } from '../core/secret.ts';
import { withBoundedSocket } from './bounded-socket.ts';
import type { Channel } from './channel.ts';
import { toMailFailure } from './mail-failures.ts';
import { toMailText } from './mail-text.ts';
import { type Notice, toLine } from './notice.ts';
import type { MailSecurity } from './settings.ts';

export interface MailTarget {
  readonly to: readonly string[];
  readonly from: string;
  readonly server: string;
  readonly port: number | undefined;
  readonly security: MailSecurity;
  readonly login: { readonly username: string; readonly password: Secret } | undefined;
}

/** RFC 5321 §4.5.4.2, RFC 6409 §3.1, RFC 8314 §3.3. */
const usualPorts: Readonly<Record<MailSecurity, number>> = { none: 25, starttls: 587, tls: 465 };

/** No mail server has more to say. */
const maxAnswerBytes = 256 * 1024;

/** Sends notices as plain text to all addresses by one SMTP server (RFC 5321). Certificates are checked. */
export function createMail(
  target: MailTarget,
  { log, timeoutMs }: { readonly log: Log; readonly timeoutMs: number },
): Channel {
  const port = target.port ?? usualPorts[target.security];
  const name = `mail by ${target.server}:${port}`;

  const transmit = async (notice: Notice, socket: Socket): Promise<SMTPTransport.SentMessageInfo> => {
    const options: SMTPTransport.Options = {
      host: target.server,
      port,
      secure: target.security === 'tls',
      requireTLS: target.security === 'starttls',
      ignoreTLS: target.security === 'none',
      // A server that forgot to offer logins gets the refusal logged rather than a mail without one.
      ...(target.login === undefined
        ? {}
        : { auth: { user: target.login.username, pass: target.login.password.reveal() }, forceAuth: true }),
      tls: { rejectUnauthorized: true },
      connectionTimeout: timeoutMs,
      greetingTimeout: timeoutMs,
      socketTimeout: timeoutMs,
      getSocket: (_, callback) => callback(null, { connection: socket }),
    };
    return await createTransport(options).sendMail({
      from: { name: 'IceWarp sidecar', address: target.from },
      // As objects: a text would be read as a list of addresses.
      to: target.to.map((address) => ({ name: '', address })),
      subject: notice.subject,
      text: toMailText(notice),
      messageId: `<${notice.id}@${target.from.slice(target.from.lastIndexOf('@') + 1)}>`,
      date: notice.event.at,
      // RFC 3834 §5: keeps holiday replies away.
      headers: { 'Auto-Submitted': 'auto-generated' },
      xMailer: false,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  };

  return {
    name,
    async send(notice, signal) {
      const limits = { timeoutMs, maxBytes: maxAnswerBytes, signal };
      let sent: SMTPTransport.SentMessageInfo;
      try {
        sent = await withBoundedSocket({ host: target.server, port }, limits, (socket) => transmit(notice, socket));
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        throw toMailFailure(error);
      }
      if (sent.rejected.length > 0) {
        const addresses = sent.rejected.map((address) => toLine(String(address)));
        log.warn('the mail server refused some of the addresses in notify.mail.to', { channel: name, addresses });
      }
    },
    async close() {},
  };
}
