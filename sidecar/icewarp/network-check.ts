import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { withDeadline } from './call-deadline.ts';

/** Where a URL points. */
export interface Endpoint {
  /** Without the brackets of an IPv6 address. */
  readonly host: string;
  readonly port: number;
}

export function toEndpoint(url: URL): Endpoint {
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port };
}

/** Opens a connection and closes it. Gives the address that answered; rejects with what went wrong. */
export async function checkReach(endpoint: Endpoint, timeoutMs: number, signal?: AbortSignal): Promise<string> {
  return await withDeadline(timeoutMs, [signal], async (deadline) => {
    const socket = connectTcp(endpoint);
    return await untilOpen(socket, 'connect', deadline, () => socket.remoteAddress ?? endpoint.host);
  });
}

/** What a server shows of itself when TLS is spoken to it. */
export interface TlsFacts {
  /** For example `TLSv1.3`. */
  readonly protocol: string;
  /** Name the certificate was issued for, and by whom; empty when it does not say. */
  readonly subject: string;
  readonly issuer: string;
  readonly validUntil: Date | undefined;
  /** Code of why the certificate cannot be trusted; undefined when it can. */
  readonly distrust: string | undefined;
}

/** Speaks TLS to the server, whatever its certificate, and sends nothing. `ca` = the only certificates to trust, PEM. */
export async function checkTls(
  endpoint: Endpoint,
  ca: string | undefined,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<TlsFacts> {
  return await withDeadline(timeoutMs, [signal], async (deadline) => {
    const socket = connectTls({
      ...endpoint,
      // RFC 6066 §3: no addresses in the server name.
      ...(isIP(endpoint.host) === 0 ? { servername: endpoint.host } : {}),
      ...(ca === undefined ? {} : { ca }),
      // The connection is closed as soon as the certificate was looked at.
      rejectUnauthorized: false,
    });
    return await untilOpen(socket, 'secureConnect', deadline, () => toFacts(socket));
  });
}

function toFacts(socket: TLSSocket): TlsFacts {
  const certificate = socket.getPeerCertificate();
  const validUntil = new Date(certificate.valid_to);
  const toText = (name: string | string[] | undefined): string =>
    Array.isArray(name) ? name.join(', ') : (name ?? '');
  // Node gives the code as a text where its types say Error.
  const distrust = socket.authorizationError as unknown;
  return {
    protocol: socket.getProtocol() ?? 'unknown',
    subject: toText(certificate.subject?.CN),
    issuer: toText(certificate.issuer?.CN ?? certificate.issuer?.O),
    validUntil: Number.isNaN(validUntil.getTime()) ? undefined : validUntil,
    distrust: socket.authorized ? undefined : String(distrust),
  };
}

async function untilOpen<Result>(
  socket: Socket,
  event: 'connect' | 'secureConnect',
  signal: AbortSignal,
  look: () => Result,
): Promise<Result> {
  try {
    return await new Promise<Result>((resolve, reject) => {
      socket.once(event, () => {
        try {
          resolve(look());
        } catch (error) {
          reject(error);
        }
      });
      socket.on('error', reject);
      socket.once('close', () => reject(Object.assign(new Error('closed'), { code: 'ECONNRESET' })));
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
  } finally {
    socket.destroy();
  }
}
