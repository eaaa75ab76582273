import { connect as connectTcp, type Socket } from 'node:net';
import { checkServerIdentity, connect as connectTls, type TLSSocket } from 'node:tls';
import type { ListenerPlace, ShownTls } from '../application/doctor/listener-visits.ts';
import { DomainError, messageOf } from '../core/errors.ts';

/** Whom clients trust, and by which name they know the service. */
export interface ClientTrust {
  /** PEM; undefined: the authorities that Node knows. */
  readonly ca: string | undefined;
  readonly serverName: string | undefined;
}

const timeoutMs = 10_000;
/** RFC 4511 §4.14.1, as message 1. */
const startTlsRequest = Buffer.concat([
  Buffer.from('301d02010177188016', 'hex'),
  Buffer.from('1.3.6.1.4.1.1466.20037', 'latin1'),
]);

/** Speaks TLS to a listener, whatever its certificate, and sends nothing more. Rejects with `upstream_unavailable`. */
export async function lookAtTls(place: ListenerPlace, trust: ClientTrust): Promise<ShownTls> {
  const socket = connectTcp(place.port, place.host);
  const timer = setTimeout(() => socket.destroy(new Error(`no answer within ${timeoutMs / 1000} s`)), timeoutMs);
  try {
    return await new Promise<ShownTls>((resolve, reject) => {
      socket.on('error', reject);
      socket.once('close', () => reject(new Error('the connection was closed')));
      handshake(socket, place, trust).then(resolve, reject);
    });
  } catch (error) {
    throw new DomainError('upstream_unavailable', `TLS failed: ${messageOf(error)}`, { cause: error });
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

async function handshake(socket: Socket, place: ListenerPlace, { ca, serverName }: ClientTrust): Promise<ShownTls> {
  if (place.tls === 'starttls') await startTls(socket);
  return await new Promise((resolve, reject) => {
    const secure = connectTls({
      ...{ socket, rejectUnauthorized: false },
      ...(serverName === undefined ? {} : { servername: serverName }),
      ...(ca === undefined ? {} : { ca }),
      // The name is looked at below, apart from the authority.
      checkServerIdentity: () => undefined,
    });
    secure.once('error', reject);
    secure.once('secureConnect', () => {
      try {
        resolve(toShown(secure, serverName));
      } catch (error) {
        reject(error);
      } finally {
        secure.destroy();
      }
    });
  });
}

function startTls(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    let answer = Buffer.alloc(0);
    const onData = (chunk: Buffer) => {
      answer = Buffer.concat([answer, chunk]);
      const length = answer[1] ?? 0;
      if (answer.length > 4096) reject(new Error('its answer to StartTLS is no LDAP'));
      if (answer.length < 2 || (length < 0x80 && answer.length < 2 + length)) return;
      socket.off('data', onData);
      // A success is short: message, its id, [APPLICATION 24], the result code (RFC 4511 §4.12).
      const [tag, , , , , operation, , enumerated, , code] = answer;
      if (tag === 0x30 && operation === 0x78 && enumerated === 0x0a && code === 0) resolve();
      else reject(new Error(`StartTLS is refused${code === undefined ? '' : ` (LDAP result ${code})`}`));
    };
    socket.on('data', onData);
    socket.write(startTlsRequest);
  });
}

function toShown(socket: TLSSocket, serverName: string | undefined): ShownTls {
  const certificate = socket.getPeerCertificate();
  const names = (certificate.subjectaltname ?? '')
    .split(/,\s*/)
    .map((name) => name.replace(/^(DNS|IP Address):/, ''))
    .filter((name) => name !== '');
  // Node gives the code as a text where its types say Error.
  const distrust = socket.authorizationError as unknown;
  return {
    protocol: socket.getProtocol() ?? 'TLS',
    names,
    validUntil: new Date(certificate.valid_to),
    fingerprint: certificate.fingerprint256,
    distrust: socket.authorized ? undefined : String(distrust),
    wrongName: serverName === undefined ? undefined : checkServerIdentity(serverName, certificate)?.message,
  };
}
