import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls';
import { children, type Element, readElement } from './ber.ts';

/** A response, taken apart. */
export interface Answer {
  readonly id: number;
  readonly tag: number;
  /** -1 for an entry. */
  readonly code: number;
  readonly matchedDn: string;
  readonly text: string;
  /** Name or value of an extended response. */
  readonly extension: { readonly name: string | undefined; readonly value: string | undefined };
  readonly entry: { readonly dn: string; readonly attributes: Record<string, string[]> } | undefined;
  readonly paging: { readonly estimate: number; readonly cookie: Buffer } | undefined;
  /** How sorting went, and the attribute it failed for. */
  readonly sorting: { readonly code: number; readonly attribute: string | undefined } | undefined;
}

/** A client that sends octets as told and shows every answer as it came. */
export interface RawClient {
  readonly socket: Socket;
  send(...messages: readonly Uint8Array[]): void;
  /** The next answer; rejects when the connection ends before, or after five seconds. */
  next(): Promise<Answer>;
  /** Entries up to the end of a search, and the end. */
  searchResult(): Promise<{ readonly entries: Answer[]; readonly done: Answer }>;
  /** Answers that came and were not taken yet. */
  pending(): number;
  /** Resolves when the server has closed. */
  readonly closed: Promise<void>;
  close(): void;
}

export interface RawClientOptions {
  readonly allowHalfOpen?: boolean;
  /** An address of this machine to come from; Linux has all of 127.0.0.0/8. */
  readonly localAddress?: string;
}

export async function connectRaw(port: number, options: RawClientOptions = {}): Promise<RawClient> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: false, ...options });
  await once(socket, 'connect');
  return talkOver(socket);
}

/** A client over TLS from the first octet, or from now on over a socket that is given. Rejects when the handshake fails. */
export async function connectSecurely(
  port: number,
  options: ConnectionOptions,
): Promise<RawClient & { readonly socket: TLSSocket }> {
  const place = options.socket === undefined ? { port, host: '127.0.0.1' } : {};
  const socket = connectTls({ ...place, ...options });
  try {
    await once(socket, 'secureConnect');
  } catch (error) {
    socket.destroy();
    throw error;
  }
  return { ...talkOver(socket), socket };
}

/** The same over a socket that is connected. */
export function talkOver(socket: Socket): RawClient {
  const answers: Answer[] = [];
  const waiting: (() => void)[] = [];
  let rest: Buffer = Buffer.alloc(0);
  let isEnded = false;
  const wake = () => {
    for (const resolve of waiting.splice(0)) resolve();
  };
  socket.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    for (let element = readElement(rest); element !== undefined; element = readElement(rest)) {
      answers.push(toAnswer(element.body));
      rest = rest.subarray(element.size);
    }
    wake();
  });
  const end = () => {
    isEnded = true;
    wake();
  };
  socket.on('error', end);
  const closed = new Promise<void>((resolve) => {
    socket.on('end', resolve);
    socket.on('close', () => resolve());
  });
  void closed.then(end);

  async function next(): Promise<Answer> {
    const deadline = performance.now() + 5000;
    for (;;) {
      const answer = answers.shift();
      if (answer !== undefined) return answer;
      if (isEnded) throw new Error('the connection ended without an answer');
      if (performance.now() > deadline) throw new Error('no answer came');
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 5000);
        waiting.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  return {
    socket,
    closed,
    next,
    send: (...messages) => void socket.write(Buffer.concat(messages)),
    pending: () => answers.length,
    async searchResult() {
      const entries: Answer[] = [];
      for (;;) {
        const answer = await next();
        if (answer.tag !== 0x64) return { entries, done: answer };
        entries.push(answer);
      }
    },
    close: () => void socket.destroy(),
  };
}

function toAnswer(body: Buffer): Answer {
  const [id, operation, controls] = children(body);
  if (id === undefined || operation === undefined) throw new Error('an answer without operation');
  const parts = children(operation.body);
  const isEntry = operation.tag === 0x64;
  const find = (tag: number) =>
    parts
      .slice(3)
      .find((part) => part.tag === tag)
      ?.body.toString('utf8');
  return {
    id: id.body.readUIntBE(0, id.body.length),
    tag: operation.tag,
    code: isEntry ? -1 : (parts[0]?.body[0] ?? -1),
    matchedDn: isEntry ? '' : (parts[1]?.body.toString('utf8') ?? ''),
    text: isEntry ? '' : (parts[2]?.body.toString('utf8') ?? ''),
    extension: { name: find(0x8a), value: find(0x8b) },
    entry: isEntry ? toEntry(parts[0]?.body ?? Buffer.alloc(0), parts[1]?.body ?? Buffer.alloc(0)) : undefined,
    paging: toPaging(findControl(controls?.body, '1.2.840.113556.1.4.319')),
    sorting: toSorting(findControl(controls?.body, '1.2.840.113556.1.4.474')),
  };
}

function toEntry(dn: Buffer, attributes: Buffer): NonNullable<Answer['entry']> {
  const list = children(attributes).map(({ body }) => {
    const [name, values] = children(body);
    return [String(name?.body), children(values?.body ?? Buffer.alloc(0)).map((value) => String(value.body))] as const;
  });
  return { dn: dn.toString('utf8'), attributes: Object.fromEntries(list) };
}

/** The elements of the value of the control with this OID. */
function findControl(controls: Buffer | undefined, oid: string): Element[] | undefined {
  for (const { body } of children(controls ?? Buffer.alloc(0))) {
    const parts = children(body);
    if (String(parts[0]?.body) !== oid) continue;
    return children(children(parts.at(-1)?.body ?? Buffer.alloc(0))[0]?.body ?? Buffer.alloc(0));
  }
  return undefined;
}

function toPaging(value: Element[] | undefined): Answer['paging'] {
  if (value === undefined) return undefined;
  const [estimate, cookie] = value;
  return {
    estimate: estimate === undefined ? -1 : estimate.body.readUIntBE(0, estimate.body.length),
    cookie: cookie?.body ?? Buffer.alloc(0),
  };
}

function toSorting(value: Element[] | undefined): Answer['sorting'] {
  return value && { code: value[0]?.body[0] ?? -1, attribute: value[1]?.body.toString('utf8') };
}
