import type { User } from '../model.ts';
import type { LoginName } from '../names.ts';
import type { CanonicalReading, UserAccount } from './accounts.ts';
import type { Claims } from './claims.ts';
import type { Warnings } from './warnings.ts';

interface Named {
  readonly login: LoginName;
  /** Addresses that lead to the candidate as a member of groups: none of them is anybody else's. */
  readonly addresses: readonly string[];
}

/** An account that was read. */
export interface ReadCandidate extends Named {
  readonly kind: 'read';
  readonly account: UserAccount;
  /** Whose identity it has: undefined for somebody new. */
  readonly stored: User | undefined;
}

/** There, and not read whole or not to be told from another one of that name: stays as it was at the `last` reading. */
export interface KeptCandidate extends Named {
  readonly kind: 'kept';
  readonly last: User;
  /** Whose identity it has. */
  readonly stored: User;
}

/** Not in the reading any more. */
export interface GoneCandidate extends Named {
  readonly kind: 'gone';
  readonly stored: User;
}

/** Somebody who is, or was, an account: what was read of it, what is stored of it, or both. */
export type Candidate = ReadCandidate | KeptCandidate | GoneCandidate;

export interface Matching {
  readonly candidates: readonly Candidate[];
  /** Stored users whose address another person has by now: the account there was created on another day. */
  readonly replaced: readonly User[];
}

/** Puts the accounts of a reading and the synchronised users of the source (by login) side by side. */
export function matchCandidates(
  reading: CanonicalReading,
  stored: ReadonlyMap<string, User>,
  manual: readonly User[],
  claims: Claims,
  warnings: Warnings,
): Matching {
  const takenByHand = new Set<string>(manual.flatMap((user) => user.addresses));
  const candidates: Candidate[] = [];
  const replaced: User[] = [];
  for (const account of reading.users.values()) {
    const login = account.name;
    let known = stored.get(login);
    if (known === undefined && takenByHand.has(login)) {
      warnings.add(`account ${login} is left out: a manual user has that address`);
      continue;
    }
    if (known !== undefined && isAnotherPerson(known, account)) {
      replaced.push(known);
      known = undefined;
    }
    candidates.push({ kind: 'read', login, addresses: claims.addressesOf(account), account, stored: known });
  }
  for (const user of stored.values()) {
    if (reading.users.has(user.login)) continue;
    const { login } = user;
    if (reading.kept.has(login)) {
      candidates.push({ kind: 'kept', login, addresses: claims.addressesOfKept(user), last: user, stored: user });
      continue;
    }
    const addresses = user.addresses.filter((address) => !claims.isClaimed(address));
    candidates.push({ kind: 'gone', login, addresses, stored: user });
  }
  return { candidates, replaced };
}

/** Warns of accounts that could not be read and of which nothing is stored: nobody serves them until they can be. */
export function warnOfUnknown(reading: CanonicalReading, isKnown: (name: string) => boolean, warnings: Warnings): void {
  for (const [name, reason] of reading.kept) {
    if (reason === 'parked' && !isKnown(name)) {
      warnings.add(`${name} could not be read, and nothing is stored of it: it is left out until it can be read`);
    }
  }
}

/** Whether an account was created on another day than the stored user of that name or of a likely former name. */
export function isAnotherPerson(stored: User, account: UserAccount): boolean {
  const [before, now] = [stored.facts.createdOn, account.read.createdOn];
  return before !== undefined && now !== undefined && before !== now;
}
