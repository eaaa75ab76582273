import { once } from 'node:events';
import { connect } from 'node:net';

/** How an IMAP server answered a login. */
export interface ImapLogin {
  /** The tagged line without its tag: `OK … Logged in`, `NO [AUTHENTICATIONFAILED] …`. */
  readonly answer: string;
  /** Names of mailboxes, after a login. */
  readonly mailboxes: readonly string[];
}

const limitMs = 15_000;

/** Connects, logs in, lists the mailboxes and logs out (RFC 3501). Name and password must be free of line breaks. */
export async function logInByImap(port: number, name: string, password: string): Promise<ImapLogin> {
  const socket = connect(port, '127.0.0.1');
  socket.setTimeout(limitMs, () => socket.destroy(new Error(`no answer by IMAP within ${limitMs} ms`)));
  socket.setEncoding('utf8');
  let received = '';
  const readUntil = async (pattern: RegExp): Promise<RegExpExecArray> => {
    for (;;) {
      const match = pattern.exec(received);
      if (match !== null) {
        received = received.slice(match.index + match[0].length);
        return match;
      }
      const [text] = (await once(socket, 'data')) as [string];
      received += text;
    }
  };
  const run = async (tag: string, command: string) => {
    socket.write(`${tag} ${command}\r\n`);
    const [, before = '', answer = ''] = await readUntil(new RegExp(`([^]*?)^${tag} (.*)\\r\\n`, 'm'));
    return { before, answer };
  };
  try {
    await readUntil(/^\* OK .*\r\n/m);
    const { answer } = await run('a', `LOGIN ${quote(name)} ${quote(password)}`);
    if (!answer.startsWith('OK ')) return { answer, mailboxes: [] };
    const { before } = await run('b', 'LIST "" "*"');
    await run('c', 'LOGOUT');
    return {
      answer,
      mailboxes: [...before.matchAll(/^\* LIST \(.*?\) ".*?" "?(.*?)"?\r$/gm)].map(([, box = '']) => box),
    };
  } finally {
    socket.destroy();
  }
}

function quote(text: string): string {
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
}
