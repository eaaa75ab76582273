import { parseAddress } from '../names.ts';
import { archivePrivileges, plainPrivileges } from './rules.ts';

/**
 * A privilege in its one form: a plain one as it is spelt in {@link plainPrivileges}, or `ReadArchive:` and its sisters with
 * a canonical address, `group:` and a canonical address, or `*`. Returns undefined for anything else.
 */
export function parsePrivilege(text: string): string | undefined {
  if (plainPrivileges.some((name) => name === text)) return text;
  const colon = text.indexOf(':');
  const right = text.slice(0, colon);
  if (colon < 0 || !archivePrivileges.some((name) => name === right)) return undefined;
  const whose = text.slice(colon + 1);
  if (whose === '*') return text;
  const prefix = whose.startsWith('group:') ? 'group:' : '';
  const address = parseAddress(whose.slice(prefix.length));
  return address === undefined ? undefined : `${right}:${prefix}${address}`;
}

/** Privileges on the holder's own archive. */
export const ownArchivePrivileges = ['ReadOwnArchive', 'WriteOwnArchive', 'DeleteOwnArchive'] as const;

/** Somebody else's archive that a privilege opens, and what for. */
export interface ArchiveRight {
  readonly right: (typeof archivePrivileges)[number];
  readonly archives:
    | { readonly kind: 'all' }
    /** Those of the members of a group; canonical address. */
    | { readonly kind: 'group'; readonly address: string }
    | { readonly kind: 'user'; readonly address: string };
}

/** Takes a privilege in its one form apart; undefined when it is about nobody else's archive. */
export function toArchiveRight(privilege: string): ArchiveRight | undefined {
  const colon = privilege.indexOf(':');
  const right = archivePrivileges.find((name) => colon >= 0 && name === privilege.slice(0, colon));
  if (right === undefined) return undefined;
  const whose = privilege.slice(colon + 1);
  if (whose === '*') return { right, archives: { kind: 'all' } };
  return whose.startsWith('group:')
    ? { right, archives: { kind: 'group', address: whose.slice('group:'.length) } }
    : { right, archives: { kind: 'user', address: whose } };
}

/** Whether denying `denied` takes `privilege` away: the same one, or `ReadArchive:*` for any `ReadArchive:…`. */
export function isCoveredBy(privilege: string, denied: string): boolean {
  return privilege === denied || (denied.endsWith(':*') && privilege.startsWith(denied.slice(0, -1)));
}

/**
 * A role's name: up to 64 letters, digits, spaces, `.`, `_` and `-`, beginning with a letter or digit. Privileges and
 * roles are served side by side, so a role may not bear a privilege's name in any case. Returns undefined for anything else.
 */
export function parseRole(text: string): string | undefined {
  const name = text.normalize('NFC');
  const privileges = [...plainPrivileges, ...archivePrivileges];
  const taken = privileges.some((privilege) => privilege.toLowerCase() === name.toLowerCase());
  return taken || !/^[\p{L}\p{N}](?:[\p{L}\p{N}\p{M} ._-]{0,62}[\p{L}\p{N}\p{M}._-])?$/u.test(name) ? undefined : name;
}
