import { closeSync, openSync, writeSync } from 'node:fs';

/** One TCP connection of a capture. */
export interface CapturedConnection {
  /** Bytes that one side has sent. */
  sent(by: 'client' | 'server', bytes: Uint8Array): void;
  /** That side sends no more. Said twice, it is written once. */
  ended(by: 'client' | 'server'): void;
}

export interface CaptureFile {
  /** A new connection to a server's port, which need not be the one it really has. */
  connect(serverPort: number): CapturedConnection;
  close(): void;
}

/** LINKTYPE_RAW: packets begin with the IP header. */
const rawIp = 101;
const largestSegment = 32_768;
const firstClientPort = 20_000;
const flags = { fin: 0x01, syn: 0x02, push: 0x08, ack: 0x10 };

/**
 * Writes what programs have said to each other as a file that Wireshark reads (pcap 2.4). Only the payload is true: headers are made up, as if
 * nothing had been lost, so that no right to read from the network is needed.
 */
export function createCaptureFile(path: string): CaptureFile {
  const file = openSync(path, 'w', 0o600);
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(262_144, 16);
  header.writeUInt32LE(rawIp, 20);
  writeSync(file, header);
  let clientPort = firstClientPort;
  let isClosed = false;

  const write = (packet: Buffer) => {
    if (isClosed) return;
    const microseconds = Math.round((performance.timeOrigin + performance.now()) * 1000);
    const record = Buffer.alloc(16);
    record.writeUInt32LE(Math.floor(microseconds / 1_000_000), 0);
    record.writeUInt32LE(microseconds % 1_000_000, 4);
    record.writeUInt32LE(packet.length, 8);
    record.writeUInt32LE(packet.length, 12);
    writeSync(file, Buffer.concat([record, packet]));
  };
  return {
    connect(serverPort) {
      clientPort += 1;
      const ports = { client: clientPort, server: serverPort };
      const next = { client: 1, server: 1 };
      const hasEnded = { client: false, server: false };
      const other = { client: 'server', server: 'client' } as const;
      const send = (by: 'client' | 'server', flag: number, payload: Uint8Array = new Uint8Array()) => {
        write(toPacket(ports[by], ports[other[by]], next[by], next[other[by]], flag, payload));
        next[by] += payload.length + ((flag & (flags.syn | flags.fin)) === 0 ? 0 : 1);
      };
      send('client', flags.syn);
      send('server', flags.syn | flags.ack);
      send('client', flags.ack);
      return {
        sent(by, bytes) {
          for (let at = 0; at < bytes.length; at += largestSegment) {
            send(by, flags.push | flags.ack, bytes.subarray(at, at + largestSegment));
          }
        },
        ended(by) {
          if (!hasEnded[by]) send(by, flags.fin | flags.ack);
          hasEnded[by] = true;
        },
      };
    },
    close() {
      if (!isClosed) closeSync(file);
      isClosed = true;
    },
  };
}

/** IPv4 and TCP from 127.0.0.1 to itself; checksums are left out, which says that hardware makes them. */
function toPacket(
  from: number,
  to: number,
  sequence: number,
  acknowledged: number,
  flag: number,
  payload: Uint8Array,
): Buffer {
  const headers = Buffer.alloc(40);
  headers.writeUInt8(0x45, 0);
  headers.writeUInt16BE(headers.length + payload.length, 2);
  headers.writeUInt16BE(0x4000, 6);
  headers.writeUInt8(64, 8);
  headers.writeUInt8(6, 9);
  headers.writeUInt32BE(0x7f000001, 12);
  headers.writeUInt32BE(0x7f000001, 16);
  headers.writeUInt16BE(from, 20);
  headers.writeUInt16BE(to, 22);
  headers.writeUInt32BE(sequence >>> 0, 24);
  headers.writeUInt32BE((flag & flags.ack) === 0 ? 0 : acknowledged >>> 0, 28);
  headers.writeUInt8(0x50, 32);
  headers.writeUInt8(flag, 33);
  headers.writeUInt16BE(65_535, 34);
  return Buffer.concat([headers, payload]);
}
