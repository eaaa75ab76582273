import type { Socket } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import { DomainError, messageOf } from '../../core/errors.ts';
import { normaliseDn } from '../../directory/dn.ts';

/** What a listener shows to its clients, as plain data that a thread can be sent. PEM texts. */
export interface TlsMaterial {
  readonly cert: string;
  readonly key: string;
  /** Certificates of clients are asked for when there is one: they must come from these. */
  readonly clientCa?: string | undefined;
}

/** A connection whose handshake is done. */
export interface SecureConnection {
  readonly socket: TLSSocket;
  /** Subject of the client's certificate as a normalised DN; undefined when it showed none that holds. */
  readonly certificateSubject: string | undefined;
}

/** Turns connections into encrypted ones. */
export interface TlsUpgrade {
  /** Shakes hands. Rejects with `invalid_input` when the client cannot; then the connection is closed. */
  secure(socket: Socket): Promise<SecureConnection>;
  /** For connections that begin from now on; those that are open stay as they are. */
  replace(material: TlsMaterial): void;
}

/** Throws what Node throws for material that cannot be used. `handshakeMs`: how long a handshake may take. */
export function createTlsUpgrade(material: TlsMaterial, handshakeMs: number): TlsUpgrade {
  const waiting = new Map<string, PromiseWithResolvers<SecureConnection>>();
  const server = createServer({
    ...toOptions(material),
    // Who shows no certificate, or one that does not hold, is nobody yet: only SASL EXTERNAL asks for it.
    requestCert: material.clientCa !== undefined,
    rejectUnauthorized: false,
    handshakeTimeout: handshakeMs,
  });
  server.on('secureConnection', (socket) => {
    const handshake = waiting.get(toKey(socket));
    if (handshake === undefined) socket.destroy();
    else handshake.resolve({ socket, certificateSubject: readSubject(socket) });
  });
  server.on('tlsClientError', (error, socket) => {
    waiting.get(toKey(socket))?.reject(new DomainError('invalid_input', messageOf(error), { cause: error }));
    socket.destroy();
  });
  return {
    async secure(socket) {
      const key = toKey(socket);
      const handshake = Promise.withResolvers<SecureConnection>();
      waiting.set(key, handshake);
      const leave = () =>
        handshake.reject(new DomainError('invalid_input', 'the connection ended before the handshake'));
      socket.once('close', leave);
      try {
        // The server listens nowhere: it only shakes hands (node:net, "Event: 'connection'").
        server.emit('connection', socket);
        return await handshake.promise;
      } catch (error) {
        socket.destroy();
        throw error;
      } finally {
        waiting.delete(key);
        socket.off('close', leave);
      }
    },
    replace: (next) => server.setSecureContext(toOptions(next)),
  };
}

function toOptions({ cert, key, clientCa }: TlsMaterial) {
  return { cert, key, minVersion: 'TLSv1.2', ...(clientCa === undefined ? {} : { ca: clientCa }) } as const;
}

/** The same before and after: a connection has it for itself as long as it is open. */
function toKey({ remoteAddress, remotePort, localAddress, localPort }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localAddress} ${localPort}`;
}

/** OpenSSL writes a subject as one RDN a line, the largest first; a DN begins with the smallest (RFC 4514 §2.1). */
function readSubject(socket: TLSSocket): string | undefined {
  const subject = socket.authorized ? socket.getPeerX509Certificate()?.subject : undefined;
  if (subject === undefined) return undefined;
  try {
    return normaliseDn(subject.split('\n').reverse().join(',').replaceAll(' + ', '+'));
  } catch {
    return undefined;
  }
}
