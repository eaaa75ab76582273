import { splitAddress, toDomainKey } from '../company/addresses.ts';
import type { Account } from '../company/model.ts';
import { ApiError } from '../wire/envelope.ts';

/**
 * The uid for missing rights is not known: no recording has one. This one is made up, so that a client which decides by
 * a list of known uids is seen to fail.
 */
const missingRights = 'access_denied';

/**
 * Throws unless the caller is an administrator of the server or of a domain. What a web administrator may do by this
 * interface is not known: nothing here.
 */
export function requireAdministrator(caller: Account): void {
  if (caller.admin !== 'administrator' && caller.admin !== 'domain_administrator') throw new ApiError(missingRights);
}

/** Throws unless the caller is an administrator of the server: others make nobody an administrator. */
export function requireAdminRights(caller: Account): void {
  if (caller.admin !== 'administrator') throw new ApiError(missingRights);
}

/** Whether the caller may see a domain: a domain administrator the own one and those given to him. */
export function maySeeDomain(caller: Account, domain: string): boolean {
  if (caller.admin === 'administrator') return true;
  const key = toDomainKey(domain);
  const own = [splitAddress(caller.address).domain, ...caller.administers];
  return own.some((each) => toDomainKey(each) === key);
}

/** {@link maySeeDomain}, as a condition. */
export function requireDomain(caller: Account, domain: string): void {
  if (!maySeeDomain(caller, domain)) throw new ApiError(missingRights);
}
