import { splitAddress, toAddressKey, toDomainKey } from './addresses.ts';
import type { Account } from './model.ts';

/** Finds the groups that list an account, built at first need and again after a change of groups. */
export class GroupIndex {
  readonly #allAccounts: () => Iterable<Account>;
  #groups: Map<string, Account[]> | undefined;

  constructor(allAccounts: () => Iterable<Account>) {
    this.#allAccounts = allAccounts;
  }

  forget(): void {
    this.#groups = undefined;
  }

  /**
   * Groups with the account itself or its whole domain among their members. Groups of groups are not followed: whether
   * the original does is not known, and a client that relied on it would have to work out nesting anyway.
   */
  groupsOf(account: Account): readonly Account[] {
    this.#groups ??= build(this.#allAccounts());
    const direct = this.#groups.get(toAddressKey(account.address)) ?? [];
    const byDomain = this.#groups.get(`[${toDomainKey(splitAddress(account.address).domain)}]`) ?? [];
    return [...new Set([...direct, ...byDomain])];
  }
}

function build(accounts: Iterable<Account>): Map<string, Account[]> {
  const groups = new Map<string, Account[]>();
  for (const account of accounts) {
    if (account.type !== 'group') continue;
    for (const member of account.members) {
      const whole = /^\[(.+)\]$/.exec(member)?.[1];
      const key = whole === undefined ? toAddressKey(member) : `[${toDomainKey(whole)}]`;
      const known = groups.get(key);
      if (known === undefined) groups.set(key, [account]);
      else known.push(account);
    }
  }
  return groups;
}
