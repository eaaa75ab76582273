import { toAddressKey } from '../company/addresses.ts';
import type { Account } from '../company/model.ts';
import type { ServerState } from '../server-state.ts';
import { readLoginPolicy } from './policy.ts';
import type { LoginReport } from './statistics.ts';

/** Whether the login policy blocks an account now; what its record says is another matter. */
export function isBlockedNow(account: Account, { company, ledger, clock }: ServerState): boolean {
  return ledger.isBlocked(toAddressKey(account.address), readLoginPolicy(company.server), clock.now());
}

/** What the logins of each account came to, and who is blocked now. */
export function toLoginReport({ company, ledger, clock, loginStatistics }: ServerState): LoginReport {
  return loginStatistics.report(ledger.blocked(readLoginPolicy(company.server), clock.now()));
}

/** Unblocks an account, whoever blocked it, and forgets its failures; undefined when there is none. */
export function unblock(address: string, { company, ledger }: ServerState): Account | undefined {
  ledger.forget(toAddressKey(address));
  return company.patchAccount(address, { blocked: false });
}
