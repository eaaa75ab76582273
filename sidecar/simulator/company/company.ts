import { AddressBook } from './address-book.ts';
import { splitAddress, toAddressKey, toDomainKey } from './addresses.ts';
import { checkHome, checkTarget, fillDomains, put, putBuiltInGroup } from './assemble.ts';
import { parseAccount, parseDomain, parseServerSettings } from './company-fields.ts';
import { type AccountFilter, DomainEntry } from './domain-entry.ts';
import { CompanyError, createFaultList } from './faults.ts';
import { GroupIndex } from './group-index.ts';
import { type Account, blankServer, type CompanyData, type Domain, type ServerSettings } from './model.ts';

/** A part of a record; what is not stated stays, or is taken from the blank one when the record is new. */
export type AccountInput = Partial<Account> & Pick<Account, 'address'>;
export type DomainInput = Partial<Domain> & Pick<Domain, 'name'>;

/**
 * The company of a simulated server: alive, to be edited while the server runs. Records are immutable, an edit puts
 * another one in place. Edits with unusable data throw {@link CompanyError} and change nothing.
 */
export class Company {
  #server: ServerSettings = blankServer;
  readonly #domains = new Map<string, DomainEntry>();
  readonly #book = new AddressBook(this.#domains);
  readonly #groups = new GroupIndex(() => this.#everybody());

  /** Checked data only. Throws {@link CompanyError} where parts contradict each other. */
  constructor(data: CompanyData) {
    this.replace(data);
  }

  get server(): ServerSettings {
    return this.#server;
  }

  patchServer(patch: Partial<ServerSettings>): ServerSettings {
    this.#server = parseServerSettings(patch, this.#server);
    return this.#server;
  }

  /** Takes another company's data; nothing of the old one stays. */
  replace(data: CompanyData): void {
    const list = createFaultList();
    const domains = fillDomains(data, list);
    if (list.faults.length > 0) throw new CompanyError(list.faults);
    this.#server = data.server;
    this.#domains.clear();
    for (const entry of domains) this.#domains.set(entry.key, entry);
    this.#book.rebuild();
    this.#groups.forget();
  }

  /** The company as data, built-in parts included: {@link replace} and a company file accept it. */
  toData(): CompanyData {
    return { server: this.#server, domains: this.domains(), accounts: [...this.#everybody()] };
  }

  domains(): readonly Domain[] {
    return [...this.#domains.values()].map((entry) => entry.domain);
  }

  /** By its own name; an alias of a domain is not a domain. */
  domain(name: string): Domain | undefined {
    return this.#domains.get(toDomainKey(name))?.domain;
  }

  addDomain(input: DomainInput): Domain {
    const domain = parseDomain(input);
    const list = createFaultList();
    if (this.domain(domain.name) !== undefined) list.add('name', `${domain.name} is there already`);
    const names = [...this.#domains.keys(), toDomainKey(domain.name)];
    checkTarget(domain, new Set(names), 'target', list);
    if (list.faults.length > 0) throw new CompanyError(list.faults, 'domain');
    const entry = new DomainEntry(domain);
    this.#domains.set(entry.key, entry);
    putBuiltInGroup(entry);
    this.#domainsChanged();
    return domain;
  }

  /** Undefined when there is no such domain. The name itself cannot be changed. */
  patchDomain(name: string, patch: Partial<Domain>): Domain | undefined {
    const entry = this.#domains.get(toDomainKey(name));
    if (entry === undefined) return undefined;
    const domain = parseDomain(patch, entry.domain);
    const list = createFaultList();
    if (toDomainKey(domain.name) !== entry.key) list.add('name', 'cannot be changed; add another domain');
    checkTarget(domain, this.#domains, 'target', list);
    if (list.faults.length > 0) throw new CompanyError(list.faults, 'domain');
    entry.domain = domain;
    putBuiltInGroup(entry);
    this.#domainsChanged();
    return domain;
  }

  /** Removes a domain with its accounts; false when there is none. */
  removeDomain(name: string): boolean {
    const removed = this.#domains.delete(toDomainKey(name));
    if (removed) this.#domainsChanged();
    return removed;
  }

  /** By primary address. */
  account(address: string): Account | undefined {
    const key = toAddressKey(address);
    return this.#domains.get(splitAddress(key).domain)?.accounts.get(key);
  }

  /** How many accounts a domain has, of all types. */
  countAccounts(domain: string): number {
    return this.#domains.get(toDomainKey(domain))?.accounts.size ?? 0;
  }

  /** The accounts of a domain that pass a filter, in a stable order; undefined when there is no such domain. */
  select(domain: string, filter: AccountFilter): readonly Account[] | undefined {
    return this.#domains.get(toDomainKey(domain))?.select(filter);
  }

  addAccount(input: AccountInput): Account {
    const account = parseAccount(input);
    this.#put(account, undefined);
    return account;
  }

  /** Changes an account, its address too; undefined when there is none. Groups that list the old address keep it. */
  patchAccount(address: string, patch: Partial<Account>): Account | undefined {
    const old = this.account(address);
    if (old === undefined) return undefined;
    const account = parseAccount(patch, old);
    this.#put(account, old);
    return account;
  }

  removeAccount(address: string): boolean {
    const account = this.account(address);
    if (account === undefined) return false;
    this.#drop(account);
    return true;
  }

  /** Adds members to a group or mailing list, each once; undefined when there is no such account. */
  addMembers(address: string, members: readonly string[]): Account | undefined {
    const group = this.account(address);
    return group && this.patchAccount(address, { members: [...new Set([...group.members, ...members])] });
  }

  /** Takes members out of a group or mailing list; undefined when there is no such account. */
  removeMembers(address: string, members: readonly string[]): Account | undefined {
    const group = this.account(address);
    const gone = new Set(members);
    return group && this.patchAccount(address, { members: group.members.filter((member) => !gone.has(member)) });
  }

  /** The account a login name means: primary address or alias, in any domain alias; a bare name when it is unique. */
  findLogin(name: string): Account | undefined {
    return name.includes('@') ? this.#book.find(name) : this.#book.findByLocalPart(name);
  }

  /** Every address of an account, the primary one first, aliases of its domain worked in. */
  addressesOf(account: Account): readonly string[] {
    const { local, domain } = splitAddress(account.address);
    const names = this.#book.namesOfDomain(domain);
    const addresses = new Set([account.address]);
    for (const alias of [local, ...account.aliases]) {
      if (alias.startsWith('[')) continue;
      if (alias.includes('@')) addresses.add(alias);
      else for (const name of names) addresses.add(`${alias}@${name}`);
    }
    return [...addresses];
  }

  /** Names a domain is known by, its own first. */
  namesOfDomain(name: string): readonly string[] {
    return this.#book.namesOfDomain(name);
  }

  /** Groups that list the account or its domain. */
  groupsOf(account: Account): readonly Account[] {
    return this.#groups.groupsOf(account);
  }

  #put(account: Account, old: Account | undefined): void {
    const list = createFaultList();
    const entry = this.#domains.get(toDomainKey(splitAddress(account.address).domain));
    checkHome(entry, account, old, 'address', list);
    if (entry === undefined || list.faults.length > 0) throw new CompanyError(list.faults, 'account');
    if (old !== undefined && toAddressKey(old.address) !== toAddressKey(account.address)) this.#drop(old);
    else if (old !== undefined) this.#book.remove(old);
    put(entry, account);
    this.#book.add(account);
    this.#groupsChanged(account, old);
  }

  #drop(account: Account): void {
    const entry = this.#domains.get(toDomainKey(splitAddress(account.address).domain));
    entry?.accounts.delete(toAddressKey(account.address));
    entry?.forgetSelections();
    this.#book.remove(account);
    this.#groupsChanged(account, undefined);
  }

  #groupsChanged(account: Account, old: Account | undefined): void {
    if (account.type === 'group' || old?.type === 'group') this.#groups.forget();
  }

  #domainsChanged(): void {
    this.#book.rebuild();
    this.#groups.forget();
  }

  *#everybody(): Generator<Account> {
    for (const entry of this.#domains.values()) yield* entry.accounts.values();
  }
}
