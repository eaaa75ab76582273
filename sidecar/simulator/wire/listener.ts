import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

/** A certificate with its key, as PEM. */
export interface ServerIdentity {
  readonly certificatePem: string;
  readonly keyPem: string;
}

export interface Listener {
  readonly port: number;
  /** Cuts every connection and frees the port. */
  close(): Promise<void>;
}

const maxConnections = 10_000;

/**
 * Listens for HTTP, or HTTPS when there is an identity. Port 0 = any free one. Rejects when the port is taken.
 * Connections are kept alive until closed, as clients with a pool expect. `cuts` says whose are closed at once, by the
 * address of the client.
 */
export async function listen(
  handler: RequestListener,
  address: { readonly host: string; readonly port: number },
  identity?: ServerIdentity,
  cuts: (remoteAddress: string | undefined) => boolean = () => false,
): Promise<Listener> {
  const options = { keepAliveTimeout: 60_000, requestTimeout: 60_000, headersTimeout: 30_000 };
  const server =
    identity === undefined
      ? createHttpServer(options, handler)
      : createHttpsServer({ ...options, cert: identity.certificatePem, key: identity.keyPem }, handler);
  server.maxConnections = maxConnections;
  // closeAllConnections() knows nothing of a TLS handshake under way, and close() would wait for it.
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    if (cuts(socket.remoteAddress)) {
      socket.destroy();
      return;
    }
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(address.port, address.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
