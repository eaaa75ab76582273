import { DomainError } from '../errors.ts';
import type { Directory, User } from '../model.ts';
import { type LoginName, parseAddress, parseLoginName } from '../names.ts';
import { findAccount } from './links.ts';

const maxAddresses = 100;
const maxNameLength = 256;

/** The login key that a text means. Throws `invalid_input` when it is no address. */
export function requireLoginName(text: string): LoginName {
  const login = parseLoginName(text);
  if (login !== undefined) return login;
  throw new DomainError('invalid_input', `${quote(text)} is no mail address; write one such as jane@example.com`);
}

/** A name for people. Throws `invalid_input` for one that is empty, too long or not one line. */
export function requireDisplayName(text: string): string {
  const name = text.trim();
  if (name === '' || name.length > maxNameLength || /\p{Cc}/u.test(name) || !name.isWellFormed()) {
    throw new DomainError(
      'invalid_input',
      `${quote(text)} is no name; write one line of at most ${maxNameLength} characters`,
    );
  }
  return name;
}

/**
 * The addresses of a manual user, the login first, each once. Throws `invalid_input` for one that is none, and `conflict` for
 * one that anybody but `self` has.
 */
export function requireFreeAddresses(
  directory: Directory,
  login: LoginName,
  others: readonly string[],
  self: User | undefined,
): readonly string[] {
  if (others.length >= maxAddresses) {
    throw new DomainError('invalid_input', `a user has at most ${maxAddresses} addresses; give fewer`);
  }
  const addresses = new Set<string>([login]);
  for (const text of others) {
    const address = parseAddress(text);
    if (address === undefined) {
      throw new DomainError('invalid_input', `${quote(text)} is no mail address; write one such as jane@example.com`);
    }
    addresses.add(address);
  }
  for (const user of directory.users.values()) {
    if (user.id === self?.id) continue;
    const taken = user.addresses.find((address) => addresses.has(address));
    if (taken !== undefined) throw alreadyTaken(taken, `the ${user.origin} user ${user.login}`);
  }
  for (const group of directory.groups.values()) {
    const taken = group.addresses.find((address) => addresses.has(address));
    if (taken !== undefined) throw alreadyTaken(taken, `the group ${group.name}`);
  }
  return [...addresses];
}

/** An address to link to, and what an administrator should know of it. */
export interface Link {
  readonly passwordOf: LoginName;
  readonly warnings: readonly string[];
}

/** Checks a link. Throws `invalid_input` for what is no address, or that of a manual user or a group. */
export function requireLink(directory: Directory, text: string): Link {
  const address = requireLoginName(text);
  const account = findAccount(directory, address);
  if (account !== undefined) {
    const isEnabled = account.state === 'enabled';
    const warning = `the account ${account.login} is ${account.state} in IceWarp: logins are refused until it is enabled`;
    return { passwordOf: account.login, warnings: isEnabled ? [] : [warning] };
  }
  for (const user of directory.users.values()) {
    if (user.addresses.includes(address)) {
      throw new DomainError(
        'invalid_input',
        `${address} is an address of the manual user ${user.login}, which has no password of its own; link to an account of IceWarp`,
      );
    }
  }
  for (const group of directory.groups.values()) {
    if (group.addresses.includes(address)) {
      throw new DomainError('invalid_input', `${address} is a group, which has no password; link to an account`);
    }
  }
  return {
    passwordOf: address,
    warnings: [
      `no synchronised account has the address ${address}: IceWarp decides alone whether it may log in; check the spelling`,
    ],
  };
}

/** Throws `conflict` unless a user is manual. */
export function requireManual(user: User): void {
  if (user.origin === 'manual') return;
  throw new DomainError(
    'conflict',
    `${user.login} is synchronised from IceWarp, which alone may change it; only users made with \`users add\` are changed here`,
  );
}

function alreadyTaken(address: string, owner: string): DomainError {
  return new DomainError('conflict', `${address} is already an address of ${owner}; choose another one`);
}

function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
