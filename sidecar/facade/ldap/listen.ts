import { createServer, type Server, type Socket } from 'node:net';
import { DomainError, messageOf } from '../../core/errors.ts';
import type { Diagnostics } from './diagnostics.ts';
import type { TlsMaterial } from './tls-upgrade.ts';

/** How a listener encrypts: not at all, when a client asks for it (StartTLS), or from the first octet on. */
export type ListenerTls = 'none' | 'starttls' | 'ldaps';

/** Where a listener is to be found and who may come: plain data. */
export interface ListenerPlace {
  readonly name: string;
  readonly host: string;
  /** 0 = any free one. */
  readonly port: number;
  /** Whether refused binds say why. */
  readonly diagnostics: Diagnostics;
  /** The section of the settings that host and port are of, for messages; `ldap` when left out. */
  readonly section?: string;
  /** `none` when left out. */
  readonly tls?: ListenerTls;
  /** For listeners with TLS. */
  readonly material?: TlsMaterial | undefined;
  /** Whether a password is taken over TLS only. Left out: unless nothing leaves this machine. */
  readonly requireTls?: boolean | undefined;
  /** Whom it lets in, in CIDR notation; everybody when empty or left out. */
  readonly networks?: readonly string[];
  /** Load balancers that tell their clients' addresses by the PROXY protocol, in CIDR notation. */
  readonly proxyProtocolFrom?: readonly string[];
  /** Name of the profile that shapes what its clients see; `generic` when left out. */
  readonly profile?: string;
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
  const { name, host, port, section = 'ldap' } = place;
  const server = createServer({ allowHalfOpen: true, noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 });
  server.on('connection', onConnection);
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(toListenError(error, section, host, port)));
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

function toListenError(error: NodeJS.ErrnoException, section: string, host: string, port: number): DomainError {
  const place = `${host}:${port}`;
  const options = { cause: error };
  switch (error.code) {
    case 'EADDRINUSE':
      return new DomainError(
        'conflict',
        `LDAP cannot listen on ${place}: the port is taken; set ${section}.port to a free one`,
        options,
      );
    case 'EACCES':
      return new DomainError(
        'forbidden',
        `LDAP may not listen on ${place}: set ${section}.port to one above 1023`,
        options,
      );
    default:
      return new DomainError(
        'invalid_input',
        `LDAP cannot listen on ${place}: check ${hostSettingOf(section)} and ${section}.port (${messageOf(error)})`,
        options,
      );
  }
}

/** The second listener of the first section has the address of the first one. */
function hostSettingOf(section: string): string {
  return section === 'ldap.tls' ? 'ldap.host' : `${section}.host`;
}
