import { existsSync } from 'node:fs';
import { quote } from './faults.ts';
import { listListenerNames } from './listener-names.ts';
import type { ConfiguredListener } from './listener-types.ts';
import { isLoopback } from './loopback.ts';
import type { Settings } from './settings.ts';

/** One fault of the listeners: the setting and what is wrong with it. */
export interface ListenerFault {
  readonly key: string;
  readonly message: string;
}

type LdapSettings = Pick<Settings['ldap'], 'host' | 'port' | 'tls' | 'listeners'>;

/** What does not fit together in the settings of LDAP listeners. Parts that had a fault of their own are undefined and left alone. */
export function findListenerFaults(ldap: LdapSettings): readonly ListenerFault[] {
  const { tls } = ldap;
  const faults: ListenerFault[] = [];
  const listeners = (ldap.listeners as LdapSettings['listeners'] | undefined) ?? [];
  if ((tls.certFile === undefined) !== (tls.keyFile === undefined)) {
    const missing = tls.certFile === undefined ? 'certFile' : 'keyFile';
    faults.push({ key: `ldap.tls.${missing}`, message: 'is missing beside the other one; set both or neither' });
  }
  faults.push(...missingFiles('ldap.tls', tls));
  listeners.forEach((listener, index) => {
    faults.push(...checkListener(listener, `ldap.listeners[${index}]`, tls.certFile !== undefined));
  });
  return [...faults, ...findDoubles({ ...ldap, listeners })];
}

/** What works but leaves logins out. */
export function listListenerWarnings({ host, tls, listeners }: LdapSettings): readonly string[] {
  const warnings: string[] = [];
  if (!isLoopback(host) && tls.certFile === undefined)
    warnings.push(
      `ldap.host is ${host}: logins over the network are refused there, since the connection is not encrypted. Set ldap.tls.certFile and ldap.tls.keyFile.`,
    );
  for (const { name, host: address, tls: kind, requireTls } of listeners) {
    if (isLoopback(address)) continue;
    if (requireTls === false)
      warnings.push(`the listener ${name} has requireTls: false: whoever stands between can read all passwords.`);
    else if (kind === 'none')
      warnings.push(`the listener ${name} has tls: none: logins over the network are refused there.`);
  }
  return warnings;
}

function checkListener(listener: ConfiguredListener, key: string, hasDefault: boolean): readonly ListenerFault[] {
  const { tls, certFile, keyFile, clientCaFile, requireTls } = listener;
  const faults: ListenerFault[] = [];
  const hasTls = tls !== 'none';
  if ((certFile === undefined) !== (keyFile === undefined))
    faults.push({ key, message: 'has one of certFile and keyFile; write both or neither' });
  if (hasTls && certFile === undefined && keyFile === undefined && !hasDefault)
    faults.push({ key, message: `has tls: ${tls} and no certFile and keyFile; write them, or set those of ldap.tls` });
  if (!hasTls && (certFile ?? keyFile ?? clientCaFile) !== undefined)
    faults.push({ key, message: 'has certificates and tls: none; write tls: ldaps or tls: starttls' });
  if (!hasTls && requireTls === true)
    faults.push({
      key,
      message: 'has requireTls: true and tls: none, so nobody could log in; write tls: ldaps or tls: starttls',
    });
  return [...faults, ...missingFiles(key, listener)];
}

function missingFiles(
  key: string,
  files: Partial<Pick<ConfiguredListener, 'certFile' | 'keyFile' | 'clientCaFile'>>,
): readonly ListenerFault[] {
  return (['certFile', 'keyFile', 'clientCaFile'] as const).flatMap((name) => {
    const file = files[name];
    if (file === undefined || existsSync(file)) return [];
    return [{ key: `${key}.${name}`, message: `${file} does not exist; correct the path` }];
  });
}

function findDoubles(ldap: LdapSettings): readonly ListenerFault[] {
  const { host, port, tls, listeners } = ldap;
  const faults: ListenerFault[] = [];
  const names = new Set(listListenerNames({ tls, listeners: [] }));
  const places = new Set([`${host} ${port}`, ...(tls.certFile === undefined ? [] : [`${host} ${tls.port}`])]);
  if (tls.certFile !== undefined && places.size === 1 && port !== 0)
    faults.push({ key: 'ldap.tls.port', message: 'is that of ldap.port; choose another one' });
  listeners.forEach((listener, index) => {
    const key = `ldap.listeners[${index}]`;
    const place = `${listener.host} ${listener.port}`;
    if (names.has(listener.name))
      faults.push({
        key: `${key}.name`,
        message: `${quote(listener.name)} is another listener's; choose one of its own`,
      });
    if (listener.port !== 0 && places.has(place))
      faults.push({
        key: `${key}.port`,
        message: `${listener.host}:${listener.port} is another listener's; choose another port`,
      });
    names.add(listener.name);
    places.add(place);
  });
  return faults;
}
