import { connect, type Socket } from 'node:net';
import { children, int, message, readElement, text, tlv } from '../../facade/ldap/support/ber.ts';
import type { ServedEntry } from '../../support/slapd-ldif.ts';

/** The end of an operation (RFC 4511 §4.1.9) and the controls that came with it. */
export interface Done {
  readonly tag: number;
  readonly code: number;
  readonly matchedDn: string;
  readonly diagnostic: string;
  /** Values by OID. */
  readonly controls: ReadonlyMap<string, Buffer>;
}

/** All that came for one request. */
export interface Answer {
  readonly entries: readonly ServedEntry[];
  readonly done: Done;
}

/** A client for any LDAP server with a decoder of its own; requests may overlap. */
export interface LdapClient {
  /** Sends an operation; rejects when the connection ends before its answer, or after 20 seconds. */
  ask(operation: Buffer, controls?: readonly Buffer[]): Promise<Answer>;
  /** The same for an answer too large to keep: each entry is handed on as it comes; five minutes may pass. */
  stream(operation: Buffer, onEntry: (entry: ServedEntry) => void): Promise<Done>;
  close(): void;
}

interface Waiting {
  readonly onEntry: (entry: ServedEntry) => void;
  readonly resolve: (done: Done) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

const answerLimitMs = 20_000;
const streamLimitMs = 300_000;
const searchEntry = 0x64;

/** Connects and binds; rejects when the bind is not answered with success. */
export async function connectLdap(port: number, dn: string, password: string): Promise<LdapClient> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  const waiting = new Map<number, Waiting>();
  const fail = (error: Error) => {
    for (const { reject, timer } of waiting.values()) {
      clearTimeout(timer);
      reject(error);
    }
    waiting.clear();
  };
  receiveMessages(socket, (body) => {
    const [id, operation, controls] = children(body);
    const number = id === undefined ? 0 : readInteger(id.body);
    const request = waiting.get(number);
    if (operation === undefined || request === undefined) {
      fail(
        new Error(`an answer to message ${number}, which is not outstanding: ${body.toString('hex').slice(0, 200)}`),
      );
      socket.destroy();
      return;
    }
    if (operation.tag === searchEntry) {
      request.onEntry(toEntry(operation.body));
      return;
    }
    waiting.delete(number);
    clearTimeout(request.timer);
    request.resolve(toDone(operation.tag, operation.body, controls?.body));
  });
  socket.on('error', fail);
  socket.on('close', () => fail(new Error('the server closed the connection')));
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));

  let lastId = 0;
  const send = (
    operation: Buffer,
    controls: readonly Buffer[],
    limitMs: number,
    onEntry: Waiting['onEntry'],
  ): Promise<Done> => {
    lastId += 1;
    const id = lastId;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.delete(id);
        reject(new Error(`no answer within ${limitMs} ms to ${operation.toString('hex')}`));
      }, limitMs);
      waiting.set(id, { onEntry, resolve, reject, timer });
      socket.write(message(id, operation, ...(controls.length === 0 ? [] : [tlv(0xa0, ...controls)])));
    });
  };
  const client: LdapClient = {
    async ask(operation, controls = []) {
      const entries: ServedEntry[] = [];
      const done = await send(operation, controls, answerLimitMs, (entry) => entries.push(entry));
      return { entries, done };
    },
    stream: (operation, onEntry) => send(operation, [], streamLimitMs, onEntry),
    close() {
      socket.destroy();
    },
  };
  const { done } = await client.ask(tlv(0x60, int(3), text(dn), text(password, 0x80)));
  if (done.code !== 0) throw new Error(`bind as ${dn} gave ${done.code} ${done.diagnostic}`);
  return client;
}

/** Calls back with the content of each LDAPMessage that is complete. */
export function receiveMessages(socket: Socket, onMessage: (body: Buffer) => void): void {
  let pieces: Buffer[] = [];
  let size = 0;
  let wanted = 2;
  socket.on('data', (chunk: Buffer) => {
    pieces.push(chunk);
    size += chunk.length;
    if (size < wanted) return;
    let rest = pieces.length === 1 ? chunk : Buffer.concat(pieces);
    for (let element = readElement(rest); element !== undefined; element = readElement(rest)) {
      onMessage(element.body);
      rest = rest.subarray(element.size);
    }
    pieces = [rest];
    size = rest.length;
    wanted = missingSize(rest);
  });
}

/** How many octets must be there before the next message can be complete, as far as its length is known. */
function missingSize(rest: Buffer): number {
  const first = rest[1];
  if (first === undefined) return 2;
  if (first < 0x80) return 2 + first;
  const count = first & 0x7f;
  return rest.length < 2 + count ? 2 + count : 2 + count + rest.readUIntBE(2, count);
}

function toEntry(body: Buffer): ServedEntry {
  const [dn, attributes] = children(body);
  const map = new Map<string, readonly Buffer[]>();
  for (const attribute of children(attributes?.body ?? Buffer.alloc(0))) {
    const [name, values] = children(attribute.body);
    const key = name?.body.toString() ?? '';
    if (map.has(key)) throw new Error(`${dn?.body}: ${key} came twice`);
    map.set(
      key,
      children(values?.body ?? Buffer.alloc(0)).map(({ body: value }) => Buffer.from(value)),
    );
  }
  return { dn: dn?.body.toString() ?? '', attributes: map };
}

function toDone(tag: number, body: Buffer, controls: Buffer | undefined): Done {
  const [code, matchedDn, diagnostic] = children(body);
  const values = children(controls ?? Buffer.alloc(0)).map(({ body: control }): [string, Buffer] => {
    const parts = children(control);
    const value = parts.slice(1).find((part) => part.tag === 0x04)?.body ?? Buffer.alloc(0);
    return [parts[0]?.body.toString() ?? '', Buffer.from(value)];
  });
  return {
    tag,
    code: readInteger(code?.body ?? Buffer.alloc(0)),
    matchedDn: matchedDn?.body.toString() ?? '',
    diagnostic: diagnostic?.body.toString() ?? '',
    controls: new Map(values),
  };
}

export function readInteger(body: Buffer): number {
  return body.length === 0 ? -1 : body.readIntBE(0, Math.min(6, body.length));
}
