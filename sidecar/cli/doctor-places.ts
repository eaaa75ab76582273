import { X509Certificate } from 'node:crypto';
import type { PlannedListener } from '../app-ldap-listeners.ts';
import type { ListenerPlace } from '../application/doctor/listener-visits.ts';
import { readTextFile } from '../config/bounded-file.ts';
import { isLoopback } from '../config/loopback.ts';
import { createNetworkTest } from '../host/network-list.ts';

const maxCertificateBytes = 256 * 1024;

/** A listener of the settings as this machine's own clients reach it. */
export function toListenerPlace({ listener, files }: PlannedListener): ListenerPlace {
  const { name, section, port, tls = 'none', requireTls, networks = [], proxyProtocolFrom = [] } = listener;
  const host = toReachableHost(listener.host);
  return {
    ...{ name, section, host, port, tls },
    obstacle: findObstacle(host, networks, proxyProtocolFrom),
    takesPasswords: tls !== 'none' || isLoopback(host) || requireTls === false,
    certificateOfFile: files === undefined ? undefined : readFingerprint(files.certFile),
  };
}

/** Where something is reached that listens on an address, or on all of them. */
export function toReachableHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  return host === '::' ? '::1' : host;
}

function findObstacle(
  host: string,
  networks: readonly string[],
  proxyProtocolFrom: readonly string[],
): string | undefined {
  // Who connects to an address of the own machine comes from that very address.
  if (createNetworkTest(proxyProtocolFrom)(host))
    return 'this machine counts as a load balancer there (proxyProtocolFrom)';
  if (networks.length > 0 && !createNetworkTest(networks)(host))
    return `it takes connections from ${networks.join(', ')} only, and ${host} is not among those`;
  return undefined;
}

function readFingerprint(file: string): string | undefined {
  const read = readTextFile(file, maxCertificateBytes);
  if ('fault' in read) return undefined;
  try {
    return new X509Certificate(read.text).fingerprint256;
  } catch {
    // The check of the files says what is wrong.
    return undefined;
  }
}
