import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { createSecureContext, TLSSocket } from 'node:tls';

export interface SmtpOptions {
  /** `refuse`: offered, and then refused. */
  readonly starttls?: 'accept' | 'refuse';
  /** 127.0.0.1 when left out. */
  readonly host?: string;
  /** TLS from the first byte. */
  readonly implicitTls?: boolean;
  readonly identity?: { readonly certificatePem: string; readonly keyPem: string };
  readonly login?: { readonly username: string; readonly password: string };
  /** An answer of the test's own to a command; undefined: the usual one; `silent`: none. */
  readonly answer?: (command: string, socket: Socket) => string | undefined;
}

export interface SmtpMail {
  readonly from: string;
  readonly to: readonly string[];
  /** Head and body as received, the dots of transparency (RFC 5321 §4.5.2) taken out. */
  readonly text: string;
  readonly isEncrypted: boolean;
  readonly username: string | undefined;
}

export interface SmtpServer {
  readonly port: number;
  readonly mails: readonly SmtpMail[];
  /** Every command of every connection, in order; those in TLS begin with `(tls) `. */
  readonly commands: readonly string[];
}

/** A mail server that takes mail from anybody who is allowed to, on a free port, gone when the test ends. */
export async function startSmtpServer(t: TestContext, options: SmtpOptions = {}): Promise<SmtpServer> {
  const mails: SmtpMail[] = [];
  const commands: string[] = [];
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket)).on('error', () => {});
    if (options.implicitTls === true) serve(encrypt(socket, options), true);
    else serve(socket, false);
  });

  function serve(socket: Socket, isEncrypted: boolean, greet = true): void {
    const mail = { from: '', to: [] as string[], text: '' };
    let username: string | undefined;
    let isInData = false;
    let rest = '';
    const reply = (text: string): void => {
      socket.write(`${text}\r\n`);
    };
    if (greet) reply('220 127.0.0.1 ready');

    const answerOf = (line: string): string => {
      const own = options.answer?.(line, socket);
      if (own !== undefined) return own;
      switch (line.split(/[ :]/)[0]?.toUpperCase()) {
        case 'EHLO': {
          const offers = ['127.0.0.1', '8BITMIME'];
          if (options.starttls !== undefined && !isEncrypted) offers.push('STARTTLS');
          if (options.login !== undefined) offers.push('AUTH PLAIN');
          return offers.map((offer, place) => `250${place === offers.length - 1 ? ' ' : '-'}${offer}`).join('\r\n');
        }
        case 'STARTTLS':
          return options.starttls === 'accept' ? '220 go ahead' : '454 4.7.0 TLS not available';
        case 'AUTH': {
          const [, name, password] = Buffer.from(line.split(' ')[2] ?? '', 'base64')
            .toString()
            .split('\0');
          const isRight = name === options.login?.username && password === options.login?.password;
          if (isRight) username = name;
          return isRight ? '235 2.7.0 welcome' : '535 5.7.8 no';
        }
        case 'MAIL':
          mail.from = line;
          return options.login !== undefined && username === undefined ? '530 5.7.0 login first' : '250 ok';
        case 'RCPT':
          mail.to.push(line);
          return '250 ok';
        case 'DATA':
          isInData = true;
          return '354 go on';
        default:
          return '502 unknown';
      }
    };
    const onCommand = (line: string): void => {
      commands.push(isEncrypted ? `(tls) ${line}` : line);
      const answer = answerOf(line);
      if (answer !== 'silent') reply(answer);
      if (line !== 'STARTTLS' || !answer.startsWith('220')) return;
      socket.removeListener('data', onData);
      serve(encrypt(socket, options), true, false);
    };
    const onData = (chunk: Buffer): void => {
      rest += chunk.toString('utf8');
      for (let end = rest.indexOf('\r\n'); end >= 0; end = rest.indexOf('\r\n')) {
        const line = rest.slice(0, end);
        rest = rest.slice(end + 2);
        if (!isInData) onCommand(line);
        else if (line === '.') {
          isInData = false;
          mails.push({ ...mail, isEncrypted, username });
          reply('250 taken');
        } else mail.text += `${line.replace(/^\./, '')}\n`;
      }
    };
    socket.on('data', onData);
  }

  await new Promise<void>((resolve) => server.listen(0, options.host ?? '127.0.0.1', resolve));
  t.after(() => {
    server.close();
    for (const socket of open) socket.destroy();
  });
  return { port: (server.address() as AddressInfo).port, mails, commands };
}

function encrypt(socket: Socket, { identity }: SmtpOptions): Socket {
  const secureContext = createSecureContext({ cert: identity?.certificatePem, key: identity?.keyPem });
  return new TLSSocket(socket, { isServer: true, secureContext }).on('error', () => {});
}
