import { formatNormalDn, normaliseDn, parseDn, type Rdn } from '../../directory/dn.ts';
import type { ServiceAccounts } from './service-accounts.ts';

/** Whom the name of a bind means. */
export type BindTarget =
  | { readonly kind: 'service'; readonly name: string }
  /** Somebody for the login to find: the `uid` of a user's DN, or the name as it came. */
  | { readonly kind: 'user'; readonly name: string };

/**
 * Reads the name of a simple bind. Service accounts go by `cn=<name>`, `cn=<name>,<base DN>` or the plain name; users by their DN in any
 * spelling or by any name that the login takes. A name that is nobody's DN stays as it is: the login finds out that it is nobody's.
 */
export function parseBindName(name: string, baseDn: string, accounts: ServiceAccounts): BindTarget {
  const dn = tryParseDn(name);
  const plain = dn === undefined ? name : serviceNameOf(dn, baseDn);
  const service = plain === undefined ? undefined : accounts.find(plain);
  if (service !== undefined) return { kind: 'service', name: service };
  return { kind: 'user', name: (dn === undefined ? undefined : userNameOf(dn, baseDn)) ?? name };
}

function serviceNameOf(dn: readonly Rdn[], baseDn: string): string | undefined {
  const [rdn, ...above] = dn;
  const name = singleValue(rdn, ['cn', 'commonname', '2.5.4.3']);
  // Most DNs are users': their first part tells it.
  if (name === undefined) return undefined;
  return above.length === 0 || isSameDn(above, baseDn) ? name : undefined;
}

function userNameOf(dn: readonly Rdn[], baseDn: string): string | undefined {
  const [rdn, ...above] = dn;
  const name = singleValue(rdn, ['uid', 'userid', '0.9.2342.19200300.100.1.1']);
  return name !== undefined && isSameDn(above, `ou=users,${baseDn}`) ? name : undefined;
}

/** Normal forms of the DNs of our own that names are compared with: they are the configuration's, so there are few. */
const normalForms = new Map<string, string>();

function isSameDn(rdns: readonly Rdn[], dn: string): boolean {
  const normal = normalForms.get(dn) ?? normaliseDn(dn);
  normalForms.set(dn, normal);
  return formatNormalDn(rdns) === normal;
}

function singleValue(rdn: Rdn | undefined, types: readonly string[]): string | undefined {
  const [part, ...others] = rdn ?? [];
  return part !== undefined && others.length === 0 && types.includes(part.type.toLowerCase()) ? part.value : undefined;
}

function tryParseDn(name: string): readonly Rdn[] | undefined {
  // Most names are addresses: finding that out by an error takes ten times as long.
  if (!name.includes('=')) return undefined;
  try {
    return parseDn(name);
  } catch {
    return undefined;
  }
}
