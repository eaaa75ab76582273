import { type GroupName, type LoginName, parseAddress, parseDomain, parseGroupName, parseLoginName } from '../names.ts';
import type { SourceDomain, SourceGroup, SourceUser } from '../ports/directory-source.ts';
import type { Reading } from './plan.ts';
import { quoteText, type Warnings } from './warnings.ts';

/** An account under its canonical name. Its aliases are canonical and without duplicates; others may claim them too. */
export interface Account<Name, Read> {
  readonly name: Name;
  readonly aliases: readonly string[];
  readonly read: Read;
}

export type UserAccount = Account<LoginName, SourceUser>;
export type GroupAccount = Account<GroupName, SourceGroup>;

export interface CanonicalDomain {
  readonly name: string;
  readonly aliases: readonly string[];
}

/** A reading in canonical names. */
export interface CanonicalReading {
  readonly domains: readonly CanonicalDomain[];
  readonly users: readonly UserAccount[];
  readonly groups: readonly GroupAccount[];
  /** Names that several accounts bear: which of them is meant cannot be told, so what is stored of them stays. */
  readonly contradictory: ReadonlySet<string>;
}

/** Gives every account its canonical name. One whose address is none is left out with a warning; the rest goes on. */
export function canonicalise(reading: Reading, warnings: Warnings): CanonicalReading {
  const users = nameAccounts(reading.users, parseLoginName, 'account', warnings);
  const groups = nameAccounts(reading.groups, parseGroupName, 'group', warnings);
  const contradictory = findContradictions([...users, ...groups], warnings);
  return {
    domains: nameDomains(reading.domains, warnings),
    users: users.filter((user) => !contradictory.has(user.name)),
    groups: groups.filter((group) => !contradictory.has(group.name)),
    contradictory,
  };
}

function nameAccounts<
  Name extends string,
  Read extends { readonly address: string; readonly aliases: readonly string[] },
>(
  reads: readonly Read[],
  parseName: (text: string) => Name | undefined,
  noun: string,
  warnings: Warnings,
): readonly Account<Name, Read>[] {
  const seen = new Set<string>();
  return reads.flatMap((read) => {
    // A list read in pages may show an account twice.
    if (seen.has(read.address)) return [];
    seen.add(read.address);
    const name = parseName(read.address);
    if (name === undefined) {
      warnings.add(`${noun} ${quoteText(read.address)} is left out: this is no mail address; correct it in IceWarp`);
      return [];
    }
    const aliases = new Set<string>();
    for (const text of read.aliases) {
      const alias = parseAddress(text);
      if (alias === undefined) {
        warnings.add(`${noun} ${name}: its alias ${quoteText(text)} is left out: this is no mail address`);
      } else if (alias !== name) {
        aliases.add(alias);
      }
    }
    // The server's order of aliases is no promise; sorted, it cannot look like a change.
    return [{ name, aliases: [...aliases].sort(), read }];
  });
}

function findContradictions(
  accounts: readonly Account<string, { readonly address: string }>[],
  warnings: Warnings,
): ReadonlySet<string> {
  const firstWith = new Map<string, string>();
  const contradictory = new Set<string>();
  for (const { name, read } of accounts) {
    const first = firstWith.get(name);
    if (first === undefined) {
      firstWith.set(name, read.address);
      continue;
    }
    contradictory.add(name);
    warnings.add(
      `${name} is the address of two accounts, listed as ${quoteText(first)} and ${quoteText(read.address)}: neither is read, ` +
        'what is stored stays; rename one in IceWarp',
    );
  }
  return contradictory;
}

function nameDomains(domains: readonly SourceDomain[], warnings: Warnings): readonly CanonicalDomain[] {
  return domains.flatMap((domain) => {
    const name = parseDomain(domain.name);
    if (name === undefined) {
      warnings.add(`domain ${quoteText(domain.name)} is no domain name: [domain] members of it are not resolved`);
      return [];
    }
    return [{ name, aliases: domain.aliases.flatMap((alias) => parseDomain(alias) ?? []) }];
  });
}
