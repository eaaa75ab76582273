import type { Socket } from 'node:net';
import { ProtocolFault } from './result-codes.ts';

/** Version 2 of HAProxy's PROXY protocol (haproxy.org/download/2.9/doc/proxy-protocol.txt, §2.2). */
const signature = Buffer.from('0d0a0d0a000d0a515549540a', 'hex');
const fixedLength = 16;
/** Addresses and whatever a balancer adds: more is no header that anybody means. */
const maxRestBytes = 4096;
const ipv4 = { family: 0x1, addressBytes: 4, length: 12 };
const ipv6 = { family: 0x2, addressBytes: 16, length: 36 };

interface FixedPart {
  readonly isProxied: boolean;
  readonly family: number;
  readonly restLength: number;
}

/**
 * Reads the header that a load balancer sends before anything else, and leaves what comes after it in the socket. Resolves with the
 * address of the client; undefined when the connection is the balancer's own (its health check). Rejects with ProtocolFault for what is no
 * header of version 2 over TCP, and when it is not whole after `timeoutMs`.
 */
export function readProxyHeader(socket: Socket, timeoutMs: number): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    let fixed: FixedPart | undefined;
    const finish = (end: () => void) => {
      clearTimeout(timer);
      socket.off('readable', read);
      socket.off('close', leave);
      end();
    };
    const fail = (reason: string) => finish(() => reject(new ProtocolFault(reason)));
    const leave = () => fail('the connection ended before the PROXY header did');
    const read = () => {
      try {
        fixed ??= takeFixedPart(socket);
        if (fixed === undefined) return;
        const rest = take(socket, fixed.restLength);
        if (rest === undefined) return;
        const address = parseAddress(fixed, rest);
        finish(() => resolve(address));
      } catch (error) {
        finish(() => reject(error as Error));
      }
    };
    const timer = setTimeout(() => fail(`no PROXY header came within ${timeoutMs} ms`), timeoutMs);
    socket.on('readable', read);
    socket.on('close', leave);
  });
}

function takeFixedPart(socket: Socket): FixedPart | undefined {
  const bytes = take(socket, fixedLength);
  if (bytes === undefined) return undefined;
  if (!bytes.subarray(0, signature.length).equals(signature)) throw new ProtocolFault('what came is no PROXY header');
  const versionAndCommand = bytes.readUInt8(12);
  const command = versionAndCommand & 0x0f;
  if (versionAndCommand >> 4 !== 2 || command > 1) throw new ProtocolFault('the PROXY header is not of version 2');
  const restLength = bytes.readUInt16BE(14);
  if (restLength > maxRestBytes) throw new ProtocolFault(`a PROXY header may have ${maxRestBytes} octets here`);
  return { isProxied: command === 1, family: bytes.readUInt8(13), restLength };
}

/** So many octets, or undefined while they have not come. */
function take(socket: Socket, length: number): Buffer | undefined {
  if (length === 0) return Buffer.alloc(0);
  const bytes: Buffer | null = socket.read(length);
  if (bytes === null) return undefined;
  if (bytes.length < length) throw new ProtocolFault('the connection ended before the PROXY header did');
  return bytes;
}

function parseAddress({ isProxied, family, restLength }: FixedPart, rest: Buffer): string | undefined {
  // §2.2: with LOCAL and with AF_UNSPEC the addresses of the connection itself hold.
  if (!isProxied || family >> 4 === 0) return undefined;
  const [shape] = [ipv4, ipv6].filter((known) => known.family === family >> 4);
  const isStream = (family & 0x0f) === 1;
  if (shape === undefined || !isStream) throw new ProtocolFault('the PROXY header names no TCP client');
  if (restLength < shape.length) throw new ProtocolFault('the PROXY header is too short for its addresses');
  const source = rest.subarray(0, shape.addressBytes);
  return shape === ipv4 ? source.join('.') : toIpv6Text(source);
}

function toIpv6Text(bytes: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(index * 2).toString(16));
  // The one short form, as the system writes addresses.
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}
