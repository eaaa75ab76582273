import { connect } from 'node:net';
import { encodeBind } from './ldap-load.ts';

/** The answer to one bind: its result code and the time from sending to answer. */
export interface TimedBind {
  readonly code: number;
  readonly ms: number;
}

/** Binds once on a connection of its own from the given loopback address, as an end user's mail program does. */
export function bindOnce(
  port: number,
  localAddress: string,
  name: string,
  password: string,
  onSent: () => void = () => {},
): Promise<TimedBind> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', localAddress });
    let sentAt = 0;
    let data = Buffer.alloc(0);
    socket.setNoDelay(true).once('error', reject);
    socket.once('connect', () => {
      sentAt = performance.now();
      socket.write(encodeBind(1, name, password));
      onSent();
    });
    socket.once('close', () => reject(new Error(`the connection for ${name} was closed without an answer`)));
    socket.on('data', (chunk) => {
      data = Buffer.concat([data, chunk]);
      const length = data[1] ?? 0xff;
      // A bind response with texts as short as ours has one length octet.
      if (length >= 0x80 || data.length < 2 + length) return;
      const opAt = 4 + (data[3] ?? 0);
      resolve({ code: data[opAt + 4] ?? -1, ms: performance.now() - sentAt });
      socket.destroy();
    });
  });
}

/** Asks the mail server itself about a password, and gives the time it took. */
export async function askServer(url: string, email: string, password: string): Promise<number> {
  const params = `<email>${email}</email><password>${password}</password><digest/><authtype>0</authtype><persistentlogin>0</persistentlogin>`;
  const body =
    '<iq><query xmlns="admin:iq:rpc"><commandname>getauthtoken</commandname>' +
    `<commandparams>${params}</commandparams></query></iq>`;
  const startedAt = performance.now();
  const text = await (await fetch(url, { method: 'POST', body, headers: { 'content-type': 'text/xml' } })).text();
  const ms = performance.now() - startedAt;
  if (!text.includes('<authtoken>')) throw new Error(`the server did not accept ${email}: ${text.slice(0, 300)}`);
  return ms;
}

/** Two-sample Kolmogorov-Smirnov: the largest distance of the distributions, and the one that chance exceeds once in a hundred. */
export function compareDistributions(
  first: readonly number[],
  second: readonly number[],
): { readonly distance: number; readonly limit: number } {
  const [a, b] = [first.toSorted((x, y) => x - y), second.toSorted((x, y) => x - y)];
  let [i, j, distance] = [0, 0, 0];
  while (i < a.length && j < b.length) {
    const at = Math.min(a[i] ?? 0, b[j] ?? 0);
    while (i < a.length && (a[i] ?? 0) <= at) i++;
    while (j < b.length && (b[j] ?? 0) <= at) j++;
    distance = Math.max(distance, Math.abs(i / a.length - j / b.length));
  }
  return { distance, limit: 1.628 * Math.sqrt((a.length + b.length) / (a.length * b.length)) };
}
