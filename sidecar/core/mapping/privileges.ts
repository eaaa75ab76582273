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
  const taken = plainPrivileges.some((privilege) => privilege.toLowerCase() === name.toLowerCase());
  return taken || !/^[\p{L}\p{N}](?:[\p{L}\p{N}\p{M} ._-]{0,62}[\p{L}\p{N}\p{M}._-])?$/u.test(name) ? undefined : name;
}
