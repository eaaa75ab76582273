import { hostname, networkInterfaces } from 'node:os';
import { isLoopback } from './config/loopback.ts';
import type { Settings } from './config/settings.ts';

/** What this machine is called. */
export interface MachineNames {
  readonly hostName: string;
  readonly addresses: readonly string[];
}

export function readMachineNames(): MachineNames {
  const addresses = Object.values(networkInterfaces()).flatMap((each) => each?.map(({ address }) => address) ?? []);
  return { hostName: hostname(), addresses: addresses.map((address) => address.replace(/%.*$/, '')) };
}

/**
 * Under which names and ports IceWarp may reach our own LDAP, each `host:port` or, as the administrator gives it, `host` alone. The machine's
 * loopback names are ours only where IceWarp is on this machine: elsewhere they are IceWarp's own.
 */
export function toOwnPlaces(
  { ldap, icewarp }: Pick<Settings, 'ldap' | 'icewarp'>,
  icewarpUrl: string,
  { hostName, addresses }: MachineNames,
): readonly string[] {
  const own = [hostName, ...addresses].map((name) => name.toLowerCase()).filter((name) => !isLoopback(name));
  const icewarpHost = new URL(icewarpUrl).hostname.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  const isTogether = isLoopback(icewarpHost) || own.includes(icewarpHost);
  const { tls, listeners } = ldap;
  const places = [
    { host: ldap.host, port: ldap.port },
    ...(tls.certFile === undefined ? [] : [{ host: ldap.host, port: tls.port }]),
    ...listeners,
  ];
  const always = [...own, ...(isTogether ? ['localhost', '127.0.0.1', '::1'] : [])];
  const withPort = places.flatMap(({ host, port }) => {
    const isWildcard = host === '0.0.0.0' || host === '::';
    const names = new Set([...always, ...(isWildcard || isLoopback(host) ? [] : [host.toLowerCase()])]);
    return [...names].map((name) => `${name.includes(':') ? `[${name}]` : name}:${port}`);
  });
  return [...withPort, ...icewarp.ownDirectory];
}
