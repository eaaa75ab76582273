import { connect, type Socket } from 'node:net';

/**
 * A load client for any LDAP server: requests are encoded before the clock starts, answers are only counted, so that it
 * takes as little as possible of the two cores that it shares with the server.
 */

/** One BER TLV with a definite length (X.690 §8.1.3). */
function tlv(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  const length =
    body.length < 0x80
      ? [body.length]
      : body.length < 0x1_00
        ? [0x81, body.length]
        : [0x82, body.length >> 8, body.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}

const octets = (text: string, tag = 0x04) => tlv(tag, Buffer.from(text));
const integer = (value: number) => tlv(0x02, Buffer.from([(value >> 24) & 0x7f, value >> 16, value >> 8, value]));
const message = (id: number, op: Buffer) => tlv(0x30, integer(id), op);

/** A simple bind request (RFC 4511 §4.2). */
export function encodeBind(id: number, dn: string, password: string): Buffer {
  return message(id, tlv(0x60, tlv(0x02, Buffer.from([3])), octets(dn), octets(password, 0x80)));
}

/** A filter that compares an attribute with a value; for `*` one that asks whether there is a value. */
export function encodeEquality(attribute: string, value: string): Buffer {
  return value === '*' ? octets(attribute, 0x87) : tlv(0xa3, octets(attribute), octets(value));
}

/** `(attribute=*piece*)`. */
export function encodeContains(attribute: string, piece: string): Buffer {
  return tlv(0xa4, octets(attribute), tlv(0x30, octets(piece, 0x81)));
}

/** A search over the whole subtree (RFC 4511 §4.5.1); with a page size also the control of RFC 2696. */
export function encodeFilterSearch(
  id: number,
  base: string,
  filter: Buffer,
  wanted: readonly string[] = [],
  page?: { readonly size: number; readonly cookie: Uint8Array },
): Buffer {
  const operation = tlv(
    0x63,
    octets(base),
    tlv(0x0a, Buffer.from([2])),
    tlv(0x0a, Buffer.from([0])),
    integer(0),
    integer(0),
    tlv(0x01, Buffer.from([0])),
    filter,
    tlv(0x30, ...wanted.map((name) => octets(name))),
  );
  if (page === undefined) return message(id, operation);
  const value = tlv(0x30, integer(page.size), tlv(0x04, page.cookie));
  const control = tlv(0x30, octets('1.2.840.113556.1.4.319'), tlv(0x01, Buffer.from([0xff])), tlv(0x04, value));
  return tlv(0x30, integer(id), operation, tlv(0xa0, control));
}

/** An equality search over the whole subtree. */
export function encodeSearch(
  id: number,
  base: string,
  attribute: string,
  value: string,
  wanted: readonly string[],
): Buffer {
  return encodeFilterSearch(id, base, encodeEquality(attribute, value), wanted);
}

export const encodeUnbind = (id: number): Buffer => message(id, Buffer.from([0x42, 0x00]));

/** Counts finished operations on one connection. */
export class LoadConnection {
  readonly #socket: Socket;
  #pending: Buffer = Buffer.alloc(0);
  #onDone: (code: number) => void = () => {};
  /** Entries received since the start. */
  entries = 0;
  /** The cookie of the last page; empty after the last one. */
  cookie: Buffer = Buffer.alloc(0);

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#receive(chunk));
  }

  /** Connects and, when a name is given, binds. */
  static async open(port: number, bind?: { dn: string; password: string }): Promise<LoadConnection> {
    const socket = connect(port, '127.0.0.1');
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    const connection = new LoadConnection(socket);
    if (bind !== undefined) {
      const code = await connection.ask(encodeBind(1, bind.dn, bind.password));
      if (code !== 0) throw new Error(`bind as ${bind.dn} answered ${code}`);
    }
    return connection;
  }

  /** Sends one request and waits for its result code. */
  ask(request: Buffer): Promise<number> {
    return new Promise((resolve) => {
      this.#onDone = resolve;
      this.#socket.write(request);
    });
  }

  /** Keeps `depth` requests outstanding until all are answered; gives the latencies in ms and the codes that were not 0. */
  run(
    requests: readonly Buffer[],
    depth: number,
  ): Promise<{ readonly latenciesMs: Float64Array; readonly failed: number }> {
    const latenciesMs = new Float64Array(requests.length);
    const sentAt = new Float64Array(requests.length);
    let sent = 0;
    let done = 0;
    let failed = 0;
    return new Promise((resolve) => {
      const send = () => {
        const from = sent;
        while (sent < requests.length && sent - done < depth) sentAt[sent++] = performance.now();
        if (sent > from) this.#socket.write(Buffer.concat(requests.slice(from, sent)));
      };
      this.#onDone = (code) => {
        latenciesMs[done] = performance.now() - (sentAt[done] ?? 0);
        done += 1;
        if (code !== 0) failed += 1;
        if (done === requests.length) resolve({ latenciesMs, failed });
      };
      // Top up once per packet, not per answer, so that pipelined requests leave together.
      this.#afterPacket = send;
      send();
    });
  }

  #afterPacket: () => void = () => {};

  close(): void {
    this.#socket.end(encodeUnbind(0x7ffffff));
    this.#socket.destroySoon();
  }

  #receive(chunk: Buffer): void {
    const data = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    let at = 0;
    while (at + 2 <= data.length) {
      const first = data[at + 1] ?? 0;
      const lengthOctets = first < 0x80 ? 0 : first & 0x7f;
      if (at + 2 + lengthOctets > data.length) break;
      const length = lengthOctets === 0 ? first : data.readUIntBE(at + 2, lengthOctets);
      const end = at + 2 + lengthOctets + length;
      if (end > data.length) break;
      this.#answer(data, at + 2 + lengthOctets, end);
      at = end;
    }
    this.#pending = Buffer.from(data.subarray(at));
    this.#afterPacket();
  }

  #answer(data: Buffer, messageIdAt: number, end: number): void {
    const opAt = messageIdAt + 2 + (data[messageIdAt + 1] ?? 0);
    if (data[opAt] === 0x64) {
      this.entries += 1;
      return;
    }
    const lengthOctet = data[opAt + 1] ?? 0;
    const bodyAt = opAt + 2 + (lengthOctet < 0x80 ? 0 : lengthOctet & 0x7f);
    const opEnd = bodyAt + (lengthOctet < 0x80 ? lengthOctet : data.readUIntBE(opAt + 2, lengthOctet & 0x7f));
    if (opEnd < end) this.cookie = readCookie(data.subarray(opEnd, end));
    this.#onDone(data[bodyAt + 2] ?? -1);
  }
}

/** The cookie in the controls of an answer that has the paging control alone: the last octets, behind their length. */
function readCookie(controls: Buffer): Buffer {
  const oidAt = controls.indexOf('1.2.840.113556.1.4.319');
  const valueAt = controls.indexOf(0x30, oidAt + 22);
  const bodyAt = valueAt + 2;
  const cookieAt = bodyAt + 2 + (controls[bodyAt + 1] ?? 0);
  return Buffer.from(controls.subarray(cookieAt + 2, cookieAt + 2 + (controls[cookieAt + 1] ?? 0)));
}

/** The q-quantile (0–1) of latencies. */
export function quantile(latencies: Float64Array, q: number): number {
  const sorted = latencies.toSorted();
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
}
