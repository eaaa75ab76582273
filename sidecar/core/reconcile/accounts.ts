import { type GroupName, type LoginName, parseAddress, parseDomain, parseGroupName, parseLoginName } from '../names.ts';
import type { SourceDomain, SourceGroup } from '../ports/directory-source.ts';
import { type Contradictions, createContradictions } from './contradictions.ts';
import type { KeptUser, Reading, ReadUser } from './plan.ts';
import { quoteText, type Warnings } from './warnings.ts';

/** An account under its canonical name. Its aliases are canonical and without duplicates; others may claim them too. */
export interface Account<Name, Read> {
  readonly name: Name;
  readonly aliases: readonly string[];
  readonly read: Read;
}

export type UserAccount = Account<LoginName, ReadUser>;
export type GroupAccount = Account<GroupName, SourceGroup>;

/** Why what is stored of an account or group stays: it was not read whole, or several accounts bear its name. */
export type KeptReason = KeptUser['reason'] | 'contradictory';

export interface CanonicalDomain {
  readonly name: string;
  readonly aliases: readonly string[];
}

/** A reading in canonical names. */
export interface CanonicalReading {
  readonly domains: readonly CanonicalDomain[];
  /** By name. */
  readonly users: ReadonlyMap<string, UserAccount>;
  /** By name. */
  readonly groups: ReadonlyMap<string, GroupAccount>;
  /** Names of accounts and groups that are there, and of which what is stored stays. */
  readonly kept: ReadonlyMap<string, KeptReason>;
}

/** Gives every account its canonical name. One whose address is none is left out with a warning; the rest goes on. */
export function canonicalise(reading: Reading, warnings: Warnings): CanonicalReading {
  const contradictions = createContradictions(warnings);
  const users = nameAccounts(reading.users, parseLoginName, 'account', contradictions, warnings);
  const groups = nameAccounts(reading.groups, parseGroupName, 'group', contradictions, warnings);
  for (const [name, { read }] of groups) {
    const user = users.get(name);
    if (user !== undefined) contradictions.add(name, user.read.address, read.address);
  }
  const kept = new Map<string, KeptReason>();
  for (const each of reading.kept) keepAccount(each, kept, { users, groups }, contradictions, warnings);
  for (const name of contradictions.names()) {
    users.delete(name);
    groups.delete(name);
    kept.set(name, 'contradictory');
  }
  for (const each of [...reading.domains, ...reading.groups]) for (const text of each.warnings) warnings.add(text);
  return { domains: nameDomains(reading.domains, warnings), users, groups, kept };
}

function nameAccounts<
  Name extends string,
  Read extends { readonly address: string; readonly aliases: readonly string[] },
>(
  reads: readonly Read[],
  parseName: (text: string) => Name | undefined,
  noun: 'account' | 'group',
  contradictions: Contradictions,
  warnings: Warnings,
): Map<string, Account<Name, Read>> {
  const accounts = new Map<string, Account<Name, Read>>();
  for (const read of reads) {
    const name = parseName(read.address);
    if (name === undefined) {
      warnUnnamed(noun, read.address, warnings);
      continue;
    }
    const first = accounts.get(name)?.read.address;
    if (first === undefined) {
      accounts.set(name, { name, aliases: nameAliases(noun, name, read.aliases, warnings), read });
    } else if (first !== read.address) {
      // A list read in pages may show an account twice: only another spelling is another account.
      contradictions.add(name, first, read.address);
    }
  }
  return accounts;
}

function keepAccount(
  { address, reason }: KeptUser,
  kept: Map<string, KeptReason>,
  { users, groups }: Pick<CanonicalReading, 'users' | 'groups'>,
  contradictions: Contradictions,
  warnings: Warnings,
) {
  const name = parseAddress(address);
  if (name === undefined) {
    warnUnnamed('account', address, warnings);
    return;
  }
  // What was read after all beats what stays.
  const read = (users.get(name) ?? groups.get(name))?.read.address;
  if (read === undefined) kept.set(name, reason);
  else if (read !== address) contradictions.add(name, read, address);
}

const noAliases: readonly string[] = [];

function nameAliases(noun: string, name: string, texts: readonly string[], warnings: Warnings): readonly string[] {
  if (texts.length === 0) return noAliases;
  const aliases = new Set<string>();
  for (const text of texts) {
    const alias = parseAddress(text);
    if (alias === undefined) {
      warnings.add(`${noun} ${name}: its alias ${quoteText(text)} is left out: this is no mail address`);
    } else if (alias !== name) {
      aliases.add(alias);
    }
  }
  // The server's order of aliases is no promise; sorted, it cannot look like a change.
  return [...aliases].sort();
}

function warnUnnamed(noun: string, address: string, warnings: Warnings) {
  warnings.add(`${noun} ${quoteText(address)} is left out: this is no mail address; correct it in IceWarp`);
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
