import type { Account, CompanyData, Domain } from '../../sidecar/simulator/company/model.ts';
import { domainKeyOf, keyOf } from './company-accounts.ts';

/** A user as it has to be served, without what only the store gives. */
export interface ExpectedUser {
  readonly login: string;
  readonly displayName: string;
  readonly givenName: string;
  readonly surname: string;
  readonly description: string;
  readonly telephoneNumber: string;
  /** The primary one, then the others in order. */
  readonly addresses: readonly string[];
  readonly state: string;
  /** Names of effective groups, in order; `direct ` before those that list the user itself. */
  readonly groups: readonly string[];
}

export interface ExpectedGroup {
  readonly name: string;
  readonly kind: string;
  readonly displayName: string;
  readonly description: string;
  readonly addresses: readonly string[];
}

export interface ExpectedDirectory {
  /** By login. */
  readonly users: ReadonlyMap<string, ExpectedUser>;
  /** By name. */
  readonly groups: ReadonlyMap<string, ExpectedGroup>;
  /** Every alias that an account has, whoever else has it, by login. */
  readonly claimed: ReadonlyMap<string, ReadonlySet<string>>;
}

/**
 * What a directory of everybody but guests, mailing lists included, has to hold for a company on a day. Written from the rules
 * alone, plainly and slowly, so that it can be checked by reading; shares no code with the product.
 */
export function expectDirectory(company: CompanyData, today = localDay(new Date())): ExpectedDirectory {
  const people = company.accounts.filter(({ type }) => type === 'user');
  const groups = company.accounts.filter(
    ({ type, audience }) =>
      type === 'group' || (type === 'mailing_list' && ['members', 'domain_users', 'all_users'].includes(audience)),
  );
  const everybody = [...people, ...groups];
  const claimed = new Map(everybody.map((account) => [keyOf(account.address), claimsOf(account, company)]));
  const addressesOf = (account: Account): readonly string[] => {
    const name = keyOf(account.address);
    const isAlone = (alias: string) =>
      !claimed.has(alias) && [...claimed].every(([other, aliases]) => other === name || !aliases.has(alias));
    return [name, ...[...(claimed.get(name) ?? [])].filter(isAlone).sort()];
  };
  const addresses = new Map(everybody.map((account) => [account, addressesOf(account)]));
  const members = resolveMembers(company, people, groups, addresses);

  const users = people
    .filter(({ guest }) => !guest)
    .map((account): ExpectedUser => {
      const login = keyOf(account.address);
      const groupsOf = groups.flatMap((group) => {
        if (!members.effective.get(group)?.has(account)) return [];
        return `${members.direct.get(group)?.has(account) ? 'direct ' : ''}${keyOf(group.address)}`;
      });
      return {
        login,
        ...namesOf(account),
        description: account.comment,
        telephoneNumber: account.phone,
        addresses: addresses.get(account) ?? [],
        state: stateOf(account, homeOf(account, company), today),
        groups: groupsOf.sort(),
      };
    });
  const served = groups.map(
    (group): ExpectedGroup => ({
      name: keyOf(group.address),
      kind: group.type,
      displayName: group.displayName,
      description: group.comment,
      addresses: addresses.get(group) ?? [],
    }),
  );
  return {
    users: new Map(users.map((user) => [user.login, user])),
    groups: new Map(served.map((group) => [group.name, group])),
    claimed,
  };
}

/** `yyyy/mm/dd` here. */
function localDay(date: Date): string {
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()]
    .map((part) => String(part).padStart(2, '0'))
    .join('/');
}

function homeOf({ address }: Account, { domains }: CompanyData): Domain {
  const key = domainKeyOf(address.slice(address.lastIndexOf('@') + 1));
  const home = domains.find(({ name }) => domainKeyOf(name) === key);
  if (home === undefined) throw new Error(`${address} has no domain`);
  return home;
}

/** Every name that means a domain: its own, its aliases, and the domains of type alias that stand for it. */
function namesOfDomain(domain: Domain, { domains }: CompanyData): ReadonlySet<string> {
  const stands = domains.filter(
    ({ type, target }) => type === 'alias' && domainKeyOf(target) === domainKeyOf(domain.name),
  );
  return new Set([domain.name, ...domain.aliases, ...stands.map(({ name }) => name)].map(domainKeyOf));
}

/** All addresses beside the primary one that the account lays claim to. */
function claimsOf(account: Account, company: CompanyData): ReadonlySet<string> {
  const home = homeOf(account, company);
  const claims = new Set<string>();
  for (const alias of [account.address, ...account.aliases]) {
    if (alias.startsWith('[')) continue;
    const at = alias.lastIndexOf('@');
    const domain = at < 0 ? home.name : alias.slice(at + 1);
    const local = at < 0 ? alias : alias.slice(0, at);
    claims.add(keyOf(`${local}@${domain}`));
    if (domainKeyOf(domain) !== domainKeyOf(home.name)) continue;
    for (const name of namesOfDomain(home, company)) claims.add(keyOf(`${local}@${name}`));
  }
  claims.delete(keyOf(account.address));
  return claims;
}

function namesOf(account: Account): Pick<ExpectedUser, 'displayName' | 'givenName' | 'surname'> {
  const { card, givenName, surname, displayName } = account;
  const older = { given: givenName, sur: surname };
  const newer =
    card === null ? { given: '', sur: '' } : { given: card.firstname ?? givenName, sur: card.lastname ?? surname };
  const isSaid = (text: string | undefined): text is string => text !== undefined && text.trim() !== '';
  const named = [newer, older].find(({ given, sur }) => isSaid(given) || isSaid(sur)) ?? { given: '', sur: '' };
  const join = ({ given, sur }: typeof older) => [given, sur].filter(isSaid).join(' ');
  const shown = [card?.fileas, join(newer), join(older), displayName].find(isSaid) ?? displayName;
  return { displayName: shown, givenName: named.given, surname: named.sur };
}

function stateOf(account: Account, home: Domain, today: string): string {
  if (account.state === 'domain_disabled' || home.loginDisabled) return 'domain_disabled';
  if (account.state !== 'enabled') return 'disabled';
  if (account.validTill !== '' && account.validTill < today) return 'expired';
  return account.passwordExpired ? 'password_expired' : 'enabled';
}

type Members = ReadonlyMap<Account, ReadonlySet<Account>>;

/** Who is in which group, by going over all groups again until nobody is added any more. */
function resolveMembers(
  company: CompanyData,
  people: readonly Account[],
  groups: readonly Account[],
  addresses: ReadonlyMap<Account, readonly string[]>,
): { readonly direct: Members; readonly effective: Members } {
  const direct = new Map<Account, Set<Account>>();
  const effective = new Map<Account, Set<Account>>();
  const nested = new Map<Account, readonly Account[]>();
  for (const group of groups) {
    const listed = new Set(
      listedBy(group, company)
        .filter((member) => member.includes('@'))
        .map(keyOf),
    );
    const whole = listedBy(group, company).flatMap((member) => /^\[(.+)\]$/.exec(member)?.[1] ?? []);
    const isListed = (account: Account) => (addresses.get(account) ?? []).some((address) => listed.has(address));
    const homes = new Set(whole.map(domainKeyOf));
    const isInWhole = (account: Account) =>
      [...namesOfDomain(homeOf(account, company), company)].some((name) => homes.has(name));
    direct.set(group, new Set(people.filter(isListed)));
    effective.set(group, new Set(people.filter((account) => isListed(account) || isInWhole(account))));
    nested.set(group, groups.filter(isListed));
  }
  for (let grew = true; grew; ) {
    grew = false;
    for (const group of groups) {
      const inside = effective.get(group) as Set<Account>;
      const before = inside.size;
      for (const inner of nested.get(group) ?? [])
        for (const account of effective.get(inner) ?? []) inside.add(account);
      if (inside.size > before) grew = true;
    }
  }
  return { direct, effective };
}

function listedBy(group: Account, company: CompanyData): readonly string[] {
  if (group.type === 'group' || group.audience === 'members') return group.members;
  if (group.audience === 'domain_users') return [`[${homeOf(group, company).name}]`];
  return company.domains.filter(({ type }) => type !== 'alias').map(({ name }) => `[${name}]`);
}
