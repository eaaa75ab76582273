import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type { CapturedConnection, CaptureFile } from './capture-file.ts';

/** A port of this machine that stands before another one and records what passes. */
export interface WireTap {
  /** Where clients connect to. */
  readonly port: number;
  /** Connections that were made so far. */
  readonly connections: number;
  /** Cuts what is open and frees the port. */
  stop(): Promise<void>;
}

export interface WireTapOptions {
  /** The port on 127.0.0.1 to pass everything on to. */
  readonly target: number;
  readonly capture: CaptureFile;
  /** The server's port in the capture: 389 and 636 are what tools know as LDAP and as LDAP over TLS. */
  readonly shownAs: 389 | 636;
}

/** Starts one on a free port of 127.0.0.1. Both sides see each other's end of input, and a cut as a cut. */
export async function startWireTap({ target, capture, shownAs }: WireTapOptions): Promise<WireTap> {
  const open = new Set<Socket>();
  let connections = 0;
  const server: Server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    connections += 1;
    const upstream = connect({ port: target, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    const captured = capture.connect(shownAs);
    pass(client, upstream, captured, 'client');
    pass(upstream, client, captured, 'server');
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.once('close', () => open.delete(socket));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return connections;
    },
    async stop() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}

function pass(from: Socket, to: Socket, captured: CapturedConnection, by: 'client' | 'server'): void {
  from.on('data', (bytes: Buffer) => {
    captured.sent(by, bytes);
    if (!to.write(bytes)) from.pause();
  });
  to.on('drain', () => from.resume());
  from.on('end', () => {
    captured.ended(by);
    to.end();
  });
  from.on('error', () => to.resetAndDestroy());
  from.on('close', () => {
    if (!to.destroyed && !from.readableEnded) to.destroy();
  });
}
