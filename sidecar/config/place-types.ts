import { isIP } from 'node:net';
import { parseDomain } from '../core/names.ts';
import { listOf } from './list-types.ts';

/** Hosts, each with or without a port: `ldap.example.com`, `192.0.2.1:389`, `[2001:db8::1]:389`. */
export const placeList = listOf(
  { one: 'host', many: 'hosts', placeholder: 'host', example: 'ldap.example.com or ldap.example.com:389' },
  (text) => {
    const plain = text.trim().toLowerCase();
    if (isIP(plain) !== 0) return plain;
    const [, bracketed, named, port] = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(plain) ?? [];
    if (Number(port ?? 1) < 1 || Number(port ?? 1) > 65_535) return undefined;
    if (bracketed !== undefined) return isIP(bracketed) === 6 ? plain : undefined;
    if (named === undefined) return undefined;
    const isName =
      isIP(named) === 4 ||
      (!/^[\d.]+$/.test(named) &&
        (named.includes('.') ? parseDomain(named) !== undefined : /^[a-z0-9-]{1,63}$/.test(named)));
    return isName ? plain : undefined;
  },
);
