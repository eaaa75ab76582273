import { createServer, type Server, type Socket } from 'node:net';
import { DomainError, messageOf } from '../../core/errors.ts';
import type { Diagnostics } from './diagnostics.ts';

/** Where a listener is to be found. */
export interface ListenerPlace {
  readonly name: string;
  readonly host: string;
  /** 0 = any free one. */
  readonly port: number;
  /** Whether refused binds say why. */
  readonly diagnostics: Diagnostics;
}

/** A listener that listens: its port is a real one. */
export interface BoundListener {
  readonly name: string;
  readonly address: string;
  readonly port: number;
}

/** Connections that the kernel keeps while a worker is busy: as many as may come in one burst. */
const backlog = 1024;

/**
 * Listens, with `isShared` beside other threads of this process on the same port. Rejects with `conflict` when the port is taken,
 * `forbidden` when this process may not use it, `invalid_input` for an address that is not this machine's.
 */
export function listen(
  place: ListenerPlace,
  isShared: boolean,
  onConnection: (socket: Socket) => void,
): Promise<{ readonly server: Server; readonly bound: BoundListener }> {
  const { name, host, port } = place;
  const server = createServer({ allowHalfOpen: true, noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 });
  server.on('connection', onConnection);
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(toListenError(error, host, port)));
    server.listen({ host, port, reusePort: isShared, backlog }, () => {
      server.removeAllListeners('error');
      const address = server.address();
      const bound =
        typeof address === 'object' && address !== null ? { name, ...address } : { name, address: host, port };
      resolve({ server, bound: { name, address: bound.address, port: bound.port } });
    });
  });
}

/**
 * Proves that a port is free. Where threads share a port, a second process would share it silently as well. Rejects as `listen` does.
 */
export async function provePortFree(place: ListenerPlace): Promise<void> {
  const { server } = await listen(place, false, (socket) => socket.destroy());
  await new Promise<void>((resolve) => server.close(() => resolve()));
}

/** Whether several threads can listen on one port here. */
export function canSharePort(platform: NodeJS.Platform): boolean {
  return platform === 'linux';
}

function toListenError(error: NodeJS.ErrnoException, host: string, port: number): DomainError {
  const place = `${host}:${port}`;
  const options = { cause: error };
  switch (error.code) {
    case 'EADDRINUSE':
      return new DomainError(
        'conflict',
        `LDAP cannot listen on ${place}: the port is taken; set ldap.port to a free one`,
        options,
      );
    case 'EACCES':
      return new DomainError('forbidden', `LDAP may not listen on ${place}: set ldap.port to one above 1023`, options);
    default:
      return new DomainError(
        'invalid_input',
        `LDAP cannot listen on ${place}: check ldap.host and ldap.port (${messageOf(error)})`,
        options,
      );
  }
}
