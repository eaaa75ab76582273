import type { User } from '../model.ts';
import type { LoginName } from '../names.ts';
import type { CanonicalReading, UserAccount } from './accounts.ts';
import type { Claims } from './claims.ts';
import type { Warnings } from './warnings.ts';

/** Somebody who is, or was, an account: what was read of it, what is stored of it, or both. */
export type Candidate = {
  readonly login: LoginName;
  /** Addresses that lead to the candidate as a member of groups: none of them is anybody else's. */
  readonly addresses: readonly string[];
} & (
  | { readonly kind: 'read'; readonly account: UserAccount; readonly stored: User | undefined }
  /** There, but not to be told from another one of that name: stays as stored. */
  | { readonly kind: 'unclear'; readonly stored: User }
  /** Not in the reading any more. */
  | { readonly kind: 'gone'; readonly stored: User }
);

/** Puts the accounts of a reading and the synchronised users of the source (by login) side by side. */
export function matchCandidates(
  reading: CanonicalReading,
  stored: ReadonlyMap<string, User>,
  manual: readonly User[],
  claims: Claims,
  warnings: Warnings,
): readonly Candidate[] {
  const takenByHand = new Set<string>(manual.flatMap((user) => user.addresses));
  const candidates: Candidate[] = [];
  const seen = new Set<string>();
  for (const account of reading.users) {
    const known = stored.get(account.name);
    if (known === undefined && takenByHand.has(account.name)) {
      warnings.add(`account ${account.name} is left out: a manual user has that address`);
      continue;
    }
    seen.add(account.name);
    const addresses = claims.addressesOf(account);
    candidates.push({ kind: 'read', login: account.name, addresses, account, stored: known });
  }
  for (const user of stored.values()) {
    if (seen.has(user.login)) continue;
    if (reading.contradictory.has(user.login)) {
      const own = user.addresses.filter((address) => address === user.login || !claims.isClaimed(address));
      candidates.push({ kind: 'unclear', login: user.login, addresses: own, stored: user });
      continue;
    }
    const addresses = user.addresses.filter((address) => !claims.isClaimed(address));
    candidates.push({ kind: 'gone', login: user.login, addresses, stored: user });
    if (user.state !== 'missing' && !addresses.includes(user.login)) {
      warnings.add(
        `account ${user.login} is gone and its address is an alias of another account now: renamed, or given to a successor? ` +
          'Until that is settled the address logs nobody in',
      );
    }
  }
  return candidates;
}
